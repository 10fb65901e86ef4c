"""One row's bytes and meta to its event: pure, the same in every rebuild."""

import re
from collections.abc import Sequence
from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.linkedin.rows import columns_of
from muniment.capture.linkedin.tables import COMMENTS, MESSAGES, by_name
from muniment.capture.members import PARTIAL, instant
from muniment.capture.plaintext import html_to_text
from muniment.capture.snapshots import STATE
from muniment.capture.times import Instant
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Header

ZONE_ASSUMED = "zone_assumed"
"""Flag: the source gives a time without a zone, and none was declared; it is read as UTC."""

_MARKUP = re.compile(r"<(?:p|div|br|span|a|ul|ol|html|body|table|b|strong|em|i)\b[^>]*>", re.IGNORECASE)
_CHANGES = ("FOLDER", "CONVERSATION TITLE", "SENDER PROFILE URL", "RECIPIENT PROFILE URLS", "TO", "FROM", "VISIBILITY")
"""Columns that change from export to export while the message does not."""


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The message, post or comment of a row. Raises Undecodable."""
    if header.part != "message":
        return ()
    columns, table = header.meta.get("columns"), header.meta.get("table")
    values = columns_of(raw)
    if not isinstance(columns, list) or values is None or len(values) != len(columns):
        raise Undecodable("expected a row of as many columns as the header has")
    row = by_name([str(name) for name in columns], values)
    double = [
        [name, value] for name, value in zip(columns, values, strict=True) if row[str(name).strip().upper()] != value
    ]
    extra: dict[str, Any] = {"table": table} | ({"columns": double} if double else {})
    written = row.pop("DATE", "")
    when = _moment(written, header.meta.get("zone"))
    flags = (PARTIAL,) if "\ufffd" in "".join(values) or when is None else ()
    common = _Common(header, written, when, flags + (when[2] if when else ()))
    return (_message(row, extra, common) if table == MESSAGES else _post(row, extra, str(table), common),)


class _Common:
    """What every event has in common."""

    def __init__(self, header: Header, written: str, when: Instant | None, flags: tuple[str, ...]) -> None:
        self.key, self.written, self.flags = header.key, written or None, flags
        self.at = when[0] if when else None
        self.precision = when[1] if when else Precision.SECOND


def _message(row: dict[str, str], extra: dict[str, Any], common: _Common) -> Event:
    conversation, title = row.pop("CONVERSATION ID", ""), row.get("CONVERSATION TITLE", "")
    sender, display = row.get("SENDER PROFILE URL", ""), row.get("FROM", "")
    text, given = _words(row.pop("CONTENT", ""))
    subject = row.get("SUBJECT", "")
    urls = row.get("RECIPIENT PROFILE URLS", "") or row.get("TO", "")
    state = {name: row.pop(name) for name in _CHANGES if name in row}
    flags = common.flags
    if row.get("IS MESSAGE DRAFT", "").casefold() in ("yes", "true"):
        flags = (*flags, "draft")
    if given is not None:
        extra["written"] = given
    links = row.get("ATTACHMENTS", "").split()
    return Event(
        kind=Kind.MESSAGE,
        conversation=conversation,
        conversation_display=title or None,
        sender=sender or display or None,
        sender_display=display or None,
        recipients=tuple(dict.fromkeys(filter(None, (url.strip() for url in urls.split(","))))),
        sent_at=common.at,
        sent_at_precision=common.precision,
        sent_at_raw=common.written,
        text="\n".join(filter(None, (subject, text))),
        attachments=tuple(
            Attachment(name=link.rpartition("/")[2] or link, status=AttachmentStatus.OMITTED) for link in links
        ),
        key=common.key,
        flags=flags,
        extra={**row, **extra, STATE: state},
    )


def _post(row: dict[str, str], extra: dict[str, Any], table: str, common: _Common) -> Event:
    """A post or a comment of the account's holder, of whom these files say nothing."""
    name = "MESSAGE" if table == COMMENTS else "SHARECOMMENTARY"
    text, given = _words(_joined(row.get(name, "")))
    if text == row.get(name):
        row.pop(name)
        given = None
    if given is not None and given != row.get(name):
        extra["written"] = given
    state = {column: row.pop(column) for column in _CHANGES if column in row}
    return Event(
        kind=Kind.MESSAGE,
        conversation=table,
        sent_at=common.at,
        sent_at_precision=common.precision,
        sent_at_raw=common.written,
        text=text,
        key=common.key,
        flags=common.flags,
        extra={**row, **extra, STATE: state},
    )


def _joined(text: str) -> str:
    """A post of several lines, each of which the writer put into quotation marks of its own."""
    return text.replace('"\r\n"', "\n").replace('"\n"', "\n")


def _words(text: str) -> tuple[str, str | None]:
    """What a reader sees, and the text as written where that is HTML."""
    if _MARKUP.search(text) is None:
        return text, None
    return html_to_text(text), text


def _moment(written: str, zone: Any) -> Instant | None:
    """`2023-01-05 12:34:56 UTC`, or without `UTC`: then in the declared zone, else as UTC, flagged."""
    plain = written.strip()
    if plain.endswith(" UTC"):
        return instant(plain.removesuffix(" UTC") + "Z")
    if isinstance(zone, str):
        return instant(plain, zone)
    found = instant(plain)
    if found is None and (guess := instant(plain + "Z")) is not None:
        return guess[0], guess[1], (*guess[2], ZONE_ASSUMED)
    return found
