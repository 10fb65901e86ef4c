"""Bytes to lines: refuses what is not text, and cuts the rest so that the lines put together are the file."""

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from muniment.capture.connector import Unreadable

LINE_LIMIT = 16 * 2**20
"""Longest line that is read as a message, in bytes without its line feed."""

HEAD = 64 * 1024
"""How much of the file is looked at to see that it is text."""

BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n"

_ARCHIVES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"SQLite format 3\x00", "a database"),
    (b"%PDF-", "a PDF"),
)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"{\x00", b"\x00{", b"[\x00", b"\x00[")
_OBJECT_BEGINS = re.compile(rb'^[ \t]*\{[ \t]*["}]', re.MULTILINE)


class Line(msgspec.Struct, frozen=True, gc=False):
    """Bytes of the file that belong together: `lines` of them, `blank` or perhaps a message.

    A line beyond LINE_LIMIT comes in pieces: the first counts the line and is `long`, the others count none.
    """

    raw: bytes
    lines: int = 1
    blank: bool = False
    long: bool = False


def refuse_what_is_no_text(head: bytes, name: str) -> None:
    """Raise Unreadable where the first bytes of a file show a container, a wide encoding or plain binary."""
    for magic, what in _ARCHIVES:
        if head.startswith(magic):
            raise Unreadable(
                "{name}: expected UTF-8 text with one JSON object a line, got {what}; unpack it and import what is in it",
                name=name,
                what=what,
            )
    if head.startswith(_WIDE):
        raise Unreadable("{name}: expected UTF-8, got UTF-16 or UTF-32; convert the file to UTF-8 first", name=name)
    if _is_text(head) or _OBJECT_BEGINS.search(head.removeprefix(BOM)):
        return  # a stray byte spoils its own line, not the file
    raise Unreadable(
        "{name}: expected UTF-8 text with one JSON object a line, got bytes that are neither; check that it is the right file",
        name=name,
    )


def cut(file: BinaryIO) -> Iterator[Line]:
    """The file from its start as lines with their line feeds; a byte-order mark and runs of blank lines on their own."""
    readline = file.readline
    line = readline(LINE_LIMIT + 1)
    if line.startswith(BOM):
        yield Line(BOM, lines=0, blank=True)
        line = line[len(BOM) :] or readline(LINE_LIMIT + 1)
    blanks: list[bytes] = []
    while line:
        if line[0] != 0x7B and not line.strip(BLANK) and len(line) <= LINE_LIMIT:
            blanks.append(line)
            if len(blanks) == 4096:
                yield Line(b"".join(blanks), lines=len(blanks), blank=True)
                blanks = []
            line = readline(LINE_LIMIT + 1)
            continue
        if blanks:
            yield Line(b"".join(blanks), lines=len(blanks), blank=True)
            blanks = []
        if len(line) > LINE_LIMIT and line[-1] != 0x0A:
            yield Line(line, long=True)
            while line and line[-1] != 0x0A:
                line = readline(LINE_LIMIT)
                if line:
                    yield Line(line, lines=0, long=True)
        else:
            yield Line(line)
        line = readline(LINE_LIMIT + 1)
    if blanks:
        yield Line(b"".join(blanks), lines=len(blanks), blank=True)


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start >= HEAD - 3  # a character cut in two by the end of the head
    return True
