"""Where the messages of an mbox begin. Its variants cannot be told apart by name, only by what all of the file agrees on.

A message begins with a line `From …` that bears a date, at the beginning of the file or behind an empty line, with a header
below it. mboxo and mboxrd write such a line of a body as `>From …`. mboxcl and mboxcl2 say each message's length; mboxcl2 quotes
nothing. A length is believed only where nearly all messages of the file end where theirs says, for anyone can send one.
"""

import re
from typing import NamedTuple

from muniment.capture.spans import Buffer

_BEGINS = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?|\n\r?\n)(?P<line>From [^\r\n]{0,500}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,]+[^\r\n]{0,80}\d{1,2}:\d{2}[^\r\n]{0,60}\r?\n)"
    rb"(?=>?From |[!-9;-~]{1,100}[ \t]*:|\r?\n)"
)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MOST_HEADER = 256 * 1024


class Layout(NamedTuple):
    """Where messages begin, the first perhaps behind other bytes, and whether lines of them are quoted."""

    starts: list[int]
    quoted: bool


def layout(data: Buffer) -> Layout | None:
    """The messages of an mbox; None for what is none."""
    starts = [found.start("line") for found in _BEGINS.finditer(data)]
    if not starts or starts[0] > 3:
        return None
    known = {*starts[1:], len(data)}
    kept: list[int] = []
    fitting, until = 0, 0
    for start in starts:
        if start < until:
            continue  # within a message that says how long it is
        kept.append(start)
        told = _told(data, start, len(data))
        end = None if told is None else _lands(data, told, known)
        fitting += end is not None
        until = end or 0
    if len(kept) < 2 or fitting * 10 < len(kept) * 9:
        return Layout(starts, quoted=True)
    return Layout(kept, quoted=len(kept) == len(starts))


def _told(data: Buffer, start: int, end: int) -> int | None:
    """Where a message says that it ends."""
    head = data[start : min(end, start + _MOST_HEADER)]
    blank = _HEADER_END.search(head)
    if blank is None:
        return None
    length = _LENGTH.search(head, 0, blank.start() + 1)
    return start + blank.end() + int(length[1]) if length else None


def _lands(data: Buffer, told: int, ends: set[int]) -> int | None:
    """The end that lies where a message says, an empty line beside it not counted."""
    for place in range(told, told + 5):
        if place in ends:
            return place if not data[told:place].strip(b"\r\n") else None
    return None
