"""Decodes one record into the rows that the catalog keeps of it. Pure but for the keyed digests it is handed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from muniment.capture.registry import decode
from muniment.journal.reader import Opened
from muniment.record.clock import SECOND, from_rfc3339
from muniment.record.event import Event, Kind
from muniment.record.record import Header, split_payload
from muniment.search.document import SEQUENCE_BITS, document_id
from muniment.vault.pseudonym import Pseudonyms

SEQUENCE_MASK = (1 << SEQUENCE_BITS) - 1
LINKS = {Kind.EDIT, Kind.RECALL, Kind.MESSAGE, Kind.REACTION, Kind.RECEIPT}


@dataclass(frozen=True, slots=True)
class Projected:
    """What a record says: its header, its digests and its events; all absent for leaves without content."""

    opened: Opened
    received_at: int
    header: Header | None
    key: bytes | None
    content: bytes | None
    events: Sequence[Event]
    status: str
    blob: str | None = None


def project(opened: Opened, names: Pseudonyms) -> Projected:
    """Read one opened record; never raises for what a message contains."""
    leaf = opened.leaf
    received_at = from_rfc3339(leaf.rx)
    if leaf.t != "rec":
        return Projected(opened, received_at, None, None, None, (), "stored")
    if opened.payload is None:
        return Projected(opened, received_at, None, None, None, (), "disposed")
    header, raw = split_payload(opened.payload)
    events = decode(header, raw)
    undecoded = len(events) == 1 and events[0].kind is Kind.UNDECODED
    status = "undecoded" if undecoded else "decoded" if events else "stored"
    return Projected(
        opened,
        received_at,
        header,
        None if header.key is None else names.key(leaf.src, header.part, header.key),
        names.content(raw),
        events,
        status,
        hashlib.sha256(raw).hexdigest() if header.part == "attachment" else None,
    )


def diverged(event: Event, original: int) -> Event:
    """The event of a record whose key came before with other content: kept beside the first, never in its place."""
    return msgspec.structs.replace(
        event,
        kind=Kind.SOURCE_DIVERGENCE,
        flags=(*event.flags, "diverged"),
        extra={**event.extra, "was": original, "kind": event.kind},
    )


def event_id(event: Event, leaf: int, ordinal: int) -> int:
    """The id by which an event sorts: seconds of sending, then a sequence from its position in the log."""
    seconds = None if event.sent_at is None else event.sent_at // SECOND
    return document_id(seconds, ((leaf << 8) + ordinal) & SEQUENCE_MASK)


def number(digest: bytes) -> int:
    """The first 63 bits of a digest, as a key of a table."""
    return int.from_bytes(digest[:8], "big") >> 1
