"""Cuts a JSON document into the byte spans of what it holds, without building it: how an export becomes one part a message.

Nothing is parsed that is not asked for, no depth of nesting is followed with the stack, and a document that ends too early
is read as far as it is whole. The bytes may be a memory map, so that a file need never be in memory at once.
"""

import mmap
import re
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

Buffer = bytes | mmap.mmap
Path = tuple[str | int, ...]
"""Where a value stands: member names and places in lists, from the document's top."""

Pattern = tuple[str, ...]
"""A path in which `*` stands for any name or place."""

LONGEST_NAME = 1024
"""Bytes of a member name that may matter to a pattern."""

_TOKEN = re.compile(rb'[ \t\r\n]*+(?:("[^"\\]*+(?:\\.[^"\\]*+)*+")|([{}\[\],:])|([^ \t\r\n"{}\[\],:]++))', re.DOTALL)
_NEST = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+(?:([{\[]++)|([}\]]++))', re.DOTALL)
_BLANK = re.compile(rb"[ \t\r\n]*+")
_STRING, _SIGN = 1, 2


class Span(NamedTuple):
    """One value: where it stands, its bytes, and whether a pattern asked for it."""

    path: Path
    start: int
    end: int
    wanted: bool


class Stop(NamedTuple):
    """The end of the walk: all before `at` was read; `reason` is None where that is a whole value, whatever follows it."""

    at: int
    reason: str | None


def walk(data: Buffer, patterns: Sequence[Pattern], start: int = 0) -> Iterator[Span | Stop]:
    """The values that patterns ask for, and those on the way to them that none does, in the order of their bytes; a Stop last.

    A value that is asked for, or that leads to none that is, comes whole, whatever is in it. Nothing is raised.
    """
    try:
        end = yield from _value(data, start, (), patterns)
    except _Broken as broken:
        yield Stop(broken.at, broken.reason)
        return
    yield Stop(end, None)


def behind_blanks(data: Buffer, at: int) -> int:
    """Where something other than white space stands, from `at` on."""
    match = _BLANK.match(data, at)
    return match.end() if match else at


class _Broken(Exception):
    """Here the document stops being one."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at, self.reason = at, reason


def _value(data: Buffer, at: int, path: Path, patterns: Sequence[Pattern]) -> Generator[Span, None, int]:
    """Generator of spans that returns the end; its depth is a pattern's length at most."""
    kind, start, end = _token(data, at)
    wanted = any(len(pattern) == len(path) for pattern in patterns)
    if kind == _SIGN:
        sign = data[start : start + 1]
        if sign not in (b"{", b"["):
            raise _Broken(start, f"expected a value, got {sign.decode()!r} at byte {start}")
        if not wanted and any(len(pattern) > len(path) for pattern in patterns):
            if sign == b"{":
                return (yield from _object(data, end, path, patterns))
            return (yield from _list(data, end, path, patterns))
        end = _skip(data, start)
    yield Span(path, start, end, wanted)
    return end


def _object(data: Buffer, at: int, path: Path, patterns: Sequence[Pattern]) -> Generator[Span, None, int]:
    first = True
    while True:
        kind, start, end = _token(data, at)
        if kind == _SIGN and data[start : start + 1] == b"}":
            return end
        if kind == _SIGN and not first and data[start : start + 1] == b",":
            kind, start, end = _token(data, end)
        elif not first:
            raise _Broken(at, f"expected a comma or the end of an object at byte {start}")
        if kind != _STRING:
            raise _Broken(start, f"expected a member's name at byte {start}")
        name = bytes(data[start + 1 : min(end - 1, start + 1 + LONGEST_NAME)]).decode("utf-8", "replace")
        _, colon, behind = _token(data, end)
        if data[colon : colon + 1] != b":":
            raise _Broken(start, f"expected a colon at byte {colon}")
        at = yield from _value(data, behind, (*path, name), _below(patterns, len(path), name))
        first = False


def _list(data: Buffer, at: int, path: Path, patterns: Sequence[Pattern]) -> Generator[Span, None, int]:
    below = _below(patterns, len(path), "*")
    number = 0
    while True:
        kind, start, end = _token(data, at)
        sign = data[start : start + 1] if kind == _SIGN else b""
        if sign == b"]":
            return end
        if number and sign != b",":
            raise _Broken(at, f"expected a comma or the end of a list at byte {start}")
        at = yield from _value(data, end if number else at, (*path, number), below)
        number += 1


def _below(patterns: Sequence[Pattern], depth: int, name: str) -> Sequence[Pattern]:
    return [pattern for pattern in patterns if len(pattern) > depth and pattern[depth] in ("*", name)]


def _token(data: Buffer, at: int) -> tuple[int, int, int]:
    """Kind, start and end of the next token."""
    match = _TOKEN.match(data, at)
    if match is None:
        raise _Broken(at, f"the file ends at byte {len(data)}, in the middle; it was cut short")
    kind = match.lastindex or 0
    start, end = match.span(kind)
    return kind, start, end


def _skip(data: Buffer, start: int) -> int:
    """The end of the object or list that begins at `start`: brackets are counted, so no depth is too much."""
    depth, at = 0, start
    while match := _NEST.match(data, at):
        at = match.end()
        if match.lastindex == 1:
            depth += at - match.start(1)
        else:
            depth -= at - match.start(2)
            if depth <= 0:
                return at + depth
    raise _Broken(start, f"the file ends at byte {len(data)}, within a value; it was cut short")
