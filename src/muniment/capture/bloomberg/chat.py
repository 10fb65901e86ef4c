"""A record of an IB dump to its event."""

from datetime import UTC, datetime
from typing import Any

from muniment.capture.bloomberg.identity import is_history
from muniment.capture.bloomberg.people import left_of, seen, take_person
from muniment.capture.element_members import epoch
from muniment.capture.filedump import (
    ATTACHMENT,
    ENTERED,
    FILES,
    INVITE,
    LEFT,
    LOOSE,
    MEMBERS,
    MESSAGE,
    ROOM,
    TITLE,
)
from muniment.capture.item import Item, words_in
from muniment.capture.members import PARTIAL
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision

KINDS = {
    MESSAGE: Kind.MESSAGE,
    ATTACHMENT: Kind.MESSAGE,
    "History": Kind.MESSAGE,
    ENTERED: Kind.MEMBERSHIP,
    LEFT: Kind.MEMBERSHIP,
    INVITE: Kind.MEMBERSHIP,
    "SystemMessage": Kind.SYSTEM,
}
_OPS = {ENTERED: "join", LEFT: "leave", INVITE: "invite"}
ZONE_ASSUMED = "zone_assumed"
"""Flag: the row has no DateTimeUTC; its DateTime, which shows UTC in every dump seen, was read as that."""


def read_event(name: str, found: Item, lost: tuple[str, ...], key: str | None, meta: dict[str, Any]) -> Event:
    """The event of a row, or of what a conversation says about itself."""
    if meta.get(LOOSE):
        return _about(found, lost, key, meta)
    history = is_history(found)
    at, precision, written, assumed = _when(found)
    conversation = found.ident("ConversationID") or meta.get(ROOM) or meta.get(TITLE) or ""
    sender, shown = take_person(found, "User", "Inviter")
    invitee, invited = seen(found, "Invitee"), name == INVITE
    kind = KINDS.get(name)
    text = found.words("Content")
    attachments = (_attachment(found, meta),) if name == ATTACHMENT else ()
    flags: tuple[str, ...] = ("history",) if history or name == "History" else ()
    flags += (ZONE_ASSUMED,) if assumed else ()
    flags += (PARTIAL,) if kind is None or at is None or not conversation else ()
    flags += ("repaired",) if lost else ()
    members = [one for one in meta.get(MEMBERS, ()) if one != sender]
    people = () if kind is not Kind.MESSAGE else tuple(members)
    return Event(
        kind=kind or Kind.SYSTEM,
        conversation=conversation,
        conversation_display=meta.get(TITLE),
        sender=sender,
        sender_display=shown,
        recipients=(invitee,) if invited and invitee else people,
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        text=text if kind is not None else text or words_in(found.left),
        attachments=attachments,
        key=key,
        flags=flags,
        extra=left_of(found, lost, op=_OPS.get(name), native_type=None if kind else name),
    )


def _about(found: Item, lost: tuple[str, ...], key: str | None, meta: dict[str, Any]) -> Event:
    """What stands in a conversation beside its rows: when it began or ended, and its room."""
    written = found.see("StartTimeUTC") or found.see("EndTimeUTC")
    at, precision = epoch(written) if isinstance(written, str) else (None, Precision.SECOND)
    return Event(
        kind=Kind.SYSTEM,
        conversation=meta.get(ROOM) or meta.get(TITLE) or "",
        conversation_display=meta.get(TITLE),
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written if at is not None else None,
        key=key,
        flags=("repaired",) if lost else (),
        extra=left_of(found, lost, op="conversation_begins" if "@Perspective" in found.left else "conversation"),
    )


def _when(found: Item) -> tuple[int | None, Precision, str | None, bool]:
    written = found.see("DateTimeUTC")
    if isinstance(written, str):
        at, precision = epoch(written)
        if at is not None:
            found.words("DateTimeUTC")
            return at, precision, written, False
    local = found.see("DateTime")
    if isinstance(local, str):
        try:
            read = datetime.strptime(local.strip(), "%m/%d/%Y %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            return None, Precision.SECOND, None, False
        return int(read.timestamp()) * 1_000_000, Precision.SECOND, local, True
    return None, Precision.SECOND, None, False


def _attachment(found: Item, meta: dict[str, Any]) -> Attachment:
    native = found.see("FileID")
    name = found.words("FileName") or (native if isinstance(native, str) else "") or "attachment"
    stored = meta.get(FILES, {}).get(native) if isinstance(native, str) else None
    if stored:
        return Attachment(name=name, status=AttachmentStatus.STORED, sha256=str(stored[0]), size=int(stored[1]))
    said = found.see("FileSize")
    size = int(said) if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 16 else None
    return Attachment(name=name, status=AttachmentStatus.MISSING, size=size)
