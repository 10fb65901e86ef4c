"""Headers: encoded words, raw bytes where programs did not encode them, addresses, dates, ids. Linear, and never raising.

The standard library's newer header parser is not used: it recurses and raises on hostile headers, and takes seconds for long ones.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from email.utils import mktime_tz, parsedate_tz
from typing import NamedTuple

from muniment.capture.email.charsets import decode_text, guessed

_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\s]*)\?=")
_SPACE = re.compile(r"[ \t\r\n]+")
_FOLD = re.compile(r"\r\n|\r|\n")
_ID = re.compile(r"<([^<>\s]{1,998})>|([^<>\s,;]{1,998}@[^<>\s,;]{1,255})")
_ZONE = re.compile(r"\d:\d\d(?::\d\d)?\s*(?:[+-]\d{3,4}|[A-Za-z]{1,5}\b)")
_LAST = 253_402_300_799


class Address(NamedTuple):
    """An address in lower case, and the name beside it."""

    address: str
    name: str | None


def headers_of(message: Message) -> list[tuple[str, str]]:
    """All headers in order, unfolded and decoded."""
    return [(shown(name), decoded(_unfolded(value))) for name, value in _raw(message)]


def raw_header(message: Message, name: str) -> str:
    """The first header of that name, unfolded and not decoded, its raw bytes as half characters; empty without one."""
    return next((_unfolded(value) for found, value in _raw(message) if found.lower() == name), "")


def all_raw(message: Message, name: str) -> list[str]:
    """All headers of that name, unfolded and not decoded, raw bytes as half characters."""
    return [_unfolded(value) for found, value in _raw(message) if found.lower() == name]


def decoded(text: str) -> str:
    """Text with its encoded words read; neighbours of one charset are read as one, since programs cut characters in two."""
    made: list[str] = []
    pending, charset, at = b"", "", 0
    for found in _WORD.finditer(text):
        between = text[at : found.start()]
        if at and not between.strip() and found[1].lower() == charset and pending:
            pending += _bytes(found[2], found[3])
        else:
            if pending:
                made.append(decode_text(pending, charset)[0])
            made.append("" if pending and not between.strip() else shown(between))
            pending, charset = _bytes(found[2], found[3]), found[1].lower()
        at = found.end()
    if pending:
        made.append(decode_text(pending, charset)[0])
    return "".join([*made, shown(text[at:])])


def shown(text: str) -> str:
    """Text without half characters: bytes beyond ASCII, which nobody declared, as the text that they seem to be."""
    return text if text.isascii() else guessed(text.encode("utf-8", "surrogateescape"))


def addresses(text: str) -> list[Address]:
    """The mailboxes of a header, groups opened, comments taken for names where nothing else is one."""
    found: list[Address] = []
    for entry in _entries(text):
        name, address = _mailbox(entry)
        if address or name:
            found.append(Address(shown(address).lower(), name or None))
    return found


def ids(text: str) -> list[str]:
    """Message ids, without their brackets."""
    return [shown(bracketed or bare) for bracketed, bare in _ID.findall(text)]


def date(text: str) -> tuple[int | None, bool]:
    """Microseconds UTC of an RFC 5322 date, and whether its zone was said; None for what is none."""
    try:
        read = parsedate_tz(text[:200])
        if read is None:
            return None, False
        datetime(*read[:5], min(read[5], 59))  # noqa: DTZ001 (only whether there is such a day)
        at = mktime_tz((*read[:9], read[9] or 0))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None, False
    return (int(at) * 1_000_000, _ZONE.search(text) is not None) if 0 <= at <= _LAST else (None, False)


def _raw(message: Message) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in message.raw_items()]


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value).strip()


def _bytes(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return quopri.decodestring(text.encode("utf-8", "surrogateescape"), header=True)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", text.encode("ascii", "ignore"))
    data = data[: len(data) - 1] if len(data) % 4 == 1 else data
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return text.encode("utf-8", "surrogateescape")


def _entries(text: str) -> Iterator[str]:
    """A list of addresses cut at its commas; those within quotes, brackets and comments do not count."""
    start, quoted, angle, depth, at = 0, False, False, 0, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if char == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            if char == "(":
                depth += 1
            elif char == ")":
                depth = max(0, depth - 1)
            elif not depth and char in "<>":
                angle = char == "<"
            elif not depth and (char in ",;" or (char == ":" and not angle)):
                if char != ":":
                    yield text[start:at]
                start, angle = at + 1, False
        at += 1
    yield text[start:]


def _mailbox(entry: str) -> tuple[str, str]:
    """Name and address."""
    comments: list[str] = []
    bare: list[str] = []
    angle: list[str] | None = None
    quoted, depth, at, inside = False, 0, 0, False
    while at < len(entry):
        char = entry[at]
        if char == "\\" and at + 1 < len(entry):
            at += 1
            char = entry[at]
            (comments if depth else angle if inside and angle is not None else bare).append(char)
        elif char == '"' and not depth:
            quoted = not quoted
        elif quoted:
            (angle if inside and angle is not None else bare).append(char)
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif depth:
            comments.append(char)
        elif char == "<":
            inside, angle = True, []
        elif char == ">":
            inside = False
        else:
            (angle if inside and angle is not None else bare).append(char)
        at += 1
    words = _SPACE.sub(" ", decoded("".join(bare))).strip()
    if angle is not None:
        address = _SPACE.sub("", "".join(angle))
        return words, address.rpartition(":")[2] if address.startswith("@") else address
    comment = _SPACE.sub(" ", decoded("".join(comments))).strip()
    if "@" in words:
        return comment, _SPACE.sub("", words)
    return words or comment, ""
