"""A reader may do whatever it likes: its parent gets an answer, keeps what came before, and leaves nothing running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.media import types
from muniment.media.attachment import read
from muniment.media.limits import Limits
from muniment.media.readers import Request
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.sandbox import Answer, assemble, run
from muniment.media.wire import Done, Frame, Piece, Walls, pack, unpack
from muniment.record.errors import Busy
from tests.media import files

HALF = Limits(cpu_seconds=1, wall_seconds=60, memory_bytes=256 << 20, output_bytes=4 << 20)
LINUX = sys.platform == "linux"


def does(deed: str, rest: str = "", limits: Limits = HALF) -> Answer:
    request = Request(type=types.TEXT, reader="tests.media.evil", limits=limits)
    return run(request, f"{deed}\n{rest}".encode("latin-1"))


@pytest.mark.parametrize(
    ("deed", "rest", "status"),
    [
        ("loops", "", Status.TIMED_OUT),
        ("hoards", "", Status.OUT_OF_MEMORY),
        ("segfaults", "", Status.CRASHED),
        ("aborts", "", Status.CRASHED),
        ("leaves", "3", Status.CRASHED),
        ("leaves", "0", Status.CRASHED),  # it went well, it says, and said nothing
        ("babbles", "no frame of ours", Status.CRASHED),
        ("babbles", "\0\0\0\x05hello", Status.CRASHED),
        ("babbles", "\xff\xff\xff\xffhello", Status.CRASHED),
        ("goes_on", "", Status.CRASHED),
        ("floods", "", Status.CRASHED),  # with zeros, which are no frames
    ],
)
def test_a_reader_that_ends_badly_is_said_and_what_came_before_is_kept(deed: str, rest: str, status: Status) -> None:
    answer = does(deed, rest)
    assert answer.status is status
    assert answer.text == "came before"
    assert [(place.kind, place.start, place.end) for place in answer.places] == [(PlaceKind.PAGE, 0, 11)]


def test_a_reader_that_never_stops_talking_is_ended() -> None:
    answer = does("talks")
    assert answer.status is Status.TOO_LARGE
    assert len(answer.text) < HALF.output_bytes
    assert answer.text.startswith("came before\nand on")


def test_a_reader_that_waits_for_ever_is_ended() -> None:
    assert does("sleeps", limits=Limits(wall_seconds=3)).status is Status.TIMED_OUT


def test_a_library_that_takes_memory_without_asking_only_harms_itself() -> None:
    assert does("hoards_below").status in {Status.CRASHED, Status.OUT_OF_MEMORY}


@pytest.mark.parametrize(
    ("deed", "note"), [("raises", Note.READER_ERROR), ("recurses", Note.DEPTH_LIMIT), ("stops", Note.PART_ENCRYPTED)]
)
def test_a_reader_that_gives_up_leaves_a_partial_reading(deed: str, note: Note) -> None:
    answer = does(deed)
    assert (answer.status, answer.text, answer.notes) == (Status.PARTIAL, "came before", (note,))


@pytest.mark.parametrize(
    ("deed", "limits", "note"),
    [
        ("too_much_text", Limits(text_chars=100_000), Note.TEXT_LIMIT),
        ("too_many_places", Limits(places=100), Note.PLACE_LIMIT),
    ],
)
def test_text_and_places_end_at_their_limit(deed: str, limits: Limits, note: Note) -> None:
    answer = does(deed, limits=limits)
    assert (answer.status, answer.notes) == (Status.PARTIAL, (note,))
    assert len(answer.places) <= limits.places
    assert len(answer.text) <= limits.text_chars + len(answer.places)


@pytest.mark.skipif(not LINUX, reason="the walls of Linux")
def test_every_way_out_is_shut() -> None:
    answer = does("attempts", limits=Limits())
    assert answer.text == "came before", "ways that were open"
    assert not Path("/dev/shm/muniment-escaped").exists()
    assert set(answer.confined) >= {"memory", "time", "files", "user", "privileges", "calls"}


def test_a_reader_knows_nothing_but_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_KEYS", "the-keys-folder")
    said = does("surroundings").text
    assert "the-keys-folder" not in said
    assert "MUNIMENT" not in said
    assert "PATH" not in said


def test_nothing_is_left_running_or_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir())) if LINUX else 0
    for deed in ("loops", "floods", "aborts"):
        does(deed)
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "stat="], capture_output=True, text=True, check=False
    )
    assert [state for state in children.stdout.split() if state.startswith("Z")] == []
    assert not LINUX or len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_large_file_goes_in_while_text_comes_out() -> None:
    """Neither side waits for the other: more than any pipe holds, both ways."""
    lines = "".join(f"line {n} 文字\n" for n in range(200_000))
    reading = read(lines.encode())
    assert reading.extract_status is Status.OK
    assert reading.text == lines.rstrip("\n")


def test_a_file_over_the_limit_is_not_handed_over() -> None:
    reading = read(b"words " * 100, limits=Limits(input_bytes=10))
    assert (reading.extract_status, reading.notes, reading.confined) == (Status.TOO_LARGE, (Note.INPUT_LIMIT,), ())


def test_zeros_cost_nothing() -> None:
    reading = read(bytes(100 << 20), "application/pdf", "statement.pdf")
    assert (reading.extract_status, reading.type, reading.agrees) == (Status.UNSUPPORTED, types.UNKNOWN, False)


def test_an_empty_file_is_empty() -> None:
    assert read(b"", None, "a.docx").extract_status is Status.EMPTY


def test_a_reader_that_cannot_be_started_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(Busy, match="expected to start a reader's process"):
        read(b"words")


def test_a_reading_is_the_same_in_the_child_and_here() -> None:
    raw = files.word(files.paragraph("买入 Tencent") * 3, header=files.paragraph("top"))
    there = read(raw, None, "x.docx")
    assert there.extract_status is Status.OK
    assert (there.text, there.places) == (files.here(types.DOCX, raw).text, files.here(types.DOCX, raw).places)


def test_frames_that_were_cut_off_are_left_out() -> None:
    frames: list[Frame] = [Walls(("time",)), Piece(PlaceKind.BODY, 0, "", (), "text", False), Done(Status.OK, (), 5)]
    stream = b"".join(pack(frame) for frame in frames)
    assert list(unpack(stream)) == frames
    for cut in range(len(stream)):
        answer = assemble(stream[:cut], None)
        assert answer.status is Status.CRASHED
        assert answer.text in {"", "text"}
