"""A record of an Actiance dump to its event, and the key by which it is known when it comes again.

A message may come several times: as it was written, as it was before and after an edit, when something about it changed, when
it was deleted. Each is a record; `UpdatedType` says which.
"""

from typing import Any

from muniment.capture.content_keys import ContentKeys
from muniment.capture.element_members import epoch
from muniment.capture.filedump import (
    ENTERED,
    FILES,
    INVITE,
    LEFT,
    LOOSE,
    MEMBERS,
    MESSAGE,
    ROOM,
    TITLE,
    TRANSFER_ENDED,
    TRANSFER_STARTED,
)
from muniment.capture.item import Item, words_in
from muniment.capture.members import PARTIAL
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision

EDITED_ORIGINAL, EDITED_NEW, UNCHANGED, DELETED, FILE_DELETED = (
    "EditedOriginalMsg",
    "EditedNewMsg",
    "UpdatedNoMsgChange",
    "Deleted",
    "FileDeleted",
)
_UPDATES = {
    "": (Kind.MESSAGE, ()),
    EDITED_ORIGINAL: (Kind.MESSAGE, ("edited",)),
    EDITED_NEW: (Kind.EDIT, ()),
    UNCHANGED: (Kind.EDIT, ("unchanged",)),
    DELETED: (Kind.RECALL, ()),
    FILE_DELETED: (Kind.SYSTEM, ("file_deleted",)),
}
_KINDS = {
    ENTERED: Kind.MEMBERSHIP,
    LEFT: Kind.MEMBERSHIP,
    INVITE: Kind.MEMBERSHIP,
    TRANSFER_STARTED: Kind.MESSAGE,
    TRANSFER_ENDED: Kind.SYSTEM,
    "SystemMessage": Kind.SYSTEM,
    "History": Kind.MESSAGE,
}
_OPS = {ENTERED: "join", LEFT: "leave", INVITE: "invite", TRANSFER_ENDED: "file_transfer_ended"}
_DELETE = "delete "
"""What Mattermost writes before the words of a deleted message, and before the name of a deleted file."""


def identify(keys: ContentKeys, name: str, found: Item, room: str) -> str:
    """The platform's id, with the kind and time of the update where there was one; else a content key."""
    said = found.left.get
    native, update = said("MessageId"), said("UpdatedType")
    if name == MESSAGE and isinstance(native, str) and native.strip():
        if not update:
            return native.strip()
        return "/".join((native.strip(), str(update), str(said("UpdatedDateTimeUTC") or ""), *_content(found, update)))
    fields = ("LoginName", "DateTimeUTC", "Content", "UserFileName", "FileName", "Status", "ConversationID")
    return keys.key(name, room, *(str(said(field) or "") for field in fields))


def _content(found: Item, update: object) -> list[str]:
    """What tells two files of one message apart that were deleted at once."""
    return [str(found.left.get("Content") or "")] if update == FILE_DELETED else []


def login_of(found: Item) -> str | None:
    """Who enters or leaves."""
    return found.ident("LoginName")


def file_of(name: str, found: Item) -> str | None:
    """Where a file lies, as the dump names it: beside the dump once its zip is unpacked."""
    return found.ident("FileName") if name == TRANSFER_STARTED else None


def read_event(name: str, found: Item, lost: tuple[str, ...], key: str | None, meta: dict[str, Any]) -> Event:
    """The event of a record, or of what a conversation says about itself."""
    conversation = meta.get(ROOM) or meta.get(TITLE) or ""
    if meta.get(LOOSE):
        return _about(found, lost, key, conversation, meta)
    if not conversation:
        conversation = found.ident("ConversationID") or ""
    kind, flags, target = _kind(name, found)
    moved = name == MESSAGE and kind is not Kind.MESSAGE
    at, precision, written = _take_time(found, "UpdatedDateTimeUTC" if moved else "DateTimeUTC")
    if at is None and moved:
        at, precision, written = _take_time(found, "DateTimeUTC")
    sender = found.ident("LoginName")
    text = found.words("Content")
    if kind is Kind.RECALL and text.startswith(_DELETE):
        found.left["Content"] = text
        text = text.removeprefix(_DELETE)
    flags += (PARTIAL,) if name not in _KINDS and name != MESSAGE else ()
    flags += (PARTIAL,) if PARTIAL not in flags and (at is None or not conversation) else ()
    flags += ("bot",) if found.constant("UserType", "bot") else ()
    flags += ("repaired",) if lost else ()
    members = [one for one in meta.get(MEMBERS, ()) if one != sender]
    attachments = (_attachment(found, meta),) if name == TRANSFER_STARTED else ()
    found_op = _OPS.get(name)
    return Event(
        kind=kind,
        conversation=conversation,
        conversation_display=meta.get(TITLE),
        sender=sender,
        recipients=tuple(members) if kind in {Kind.MESSAGE, Kind.EDIT} else (),
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        text=text or (words_in(found.left) if name not in _KINDS and name != MESSAGE else ""),
        attachments=attachments,
        key=key,
        target=target,
        flags=flags,
        extra=_extra(found, lost, op=found_op, native_type=None if name in _KINDS or name == MESSAGE else name),
    )


def _kind(name: str, found: Item) -> tuple[Kind, tuple[str, ...], str | None]:
    """What happened, and to which message."""
    if name != MESSAGE:
        return _KINDS.get(name, Kind.SYSTEM), ("history",) if name == "History" else (), None
    update = found.see("UpdatedType")
    known = _UPDATES.get(update if isinstance(update, str) else "")
    native = found.see("MessageId")
    if known is None:
        return Kind.SYSTEM, (PARTIAL,), None
    kind, flags = known
    target = native.strip() if kind in {Kind.EDIT, Kind.RECALL} and isinstance(native, str) else None
    return kind, flags, target or None


def _about(found: Item, lost: tuple[str, ...], key: str | None, conversation: str, meta: dict[str, Any]) -> Event:
    """What stands in a conversation beside its records: what time the dump covers."""
    starts = "StartTimeUTC" in found.left
    at, precision, written = _take_time(found, "StartTimeUTC" if starts else "EndTimeUTC")
    return Event(
        kind=Kind.SYSTEM,
        conversation=conversation,
        conversation_display=meta.get(TITLE),
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        key=key,
        flags=("repaired",) if lost else (),
        extra=_extra(found, lost, op="export_begins" if starts else "export_ends"),
    )


def _take_time(found: Item, name: str) -> tuple[int | None, Precision, str | None]:
    written = found.see(name)
    at, precision = epoch(written) if isinstance(written, str) else (None, Precision.SECOND)
    return at, precision, found.words(name) if at is not None else None


def _attachment(found: Item, meta: dict[str, Any]) -> Attachment:
    path = found.see("FileName")
    name = found.words("UserFileName") or (path.rpartition("/")[2] if isinstance(path, str) else "") or "file"
    stored = meta.get(FILES, {}).get(path) if isinstance(path, str) else None
    if stored:
        return Attachment(name=name, status=AttachmentStatus.STORED, sha256=str(stored[0]), size=int(stored[1]))
    return Attachment(name=name, status=AttachmentStatus.MISSING)


def _extra(found: Item, lost: tuple[str, ...], **more: Any) -> dict[str, Any]:
    extra = dict(found.left) | {f"${name}": value for name, value in more.items() if value}
    if lost:
        extra["$unrepresentable"] = list(lost)
    return extra
