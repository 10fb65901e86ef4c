"""Bytes out of the archive: a record's raw bytes as they were received, and the attachments of messages.

Trust: the audit entry is durable before the first byte leaves; what is handed out was checked against its leaf just now.
"""

import hashlib
from dataclasses import dataclass

from muniment.capture.audit import Entry
from muniment.capture.registry import embedded
from muniment.catalog.placed import Placed, of_blob, of_record
from muniment.desk.archive.access.finding import visible_ids
from muniment.desk.archive.access.reading import ENDLESS, absent
from muniment.desk.authority import Capability, Scope
from muniment.desk.desk import Desk
from muniment.journal.reader import Opened
from muniment.record.errors import Damaged
from muniment.record.event import Attachment, AttachmentStatus
from muniment.record.record import Header, split_payload


@dataclass(frozen=True, slots=True)
class Raw:
    """What was received as one record: the header that the connector gave it, and the bytes."""

    leaf: int
    header: Header
    content: bytes


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its name as the message gives it, the type that the source declares, and its bytes."""

    name: str
    declared: str | None
    content: bytes


def raw(desk: Desk, leaf: int, *, act: str = "record.download", capability: Capability = Capability.READ) -> Raw:
    """The raw bytes of a record, for a reader who may see all of it; raises NotFound, Damaged or WrongKey."""
    scope = desk.authority.require(capability)
    if not wholly_visible(desk, leaf, scope):
        raise absent()
    opened = open_record(desk, leaf)
    if opened.payload is None:
        raise absent()
    desk.audit(Entry(act=act, actor=desk.actor, object=f"records/{leaf}", counts={"bytes": len(opened.payload)}))
    header, content = split_payload(opened.payload)
    return Raw(leaf, header, content)


def file(
    desk: Desk,
    leaf: int,
    ordinal: int,
    place: int,
    *,
    act: str = "attachment.read",
    capability: Capability = Capability.READ,
) -> File:
    """Attachment number `place` (from 0) of an event; raises NotFound, Damaged or WrongKey."""
    event, attachment = named(desk, leaf, ordinal, place, capability=capability)
    content = content_of(desk, event, place, str(attachment.sha256))
    if content is None:
        raise absent()
    desk.audit(opening(desk, event, place, act, len(content)))
    return File(attachment.name, attachment.content_type, content)


def named(
    desk: Desk, leaf: int, ordinal: int, place: int, *, capability: Capability = Capability.READ
) -> tuple[Placed, Attachment]:
    """The event, and its attachment number `place`, for whoever may see it and where its bytes are there; raises NotFound.

    Nothing of it leaves here: whoever shows it makes an entry first.
    """
    scope = desk.authority.require(capability)
    events = of_record(desk.catalog, leaf) if leaf <= ENDLESS else []
    event = next((each for each in events if each.decoded.ordinal == ordinal), None)
    if event is None or not visible_ids(desk, [event.id], scope) or place >= len(event.decoded.event.attachments):
        raise absent()
    attachment = event.decoded.event.attachments[place]
    if attachment.status is not AttachmentStatus.STORED or attachment.sha256 is None:
        raise absent()
    return event, attachment


def opening(desk: Desk, event: Placed, place: int, act: str, size: int, **detail: object) -> Entry:
    """The entry that attachment `place` of an event was opened, of `size` bytes."""
    sha256 = event.decoded.event.attachments[place].sha256
    return Entry(
        act=act,
        actor=desk.actor,
        object=event.decoded.id,
        counts={"bytes": size},
        detail={"attachment": place, "sha256": sha256, **detail},
    )


def content_of(desk: Desk, event: Placed, place: int, sha256: str) -> bytes | None:
    """The bytes of attachment `place` of an event, for whoever has asked who may; None when they were disposed of.

    From the record that holds the file by itself, else from within the message. Raises Damaged or WrongKey.
    """
    leaf = of_blob(desk.catalog, sha256)
    opened = open_record(desk, event.decoded.record if leaf is None else leaf)
    if opened.payload is None:
        return None
    header, content = split_payload(opened.payload)
    found = content if leaf is not None else embedded(header, content, place)
    if found is not None and hashlib.sha256(found).hexdigest() != sha256:
        raise Damaged(
            "attachment {place} of event {event} is not the one that its message names; run `muniment verify`",
            place=place,
            event=event.decoded.id,
        )
    return found


def open_record(desk: Desk, leaf: int) -> Opened:
    """A sealed record, checked against its leaf; raises NotFound, Damaged or WrongKey."""
    size = desk.archive.records.log.checkpoint().size
    if not 0 <= leaf < size:
        raise absent()
    return next(desk.archive.records.pick([leaf], size))


def partly_visible(desk: Desk, leaf: int, scope: Scope) -> bool:
    """Whether a record is within scope: at least one of its events is; one without events is for whoever sees everything."""
    return scope is None or (
        leaf <= ENDLESS and bool(visible_ids(desk, [event.id for event in of_record(desk.catalog, leaf)], scope))
    )


def wholly_visible(desk: Desk, leaf: int, scope: Scope) -> bool:
    """Whether all of a record is within scope, so that its raw bytes may be shown."""
    if scope is None or leaf > ENDLESS:
        return scope is None
    ids = [event.id for event in of_record(desk.catalog, leaf)]
    return bool(ids) and len(visible_ids(desk, ids, scope)) == len(ids)
