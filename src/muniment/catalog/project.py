"""Decodes one record into what the catalog keeps of it. Pure but for the keyed digests it is handed.

This is the dear part of projecting, and needs no database: it may run in another process (prepare.py). The structs are
encoded as arrays, so that handing them over costs little.
"""

import hashlib

import msgspec

from muniment.capture.feeds.gap import Gap, decode_gap
from muniment.capture.registry import decode, membership
from muniment.catalog.documents import document
from muniment.journal.reader import Opened
from muniment.record.clock import SECOND, from_rfc3339
from muniment.record.event import Event, Kind
from muniment.record.membership import Op
from muniment.record.record import split_payload
from muniment.search import tokens
from muniment.search.document import SEQUENCE_BITS, Document, document_id
from muniment.vault.pseudonym import Pseudonyms

SEQUENCE_MASK = (1 << SEQUENCE_BITS) - 1
LINKS = {Kind.EDIT, Kind.RECALL, Kind.MESSAGE, Kind.REACTION, Kind.RECEIPT, Kind.DELIVERY_FAILURE}

encode_event = msgspec.json.Encoder().encode
decode_event = msgspec.json.Decoder(Event).decode


class ProjectedEvent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event, ready to be written: the id it would like to have, its JSON, its search document and the tokens of its text.

    `conversation` and `target` are numbers of keyed digests. The document's text is left out: the tokens stand for it.
    `key` and `content` are the keyed digests of an event's own key and of its JSON, where its record bears no key.
    """

    id: int
    kind: str
    body: str
    conversation: int
    document: Document
    tokens: str
    target: int | None = None
    key: bytes | None = None
    content: bytes | None = None
    media: tuple[tuple[int, bytes], ...] = ()
    """Places of attachments whose bytes come later, and the key digests of the records that will hold them."""
    members: tuple[int, int, str] | None = None
    """What it says of the conversation's members: 1 where that is everybody else 0, when (µs UTC), and what as JSON."""


class Projected(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one record says; what its header would say is None for leaves without content."""

    leaf: int
    type: str
    source: str
    received_at: int
    size: int
    status: str
    events: tuple[ProjectedEvent, ...] = ()
    ref: int | None = None
    connector: str | None = None
    version: int | None = None
    part: str | None = None
    import_id: str | None = None
    assurance: str | None = None
    key: bytes | None = None
    content: bytes | None = None
    blob: str | None = None
    length: int | None = None
    gap: Gap | None = None


def project(opened: Opened, names: Pseudonyms) -> Projected:
    """Read one opened record; never raises for what a message contains."""
    leaf, index = opened.leaf, opened.index
    received_at = from_rfc3339(leaf.rx)
    if leaf.t == "gap" and opened.payload is not None:
        header, raw = split_payload(opened.payload)
        gap = decode_gap(raw)
        return Projected(
            index, leaf.t, leaf.src, received_at, leaf.n, "stored", connector=header.by, part=header.part, gap=gap
        )
    if leaf.t != "rec" or opened.payload is None:
        status = "disposed" if leaf.t == "rec" else "stored"
        return Projected(index, leaf.t, leaf.src, received_at, leaf.n, status, ref=leaf.ref)
    header, raw = split_payload(opened.payload)
    events = decode(header, raw)
    undecoded = len(events) == 1 and events[0].kind is Kind.UNDECODED
    return Projected(
        index,
        leaf.t,
        leaf.src,
        received_at,
        leaf.n,
        "undecoded" if undecoded else "decoded" if events else "stored",
        tuple(
            [
                project_event(event, index, place, leaf.src, header.by, names, keyed=header.key is None)
                for place, event in enumerate(events)
            ]
        ),
        leaf.ref,
        header.by,
        header.v,
        header.part,
        header.imp,
        header.assurance,
        None if header.key is None else names.key(leaf.src, header.part, header.key),
        names.content(raw),
        hashlib.sha256(raw).hexdigest() if header.part == "attachment" else None,
        len(raw) if header.part == "attachment" else None,
    )


def project_event(
    event: Event, leaf: int, ordinal: int, source: str, connector: str, names: Pseudonyms, *, keyed: bool = False
) -> ProjectedEvent:
    """One event of the record `leaf`, ready to be written; `keyed` when it is found by its own key."""
    identifier = event_id(event, leaf, ordinal)
    target = (
        None if event.target is None or event.kind not in LINKS else number(names.key(source, "message", event.target))
    )
    text, indexed = document(identifier, event, connector)
    body = encode_event(event)
    own = keyed and event.key is not None
    return ProjectedEvent(
        identifier,
        event.kind,
        body.decode(),
        number(names.key(source, "conversation", event.conversation)),
        indexed,
        tokens.body(text),
        target,
        names.key(source, "message", event.key or "") if own else None,
        names.content(body) if own else None,
        tuple(
            (place, names.key(source, "attachment", each.media))
            for place, each in enumerate(event.attachments)
            if each.media is not None
        )
        if event.attachments
        else (),
        _members(event, connector) if event.kind is Kind.MEMBERSHIP else None,
    )


def _members(event: Event, connector: str) -> tuple[int, int, str] | None:
    said = membership(connector, event)
    if said is None or event.sent_at is None:
        return None  # what is said without a time says nothing of any time
    return int(said.op is Op.SNAPSHOT and said.whole), event.sent_at, encode_event(said).decode()


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
