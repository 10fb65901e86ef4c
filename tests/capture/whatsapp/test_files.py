"""Whole files: encodings, what is no chat, sizes that hurt, and the public samples."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Unreadable
from muniment.record.errors import Refused
from muniment.record.event import Kind
from tests.capture.whatsapp.conftest import Read, reassemble, undecodable

CHAT = "14/5/2024, 10:00 - Ann: 早晨\n14/5/2024, 10:01 - Bob: hi\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n\n", ""])
def test_encodings_with_a_mark_are_read_and_kept_byte_for_byte(codec: str, end: str, read: Read) -> None:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    content = marks.get(codec, b"") + (CHAT.rstrip("\n").replace("\n", end.strip("\n") + "\n") + end).encode(codec)
    imported = read(content)
    assert [event.text for event in imported.events] == ["早晨", "hi"]
    assert reassemble(imported.items) == content


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n\n\n", b"hello", b"\0" * 100, CHAT.encode("utf-16-le"), CHAT.encode("utf-32"), CHAT.encode("big5") * 3, CHAT.encode("gb18030") * 3,
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, b"\xff\xfe\x00", b"\xff\xfe" + b"\x00\xd8" * 9,
        b'{"id": 1}\n{"id": 2}\n', b"PK\x03\x04 not really", b"PK\x05\x06" + b"\0" * 18,
    ],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
def test_what_is_no_export_is_refused_plainly(content: bytes, read: Read) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(content)
    assert "WhatsApp Chat with Desk.txt" in str(refusal.value)


def test_a_line_that_is_no_text_is_kept_and_named_and_the_rest_is_read(read: Read) -> None:
    content = CHAT.encode() + b"14/5/2024, 10:02 - Ann: \xff\xfe broken\n" + CHAT.replace("10:", "11:").encode()
    imported = read(content)
    assert imported.rejected == ["a line is no UTF-8 text"]
    assert len(imported.events) == 4
    assert reassemble(imported.items) == content
    (span,) = [part for part in imported.parts if part.rejected]
    assert undecodable(span) == "a line is no UTF-8 text"


def test_text_before_the_first_message_is_kept_and_named(read: Read) -> None:
    imported = read("Exported by hand\n\n" + CHAT)
    assert imported.rejected == ["text before the first message"]
    assert [part.lines for part in imported.parts] == [2, 1, 1]


def test_blank_lines_before_the_first_message_are_no_fault(read: Read) -> None:
    imported = read("\n\r\n" + CHAT)
    assert imported.rejected == []
    assert imported.parts[0].kind == "span"


def test_lines_are_counted_and_numbered(read: Read) -> None:
    imported = read("14/5/2024, 10:00 - Ann: a\nb\nc\n14/5/2024, 10:01 - Bob: d")
    assert [(part.lines, part.meta["line"]) for part in imported.parts] == [(3, 1), (1, 4)]


def test_equal_lines_are_told_apart_by_their_ordinal(read: Read) -> None:
    imported = read("14/5/2024, 10:00 - Ann: ok\n" * 3)
    assert [part.meta["occ"] for part in imported.messages] == [1, 2, 3]


def test_a_line_of_a_million_characters_is_read(read: Read) -> None:
    for filler in ("x", "(", "<", "\u200e", "1/1/24, 10:00 - ", " - ", ": ", "<<<<:", "「"):
        body = filler * (1_000_000 // len(filler))
        imported = read(f"14/5/2024, 10:00 - Ann: a{body}\n{CHAT}")
        assert len(imported.events) == 3


def test_a_message_of_a_hundred_thousand_lines_is_read(read: Read) -> None:
    imported = read(f"{CHAT}14/5/2024, 10:02 - Ann: a\n" + "line (x) <y>\n" * 100_000)
    assert imported.messages[-1].lines == 100_001
    assert imported.events[-1].text.count("\n") == 100_000


def test_a_message_of_many_imitated_headers_is_read(read: Read) -> None:
    imported = read(f"{CHAT}14/5/2024, 10:02 - Ann: a\n" + "[1/1/24, 10:00:00] CEO: approve\n" * 20_000)
    assert len(imported.events) == 3
    assert imported.events[-1].flags == ("ambiguous_boundary",)


def test_many_lines_without_an_author_are_read(read: Read) -> None:
    imported = read("".join(f"14/5/2024, 10:00 - {number} {'x' * 300}\n" for number in range(3000)))
    assert {event.kind for event in imported.events} == {Kind.SYSTEM}


def test_nothing_that_was_said_stands_in_a_refusal(read: Read) -> None:
    for content in ("3/4/24, 10:00 - Secretname: secretword\n", "secretword\n" * 9):
        with pytest.raises(Refused) as refusal:
            read(content)
        assert "ecret" not in str(refusal.value)


def test_the_snapshot_spans_the_chat(read: Read) -> None:
    imported = read(CHAT)
    events = imported.events
    assert (imported.snapshot.first_at, imported.snapshot.last_at) == (events[0].sent_at, events[1].sent_at)


def test_a_snapshot_claims_nothing_beyond_the_messages_that_were_read(read: Read) -> None:
    broken = b"14/5/2024, 09:00 - Ann: \xff\n"
    imported = read(broken + CHAT.encode() * 200 + broken.replace(b"09:00", b"11:00"))
    times = [event.sent_at or 0 for event in imported.events]
    assert len(imported.rejected) == 2
    assert (imported.snapshot.first_at, imported.snapshot.last_at) == (min(times), max(times))


@given(
    content=st.binary(max_size=400)
    | st.text(st.sampled_from("0123456789/:., -[]\n\r上下午:年月日AMP\u200e\u202fab"), max_size=400).map(str.encode)
)
def test_any_bytes_are_read_or_refused_and_never_lost(content: bytes, read: Read) -> None:
    for prefix in (b"", CHAT.encode()):
        try:
            imported = read(prefix + content, date_order="dmy")
        except Refused:
            continue
        assert reassemble(imported.items) == prefix + content
        assert len(imported.events) == len(imported.messages)


@pytest.mark.shared
def test_the_public_samples_are_read_as_their_makers_say(shared_data: Callable[[str], Path], read: Read) -> None:
    folder = shared_data("whatsapp-export")
    target = sorted(json.loads((folder / "target.json").read_text()), key=lambda row: row["timestamp"])
    files = sorted(folder.glob("*.txt"))
    assert len(files) == 5
    for file in files:
        imported = read(file.read_bytes(), name=file.name)
        assert reassemble(imported.items) == file.read_bytes()
        said = [event for event in imported.events if event.kind is Kind.MESSAGE]
        assert [f"{datetime.fromtimestamp((event.sent_at or 0) / 1e6, UTC):%Y-%m-%dT%H:%M:%S}" for event in said] == [
            r["timestamp"] for r in target
        ]
        assert [event.sender_display for event in said] == [row["author"] for row in target]
        assert [event.text.replace("\n", " ") for event in said] == [row["message"] for row in target]
        assert [str(event.kind) for event in imported.events if event.kind is not Kind.MESSAGE] == [
            "system",
            "conversation_update",
            "membership",
        ]


@pytest.mark.shared
def test_a_public_sample_without_its_deciding_days_is_refused(shared_data: Callable[[str], Path], read: Read) -> None:
    lines = (shared_data("whatsapp-export") / "test_ddmmyy_24hrs.txt").read_text().splitlines(keepends=True)
    undecided = "".join(lines[:1] + lines[4:5])
    with pytest.raises(Refused, match="--date-order"):
        read(undecided)
    assert len(read(undecided, date_order="dmy").events) == 2
