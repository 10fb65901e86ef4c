"""A message of an MSG dump to its event. Its form is read from public descriptions; no real file was at hand (README)."""

from typing import Any

from muniment.capture.bloomberg.people import left_of, person
from muniment.capture.element_members import epoch
from muniment.capture.filedump import MESSAGE
from muniment.capture.item import Item
from muniment.capture.members import PARTIAL
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision


def is_mail(name: str, found: Item) -> bool:
    """Whether a `Message` is one of an MSG dump: it has an id, or a body of that name."""
    return name == MESSAGE and ("MsgID" in found.left or "MsgBody" in found.left)


def read_mail(name: str, found: Item, lost: tuple[str, ...], key: str | None, meta: dict[str, Any]) -> Event:
    """The event of a mail: subject and body are its text, the roles of its recipients stay in `extra`."""
    native = found.see("MsgID")
    written = found.see("MsgTimeUTC")
    at, precision = epoch(written) if isinstance(written, str) else (None, Precision.SECOND)
    if at is not None:
        found.words("MsgTimeUTC")
    sender, shown = _of(found.inner("Sender"), found, "Sender")
    recipients: list[str] = []
    roles: list[dict[str, Any]] = []
    for one in _all(found, "Recipient"):
        who, _ = person(Item(one["UserInfo"])) if isinstance(one.get("UserInfo"), dict) else (None, None)
        recipients += [who] if who else []
        roles.append(one)
    subject, body = found.words("Subject"), found.words("MsgBody")
    files = _all(found, "Attachment")
    attachments = [
        Attachment(name=str(one.get("FileName") or one.get("FileID") or "attachment"), status=AttachmentStatus.MISSING)
        for one in files
    ]
    flags = ((PARTIAL,) if at is None or sender is None else ()) + (("repaired",) if lost else ())
    people = sorted({one for one in (sender, *recipients) if one})
    return Event(
        kind=Kind.MESSAGE,
        conversation=f"msg:{'~'.join(people)}" if people else f"msg:{native or ''}",
        conversation_display=subject or None,
        sender=sender,
        sender_display=shown,
        recipients=tuple(dict.fromkeys(recipients)),
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written if at is not None else None,
        text="\n".join(filter(None, (subject, body))),
        attachments=tuple(attachments),
        key=key,
        flags=flags,
        extra=left_of(found, lost, recipients=roles, attachments=files),
    )


def _of(holder: Item, found: Item, name: str) -> tuple[str | None, str | None]:
    user = holder.inner("UserInfo")
    taken = person(user)
    holder.put("UserInfo", user)
    found.put(name, holder)
    return taken


def _all(found: Item, name: str) -> list[dict[str, Any]]:
    one = found.see(name)
    if isinstance(one, dict):
        del found.left[name]
        return [one]
    return found.items(name)
