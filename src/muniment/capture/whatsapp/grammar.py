"""How a line that begins a message is cut: six shapes of header, then author and body.

A shape says where the stamp ends (bracket, dash, colon) and whether the date or the time comes first. Everything else
about a header (separators, words, marks, number of digits) is its style, which all headers of one export share.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from muniment.capture.whatsapp.clock import DateText, TimeText, read_date, read_time
from muniment.capture.whatsapp.locales import MARKS, SPACES, clean
from muniment.capture.whatsapp.system import quotes_a_system_line

_M = f"[{MARKS}]{{0,4}}"
_W = f"[{SPACES}{MARKS}]"
_SLASH = rf"{_W}{{0,3}}[./\-\u2010\u2011年月년월]{_W}{{0,3}}"
_ERA = r"(?:[RHrh]|令和|平成|民國|民国|พ\.ศ\.|公元|西元)? ?"
_DATE = rf"{_ERA}\d{{1,4}}{_SLASH}\d{{1,2}}{_SLASH}\d{{1,4}}"
_COLON = r"[:.：時时點点h]"
_CLOCK = rf"\d{{1,2}}{_COLON}\d{{2}}(?:{_COLON}\d{{2}})?"
_FILL = r"[^\d\[\]\n]{1,32}"
_TAIL = r"[^\d\[\]\n]{0,24}?"

SHAPES: dict[str, re.Pattern[str]] = {
    "bracket": re.compile(rf"{_M}\[{_M}({_DATE})({_FILL}{_CLOCK}{_TAIL})\]{_W}?"),
    "bracket time-first": re.compile(rf"{_M}\[({_TAIL}{_CLOCK}{_FILL})({_DATE}{_TAIL})\]{_W}?"),
    "dash": re.compile(rf"{_M}({_DATE})({_FILL}{_CLOCK}{_TAIL}){_W}[-–—](?:{_W}|$)"),
    "dash time-first": re.compile(rf"{_M}({_CLOCK}{_FILL})({_DATE}{_TAIL}){_W}[-–—](?:{_W}|$)"),
    "colon": re.compile(rf"{_M}({_DATE})({_FILL}{_CLOCK}{_TAIL}):{_W}"),
}
"""Shape name to the expression that cuts a header; groups are date and time, or time and date where the time comes first.

Every repetition is bounded and no two neighbours can share more than a few characters, so the work per line is bounded
whatever the line holds.
"""

_START = re.compile(rf"{_M}(?:\[|{_ERA}\d)")

LONGEST_HEADER = 160
"""No header is longer; what lies behind is not looked at."""


class Head(NamedTuple):
    """A header as cut from a line: its shape, date and time as written, and where the rest of the line begins (characters)."""

    shape: str
    date: str
    time: str
    end: int


def cut_header(line: str, shape: str) -> Head | None:
    """Cut `line` as `shape`; None when it is no such header."""
    match = SHAPES[shape].match(line, 0, LONGEST_HEADER)
    if match is None:
        return None
    first, second = match.groups()
    if shape.endswith("time-first"):
        return Head(shape, second, first, match.end())
    return Head(shape, first, second, match.end())


def any_header(line: str) -> Head | None:
    """The first shape that fits `line`, in the order of SHAPES; None when none does."""
    if _START.match(line) is None:
        return None
    for shape in SHAPES:
        head = cut_header(line, shape)
        if head is not None:
            return head
    return None


def read_head(head: Head) -> tuple[DateText, TimeText] | None:
    """The numbers of a header; None when its date or time cannot be taken apart."""
    day, time = read_date(head.date), read_time(head.time)
    return (day, time) if day is not None and time is not None else None


class Said(NamedTuple):
    """Who said what: `author` None where the line names nobody. `body` may begin with marks; both are as written."""

    author: str | None
    body: str


def cut_author(rest: str) -> Said:
    """Split what follows a header at the first colon and space, unless that colon stands in a name quoted by a system line."""
    author, separator, body = rest.partition(": ")
    if not separator or "\n" in author:
        line, _, following = rest.partition("\n")
        line = line.removesuffix("\r")
        if line.endswith(":") and len(line) > 1:
            return Said(line[:-1], following)
        return Said(None, rest)
    if not author or quotes_a_system_line(author, rest):
        return Said(None, rest)
    return Said(author, body)


@lru_cache(maxsize=4096)
def author_name(author: str) -> str:
    """An author as written, without marks and outer spaces: what identifies them within the chat."""
    return clean(author).strip()
