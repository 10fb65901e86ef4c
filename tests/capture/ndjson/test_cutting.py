"""The parts of a file are that file, whatever it holds."""

import gzip
import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Unreadable
from muniment.capture.ndjson import lines
from muniment.record.errors import Refused
from tests.capture.ndjson.conftest import Read

LINE: dict[str, Any] = {"id": "m1", "conversation": "c1", "sender": "ann", "sent_at": "2026-11-18T15:42:06Z"}


def line(**more: Any) -> bytes:
    return json.dumps({**LINE, **more}, ensure_ascii=False).encode()


pieces = st.lists(
    st.one_of(
        st.builds(lambda text, key: line(text=text, id=key), st.text(), st.text(min_size=1)),
        st.binary(max_size=40),
        st.sampled_from([b"", b" \t", b"{}", b"[]", b"\xef\xbb\xbf", b"\r", line(), b"{" * 200]),
    ),
    max_size=12,
)


@given(pieces, st.sampled_from([b"\n", b"\r\n"]), st.booleans(), st.booleans())
def test_parts_tile_the_file_and_lines_add_up(
    read: Read, pieces: list[bytes], end: bytes, bom: bool, closed: bool
) -> None:
    content = (lines.BOM if bom else b"") + line() + end + end.join(pieces) + (end if closed else b"")

    parts = read(content).of_file

    at = 0
    for part in parts:
        assert part.at == (at, len(part.raw)) and part.raw
        at += len(part.raw)
    assert b"".join(part.raw for part in parts) == content
    body = content.removeprefix(lines.BOM)
    assert sum(part.lines for part in parts) == body.count(b"\n") + (bool(body) and not body.endswith(b"\n"))


def test_a_mark_blank_lines_and_a_last_line_without_feed_are_fine(read: Read) -> None:
    imported = read(lines.BOM + b"\r\n \n" + line() + b"\r\n\n\n" + line(id="m2"))

    assert [(part.kind, part.lines) for part in imported.parts] == [
        ("span", 0),
        ("span", 2),
        ("message", 1),
        ("span", 2),
        ("message", 1),
    ]
    assert imported.rejected == []
    assert [event.key for event in imported.events] == ["m1", "m2"]


def test_an_empty_file_has_no_parts(read: Read) -> None:
    assert read(b"").parts == []


def test_line_numbers_count_blank_lines_too(read: Read) -> None:
    imported = read(b"\n\n" + line() + b"\n\nnot json\n" + line(id="m2"))

    assert imported.rejected == ["line 5: expected one JSON object, got text that is not JSON at character 1"]
    assert len(imported.messages) == 2


def test_a_line_beyond_the_limit_is_kept_in_pieces_and_the_rest_goes_on(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 200)
    content = line() + b"\n" + line(text="x" * 1000) + b"\n" + line(id="m2") + b"\n"

    imported = read(content)

    assert b"".join(part.raw for part in imported.parts) == content
    assert len(imported.rejected) == 1 and imported.rejected[0].startswith("line 2: expected at most")
    assert [event.key for event in imported.events] == ["m1", "m2"]
    assert sum(part.lines for part in imported.parts) == 3


@pytest.mark.parametrize("size", [-1, 0, 1])
def test_the_limit_is_exact(read: Read, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    content = line(text="x")
    monkeypatch.setattr(lines, "LINE_LIMIT", len(content) + size)

    assert len(read(content + b"\n" + line(id="2")[:0]).messages) == (1 if size >= 0 else 0)


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("chat.ndjson", line())
    return out.getvalue()


@pytest.mark.parametrize(
    "content, says",
    [
        (gzip.compress(line()), "gzip"),
        (gzip.compress(line())[:12], "gzip"),
        (_zip(), "zip"),
        (_zip()[:20], "zip"),
        (line().decode().encode("utf-16"), "UTF-16"),
        (line().decode().encode("utf-16-le"), "UTF-16"),
        (line().decode().encode("utf-16-be"), "UTF-16"),
        (bytes(range(256)) * 50, "neither"),
        ("價錢幾多\n".encode("big5") * 9, "neither"),
        (b"\x00" * 100, "neither"),
    ],
    # Names of their own: gzip and zip write the time, and two workers must collect the same tests.
    ids=["gzip", "cut gzip", "zip", "cut zip", "utf-16", "utf-16-le", "utf-16-be", "bytes", "big5", "zeros"],
)
def test_what_is_no_text_is_refused_with_what_it_is(read: Read, content: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)

    assert says in str(refused.value) and "chat.ndjson" in str(refused.value)


def test_a_character_cut_by_the_end_of_the_head_is_still_text(read: Read) -> None:
    content = b"x" * (lines.HEAD - 1) + "價".encode() + b"\n" + line()

    assert [event.key for event in read(content).events] == ["m1"]


def test_a_stray_byte_spoils_its_line_alone(read: Read) -> None:
    imported = read(line(text="?").replace(b"?", b"\xff") + b"\n" + line(id="m2") + b"\n\x00\n")

    assert imported.rejected == [
        "line 1: expected UTF-8, got a byte that is not at byte 97 of the line",
        "line 3: expected one JSON object, got text that is not JSON at character 1",
    ]
    assert [event.key for event in imported.events] == ["m2"]


def test_an_unknown_zone_is_refused_before_anything_is_read(read: Read) -> None:
    with pytest.raises(Refused, match="Mars/Olympus"):
        read(line(), timezone="Mars/Olympus")
