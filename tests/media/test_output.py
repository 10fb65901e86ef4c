"""However text comes, in one piece or by the letter, the same lines are kept."""

from hypothesis import given
from hypothesis import strategies as st

from muniment.media import output as output_module
from muniment.media.limits import Limits
from muniment.media.output import Output
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.sandbox import assemble
from muniment.media.wire import pack

ODD = st.text(st.sampled_from("ab 文\t\n\r\x0b\u2028\x00\u3000\ud800\ufffe"), max_size=60)


def kept(pieces: list[str], stretch: int = 65_536) -> str:
    usual, output_module._STRETCH = output_module._STRETCH, stretch
    try:
        stream = bytearray()
        output = Output(Limits(), stream.extend)
        with output.place(PlaceKind.PAGE, 1):
            for piece in pieces:
                output.write(piece)
        stream += pack(output.done())
        return assemble(bytes(stream), None).text
    finally:
        output_module._STRETCH = usual


@given(st.lists(ODD, max_size=12), st.integers(1, 9))
def test_stretches_change_nothing(pieces: list[str], stretch: int) -> None:
    """The oracle is the whole text at once; only endless lines, four stretches long, may keep a space at a cut."""
    whole = kept(["".join(pieces)])
    apart = kept(pieces, stretch)
    assert "".join(apart.split()) == "".join(whole.split())
    if all(len(line) <= 4 * stretch for line in output_module._LINE_ENDS.split("".join(pieces))):
        assert apart == whole


@given(ODD)
def test_lines_are_plain(text: str) -> None:
    said = kept([text])
    assert "\n\n\n" not in said
    assert said == said.strip("\n")
    assert not set(said) & set("\r\x0b\u2028\x00\ud800\ufffe")
    assert all(line == line.rstrip(" \t\u3000") for line in said.split("\n"))
    said.encode("utf-8")


def test_places_stand_where_they_say() -> None:
    stream = bytearray()
    output = Output(Limits(), stream.extend)
    for number, text in enumerate(["first\nline", "", "  \n", "second 文字"], 1):
        with output.place(PlaceKind.PAGE, number, f"name\n{number}"):
            output.write(text)
    stream += pack(output.done())
    answer = assemble(bytes(stream), None)
    assert answer.text == "first\nline\nsecond 文字"
    told = [(place.number, place.label, answer.text[place.start : place.end]) for place in answer.places]
    assert told == [(1, "name 1", "first\nline"), (4, "name 4", "second 文字")]


def test_an_endless_line_is_handed_on_in_stretches() -> None:
    line = "x" * 1_000_000
    assert kept([line[at : at + 999] for at in range(0, len(line), 999)]) == line


def test_a_note_without_text_is_a_status_of_its_own() -> None:
    for note, status in (
        (Note.PART_ENCRYPTED, Status.ENCRYPTED),
        (Note.PART_DAMAGED, Status.DAMAGED),
        (Note.PART_UNREAD, Status.UNSUPPORTED),
    ):
        output = Output(Limits(), lambda _: None)
        output.note(note)
        assert output.done().status is status
