"""A JSON document to parts: each message's bytes with the comma before it, and the stretches between, in order and without a gap.

The comma goes with the message behind it, so that an export which was made again later holds the same bytes for each
message as the shorter one did, and a million messages are not two million records.
"""

import mmap
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path as File
from typing import Any

import msgspec

from muniment.capture.connector import PIECE, Part, Undecodable, Unreadable
from muniment.capture.members import EDGES
from muniment.capture.spans import Buffer, Path, Pattern, Span, Stop, behind_blanks, walk

BOM = b"\xef\xbb\xbf"
ELEMENT_LIMIT = 16 * 2**20
"""Longest message that is read, in bytes."""
_LONGEST_COMMA = 4096
"""Bytes of commas and white space that go with the message behind them."""
CONTEXT_LIMIT = 2**20
"""Longest value beside the messages that is read, in bytes."""

_PLAIN = re.compile(r"[A-Za-z_]{1,20}", re.ASCII)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"{\x00", b"\x00{", b"[\x00", b"\x00[", b"\x00\x00")


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What a message's part bears beside its bytes."""

    key: str
    meta: dict[str, Any] = {}
    missing: tuple[str, ...] = ()
    before: tuple[Part, ...] = ()
    """Parts of other files that come just before it."""


Make = Callable[[Path, bytes], Made]
"""Names a message from where it stands and its bytes; raises Undecodable where it is none."""


@contextmanager
def mapped(path: File) -> Iterator[Buffer]:
    """The bytes of a file, as a map of it."""
    with path.open("rb") as file:
        if not file.read(1):
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def refuse_what_is_no_json(head: bytes, name: str) -> None:
    """Raise Unreadable where the first bytes of a file are no UTF-8 JSON object or list."""
    if head.startswith(_WIDE):
        raise Unreadable("{name}: expected UTF-8, got UTF-16 or UTF-32; convert the file to UTF-8 first", name=name)
    if not head.removeprefix(BOM).lstrip(b" \t\r\n").startswith((b"{", b"[")):
        raise Unreadable(
            "{name}: expected a JSON export, got bytes that are none; check that it is the right file", name=name
        )


def first_value(data: Buffer) -> int:
    """Where the document begins: behind a byte-order mark."""
    return len(BOM) if data[: len(BOM)] == BOM else 0


def context(
    data: Buffer, patterns: Sequence[Pattern], about: Sequence[Pattern], start: int | None = None
) -> dict[Path, bytes]:
    """The bytes of the values beside the messages that `about` asks for, wherever in the document they stand."""
    found: dict[Path, bytes] = {}
    for span in walk(data, (*patterns, *about), first_value(data) if start is None else start):
        if isinstance(span, Stop) or not span.wanted or span.end - span.start > CONTEXT_LIMIT:
            continue
        if any(_fits(span.path, pattern) for pattern in about):
            found[span.path] = data[span.start : span.end]
    return found


def json_parts(data: Buffer, patterns: Sequence[Pattern], make: Make, *, member: str | None = None) -> Iterator[Part]:
    """The parts of a document (of the member called so), its messages being what `patterns` ask for.

    What cannot be named is a rejected span, with the reason; so is all behind the place where the document breaks off.
    """
    done = 0
    for span in walk(data, patterns, first_value(data)):
        if isinstance(span, Stop):
            yield from the_end(data, done, span, member)
        elif span.wanted:
            yield from message_parts(data, done, span, make, member)
            done = span.end
        elif not span.path:
            yield from pieces(data, done, span.end, member, "expected a list or an object, got another value")
            done = span.end


def pieces(data: Buffer, start: int, end: int, member: str | None, rejected: str | None = None) -> Iterator[Part]:
    """A stretch that is no message, in pieces; the first says why, where it should have been one. An empty one only then."""
    for at in range(start, end if rejected is None else max(end, start + 1), PIECE):
        raw = data[at : min(end, at + PIECE)]
        said = rejected if at == start else None
        yield Part(kind="span", raw=raw, at=(at, len(raw)), member=member, lines=1 if said else 0, rejected=said)


def first_bears(parts: Iterator[Part], meta: dict[str, Any]) -> Iterator[Part]:
    """The same parts, the first with what must be known of them all: how their member was packed."""
    for part in parts:
        if meta:
            part, meta = msgspec.structs.replace(part, meta={**part.meta, **meta}), {}
        yield part


def the_end(data: Buffer, done: int, stop: Stop, member: str | None) -> Iterator[Part]:
    """The parts behind the last message: what closes the document, and what follows a document that should have ended."""
    at, reason = max(done, stop.at), stop.reason
    if reason is None:
        at = behind_blanks(data, at)
        reason = None if at == len(data) else f"expected nothing more, got text after the end at byte {at}"
    yield from pieces(data, done, at, member)
    if reason is not None:
        yield from pieces(data, at, len(data), member, reason)


def message_parts(data: Buffer, done: int, span: Span, make: Make, member: str | None) -> Iterator[Part]:
    """The parts from `done`, where the message before ended (0 before the first), to the end of what should be the next one."""
    path, start, end = span.path, span.start, span.end
    if done and start - done <= _LONGEST_COMMA and not data[done:start].strip(EDGES):
        start = done
    yield from pieces(data, done, start, member)
    where = ".".join(str(p) if isinstance(p, int) or _PLAIN.fullmatch(p) else "*" for p in path) or "the document"
    if end - start > ELEMENT_LIMIT:
        yield from pieces(data, start, end, member, f"{where}: expected at most {ELEMENT_LIMIT} bytes, got more")
        return
    raw = data[start:end]
    try:
        made = make(path, raw)
    except Undecodable as reason:
        yield Part(kind="span", raw=raw, at=(start, len(raw)), member=member, lines=1, rejected=f"{where}: {reason}")
        return
    yield from made.before
    yield Part(
        kind="message",
        raw=raw,
        at=(start, len(raw)),
        member=member,
        key=made.key,
        lines=1,
        meta=made.meta,
        missing=made.missing,
    )


def _fits(path: Path, pattern: Pattern) -> bool:
    return len(path) == len(pattern) and all(p in ("*", q) for q, p in zip(path, pattern, strict=True))
