"""What a line must be; the fast readers and the careful one are of one mind."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.capture.ndjson import strict
from muniment.capture.ndjson.message import read_event
from muniment.capture.ndjson.plain import read_plain
from muniment.capture.rejected import LineRejected
from muniment.record.codec import canonical
from tests.capture.ndjson.conftest import Read

REQUIRED = {"id": "m1", "conversation": "c1", "sender": "ann", "sent_at": "2026-11-18T15:42:06Z"}


def line(more: str = "", **fields: Any) -> bytes:
    inner = json.dumps({**REQUIRED, **fields}, ensure_ascii=False)[1:-1]
    return ("{" + inner + more + "}").encode("utf-8", "surrogatepass")


def reason(read: Read, raw: bytes) -> str:
    imported = read(line(id="first") + b"\n" + raw + b"\n" + line(id="last"))
    assert [event.key for event in imported.events] == ["first", "last"], "the rest must go on"
    (only,) = imported.rejected
    return only


@pytest.mark.parametrize(
    "raw, says",
    [
        (b"hello", "line 2: expected one JSON object, got text that is not JSON at character 1"),
        (b"[1]", "line 2: expected one JSON object, got a list"),
        (b"17", "line 2: expected one JSON object, got an integer"),
        (b"null", "line 2: expected one JSON object, got null"),
        (line()[:-1], "line 2: expected one JSON object, got text that is not JSON at character 87"),
        (line() + b"{}", "line 2: expected one JSON object, got text that is not JSON at character 87"),
        (b"{}", "line 2: expected id (text or an integer), got none"),
        (line(', "id": "m2"'), "line 2: expected each member name once in an object, got one twice"),
        (line(', "x": {"a": 1, "a": 1}'), "line 2: expected each member name once in an object, got one twice"),
        (line(', "x" : 1, "x":2'), "line 2: expected each member name once in an object, got one twice"),
        (line(', "x"\t:1, "x":2'), "line 2: expected each member name once in an object, got one twice"),
        (line(', "x"\r:1, "x":2'), "line 2: expected each member name once in an object, got one twice"),
        (line(', "\\u0078":1, "x":2'), "line 2: expected each member name once in an object, got one twice"),
        (line(id=""), "line 2: expected id as non-empty text or an integer, got empty text"),
        (line(id=1.5), "line 2: expected id as text or an integer, got a number"),
        (line(id=True), "line 2: expected id as text or an integer, got true or false"),
        (line(id=None), "line 2: expected id as text or an integer, got null"),
        (line(conversation=5), "line 2: expected conversation as text, got an integer"),
        (line(sender=["a"]), "line 2: expected sender as text, got a list"),
        (line(sender=""), "line 2: expected sender as non-empty text, got empty text"),
        (line(sent_at=1763451726), "line 2: expected sent_at as a time as RFC 3339 text, got an integer"),
        (line(text=5), "line 2: expected text as text, got an integer"),
        (line(text={}), "line 2: expected text as text, got an object"),
        (line(sender_display=1), "line 2: expected sender_display as text, got an integer"),
        (line(conversation_display=[]), "line 2: expected conversation_display as text, got a list"),
        (line(recipients="bob"), "line 2: expected recipients as a list of texts, got text"),
        (line(recipients=["bob", ""]), "line 2: expected recipients as a list of non-empty texts, got empty text in it"),
        (line(edits="m0", recalls="m0"), "line 2: expected edits or recalls, got both"),
        (line(reply_to=""), "line 2: expected reply_to as non-empty text or an integer, got empty text"),
        (line(', "text": "\\ud800"'), "line 2: expected Unicode text, got half of a surrogate pair"),
        (line(', "\\udc00": 1'), "line 2: expected Unicode text, got half of a surrogate pair"),
        (line(', "x": NaN'), "line 2: expected JSON, got NaN, which JSON has not"),
        (line(', "x": -Infinity'), "line 2: expected JSON, got -Infinity, which JSON has not"),
        (line(', "x": ' + "[" * 64 + "]" * 64), "line 2: expected at most 64 levels of nesting, got more"),
        (line(', "x": ' + "[" * 100_000), "line 2: expected at most 64 levels of nesting, got more"),
        (line(', "x": ' + '{"a":' * 100_000), "line 2: expected at most 64 levels of nesting, got more"),
        (line(text="a\tb").replace(b"\\t", b"\t"), "line 2: expected one JSON object, got text that is not JSON at character 98"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_what_was_expected_and_the_rest_goes_on(read: Read, raw: bytes, says: str) -> None:
    assert reason(read, raw) == says


def test_a_reason_never_shows_what_was_written(read: Read) -> None:
    canary = "buy-before-the-news"
    for raw in (line(id={canary: 1}), line(sent_at=canary), line(f', "{canary}":1, "{canary}":2'), canary.encode()):
        assert canary not in reason(read, raw)


@pytest.mark.parametrize(
    "more",
    ["[" * 63 + "1.0" + "]" * 63, "[" * 63 + "]" * 63, '"\\u0000"', '"a : b \\": c"', '{"a" : {"a": 1}}'],
)
def test_what_is_unusual_but_right_is_taken(read: Read, more: str) -> None:
    imported = read(line(f', "x": {more}'))

    assert imported.rejected == [] and len(imported.events) == 1


NUMBERS = ["0.5", "1.0", "1e400", "-1E-400", "9007199254740992", "-9007199254740992", "1" * 5000, "-0.0"]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("where", ["{}", "[{}]", '{{"a": [{}]}}'])
def test_a_number_beyond_53_bits_or_with_a_fraction_is_kept_as_written(read: Read, number: str, where: str) -> None:
    (event,) = read(line(', "x": ' + where.format(number))).events

    assert canonical(event.extra).decode() == '{"x":' + where.format(f'{{"$number":"{number}"}}').replace(" ", "") + "}"


@pytest.mark.parametrize("number", ["0", "-1", "9007199254740991", "-9007199254740991"])
def test_a_safe_integer_stays_one(read: Read, number: str) -> None:
    (event,) = read(line(', "x": ' + number)).events

    assert event.extra == {"x": int(number)}


def test_a_source_member_called_like_our_number_is_not_mistaken_for_one(read: Read) -> None:
    (event,) = read(line(', "$number": "1", "$$number": "2", "x": {"$number": "3"}, "number": 4')).events

    assert event.extra == {"$$number": "1", "$$$number": "2", "x": {"$$number": "3"}, "number": 4}


# ── The three readers ────────────────────────────────────────────────────────────────────────────────────────────────

texts = st.text(alphabet=st.sampled_from('ab":\\ \t\r\n價\u0000{}[],'), max_size=8) | st.text(max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | texts | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
members = st.lists(
    st.tuples(texts | st.sampled_from([*REQUIRED, "text", "edits", "recipients"]), json_values), max_size=4
)
spaces = st.sampled_from(["", " ", "\t", "\r", " \t"])


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """A line written by a careless program: any white space, any escape, names perhaps twice, members in any order."""
    pairs: list[tuple[str, Any]] = draw(st.permutations([*REQUIRED.items(), *draw(members)]))
    ascii_only = draw(st.booleans())
    out = ",".join(
        draw(spaces) + json.dumps(name, ensure_ascii=ascii_only) + draw(spaces) + ":" + draw(spaces)
        + json.dumps(value, ensure_ascii=ascii_only)
        for name, value in pairs
    )  # fmt: skip
    return ("{" + out + "}").encode()


def outcome(reader: Any) -> Any:
    try:
        return reader()
    except LineRejected as rejected:
        return rejected.reason


@given(written())
@example(line(', "sent_at" :"2026\\u003a"'))
@example(b'{"id" :"m2","id":"m1","conversation":"c1","sender":"a","sent_at":"2026-11-18T15\\u003a42:06Z"}')
def test_the_fast_reader_takes_only_what_the_careful_one_reads_alike(raw: bytes) -> None:
    careful = outcome(lambda: strict._careful(raw))
    assert outcome(lambda: strict.read_members(raw)) == careful

    plain = outcome(lambda: read_plain(raw, None))
    if plain is not None:
        assert plain == outcome(lambda: read_event(strict._careful(raw), None, None))


@given(st.dictionaries(texts.filter(lambda name: name not in REQUIRED), json_values, max_size=5))
def test_every_number_is_exact_and_every_extra_canonical(read: Read, more: dict[str, Any]) -> None:
    known = {
        "text",
        "sender_display",
        "conversation_display",
        "recipients",
        "attachments",
        "edits",
        "recalls",
        "reply_to",
    }
    more = {name: value for name, value in more.items() if name not in known}

    (event,) = read(line(**more)).events

    canonical(event.extra)
    assert undo(event.extra) == json.loads(json.dumps(more), parse_float=Decimal, parse_int=Decimal)


def undo(value: Any) -> Any:
    """The documented way back from `extra` to what the source wrote."""
    if isinstance(value, dict):
        if list(value) == ["$number"]:
            return Decimal(value["$number"])
        return {name[1:] if name.startswith("$$") and name.strip("$") == "number" else name: undo(item) for name, item in value.items()}  # fmt: skip
    if isinstance(value, list):
        return [undo(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value
