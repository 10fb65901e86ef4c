"""A file to messages: one, or those of an mbox; each from its first byte to the next one's."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from muniment.capture.connector import Part, SourceFile, Unreadable
from muniment.capture.documents import mapped, pieces
from muniment.capture.email.decode import MBOX, PLAIN
from muniment.capture.email.headers import ids
from muniment.capture.email.mbox import layout
from muniment.capture.spans import Buffer

LIMIT = 128 * 2**20
"""Longest message that is read, in bytes: its parts are in memory beside it."""

_HEADER = re.compile(rb"^[!-9;-~]{1,200}[ \t]*:", re.MULTILINE)
_ID = re.compile(rb"^message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]{1,1000})", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
_HEAD = 64 * 1024
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an Outlook message (.msg)"),
    (b"!BDN", "an Outlook data file (.pst)"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF-", "a PDF"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def read_parts(source: SourceFile) -> Iterator[Part]:
    """See EmailConnector.read."""
    with mapped(source.path) as data:
        _refuse(data[:_HEAD], source.name)
        found = layout(data)
        if found is None:
            if len(data) > LIMIT:
                raise Unreadable(
                    "{name} holds {size} bytes; a message of more than {limit} is not read",
                    name=source.name,
                    size=len(data),
                    limit=LIMIT,
                )
            yield _message(data, 0, len(data), {})
            return
        meta = {MBOX: "quoted" if found.quoted else PLAIN}
        yield from pieces(data, 0, found.starts[0], None)
        for start, end in zip(found.starts, [*found.starts[1:], len(data)], strict=True):
            if end - start > LIMIT:
                yield from pieces(data, start, end, None, f"expected at most {LIMIT} bytes in a message, got more")
            else:
                yield _message(data, start, end, meta)


def _refuse(head: bytes, name: str) -> None:
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise Unreadable(
                "{name}: expected a message as text, got {what}; export it as .eml or .mbox", name=name, what=what
            )
    if _HEADER.search(head) is None:
        raise Unreadable(
            "{name}: expected a message with headers, got none; check that it is the right file", name=name
        )


def _message(data: Buffer, start: int, end: int, meta: dict[str, Any]) -> Part:
    raw = data[start:end]
    head = raw[:_HEAD]
    blank = _BLANK.search(head)
    found = _ID.search(head, 0, blank.start() if blank else len(head))
    own = ids(found[1].decode("ascii", "replace")) if found else []
    key = f"{sha256(raw).hexdigest()}:{own[0] if own else ''}"
    return Part(kind="message", raw=raw, at=(start, len(raw)), key=key, lines=raw.count(b"\n") or 1, meta=meta)
