"""One archived message, as it was decrypted, to its event: pure, the same in every rebuild.

Trust: a field that has no place in the event is in `extra`, under its own name; a type that nobody knows is an event all the
same, found by its words and flagged `partial`.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from muniment.capture.wecom import ids
from muniment.capture.wecom.bodies import Said
from muniment.capture.wecom.nested import read_body, type_of
from muniment.capture.wecom.plain import in_words, read_object, text_of
from muniment.capture.wecom.snapshots import decode_snapshot
from muniment.capture.wecom.times import read_time
from muniment.record.event import Event, Kind, Precision
from muniment.record.record import Header

MESSAGE = "message"
SEALED = "sealed"
ROSTER = "roster"
CONSENT = "consent"
DIRECTORY = "directory"
PARTS = (MESSAGE, SEALED, ROSTER, CONSENT, DIRECTORY)
"""Parts that hold events: an archived message; a row that no key opened; and answers of the companion calls."""

PARTIAL = "partial"
"""Flag: not everything in the message was understood; its raw form has it."""

BOT = "bot"
"""Flag: a robot wrote it."""

_ENVELOPE = ("msgid", "action", "from", "tolist", "roomid", "msgtime", "msgtype")


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The events of a record of PARTS; none for others. Raises Undecodable for what is no JSON object."""
    if header.part == SEALED:
        return (_sealed(header),)
    if header.part not in PARTS:
        return ()
    members, whole = read_object(raw)
    corpid = text_of(header.meta.get("corpid"))
    if header.part != MESSAGE:
        return decode_snapshot(header.part, corpid, header.meta, members)
    event = _switched(members, corpid) if "msgtype" not in members and "user" in members else _message(members, corpid)
    if not whole:
        event = _flagged(event, PARTIAL)
    row = text_of(header.meta.get("msgid"))
    if row and row != text_of(members.get("msgid")):
        # The row of the archive and the message in it name different ids: the row's is what it was accepted under.
        event = _flagged(event, PARTIAL)
        return (_replace(event, key=ids.key_of(corpid, row), extra={**event.extra, "row_msgid": row}),)
    return (event,)


def _message(members: dict[str, Any], corpid: str) -> Event:
    """The event of a message; takes what has a place out of `members`, and leaves the rest for `extra`."""
    extra = dict(members)
    flags: list[str] = []
    msgid, sender, roomid = (text_of(members.get(name)) for name in ("msgid", "from", "roomid"))
    recipients = ids.handles_of(members.get("tolist"))
    msgtype = text_of(members.get("msgtype"))
    for name, taken in (
        ("msgid", isinstance(members.get("msgid"), str) and msgid != ""),
        ("from", isinstance(members.get("from"), str) and sender != ""),
        ("roomid", isinstance(members.get("roomid"), str)),
        ("tolist", recipients is not None),
        ("msgtime", text_of(members.get("msgtime")) != ""),
    ):
        if taken:
            extra.pop(name, None)
    known = type_of(msgtype)
    kind, said = _body(msgtype, members, extra)
    if said.partial or known is None or not msgid or not sender or recipients is None:
        flags.append(PARTIAL)
    if ids.is_bot(sender):
        flags.append(BOT)
    target = None
    if kind is Kind.RECALL:
        target, flags = _recalled(members, corpid, extra, flags)
    elif members.get("action") == "recall":
        kind = Kind.SYSTEM  # a recall in a form that nobody has written down
        flags.append(PARTIAL)
    if kind is Kind.CONSENT:
        _put(extra, "consent", _consent(msgtype, members, sender))
    read = read_time(members.get("msgtime"))
    to = recipients or ()
    _put(extra, "direction", ids.direction_of(msgid, sender, to))
    return Event(
        kind=kind,
        conversation=ids.conversation_of(roomid, sender, to),
        sender=sender or None,
        recipients=to,
        sent_at=None if read is None else read[0],
        sent_at_precision=Precision.MILLISECOND if read is None else read[1],
        sent_at_raw=text_of(members.get("msgtime")) or None,
        text=said.text,
        attachments=tuple(file.attachment for file in said.files),
        key=ids.key_of(corpid, msgid) if msgid else None,
        target=target,
        flags=tuple(dict.fromkeys(flags)),
        extra=extra,
    )


def _body(msgtype: str, members: dict[str, Any], extra: dict[str, Any]) -> tuple[Kind, Said]:
    """What the body says, by the type's own name for it; without one, all that is beside the envelope."""
    known = type_of(msgtype)
    name = known.body if known is not None else msgtype if isinstance(members.get(msgtype), dict) else "info"
    body = members.get(name)
    if not isinstance(body, dict):
        rest = {other: value for other, value in members.items() if other not in _ENVELOPE}
        return (Kind.MESSAGE if known is None else known.kind), Said(text=in_words(rest), partial=True)
    said = read_body(msgtype, body)
    left = {other: value for other, value in body.items() if other not in said.taken}
    if left or not body:
        extra[name] = left
    else:
        extra.pop(name)
    if known is None:
        rest = {other: value for other, value in members.items() if other not in _ENVELOPE}
        return Kind.MESSAGE, Said(text=in_words(rest), partial=True)
    return known.kind, said


def _recalled(
    members: dict[str, Any], corpid: str, extra: dict[str, Any], flags: list[str]
) -> tuple[str | None, list[str]]:
    """The key of the message that is recalled."""
    body = members.get("revoke")
    previous = body.get("pre_msgid") if isinstance(body, dict) else None
    if not isinstance(previous, str) or not previous:
        return None, [*flags, PARTIAL]
    left = {name: value for name, value in extra["revoke"].items() if name != "pre_msgid"}
    if left:
        extra["revoke"] = left
    else:
        del extra["revoke"]
    return ids.key_of(corpid, previous), flags


def _put(extra: dict[str, Any], name: str, value: Any) -> None:
    """Add what we found to what the source said; a member of the same name gets a `$` before it."""
    if name in extra:
        extra[f"${name}"] = extra.pop(name)
    extra[name] = value


def _consent(status: str, members: dict[str, Any], sender: str) -> dict[str, Any]:
    """Who agreed to the archive, or did not, and when (µs UTC)."""
    body = members.get(status)
    body = body if isinstance(body, dict) else {}
    at = read_time(body.get(f"{status}_time")) or read_time(members.get("msgtime"))
    return {
        "subject": text_of(body.get("userid")) or sender,
        "status": status,
        "at": None if at is None else at[0],
    }


def _switched(members: dict[str, Any], corpid: str) -> Event:
    """A colleague turned to another corporation in the app: no message, and a record with members of its own."""
    user, msgid = text_of(members.get("user")), text_of(members.get("msgid"))
    read = read_time(members.get("time"))
    taken = {name for name in ("user", "msgid") if isinstance(members.get(name), str) and members[name]}
    if text_of(members.get("time")):
        taken.add("time")
    return Event(
        kind=Kind.SYSTEM,
        conversation="",
        sender=user or None,
        sent_at=None if read is None else read[0],
        sent_at_precision=Precision.MILLISECOND if read is None else read[1],
        sent_at_raw=text_of(members.get("time")) or None,
        key=ids.key_of(corpid, msgid) if msgid else None,
        flags=() if user and members.get("action") == "switch" else (PARTIAL,),
        extra={name: value for name, value in members.items() if name not in taken},
    )


def _sealed(header: Header) -> Event:
    """A row that no key opened: there was a message, and its words are in the record for the day when a key is found."""
    return Event(
        kind=Kind.UNDECODED,
        conversation="",
        extra={"reason": "sealed", **{name: header.meta[name] for name in sorted(header.meta)}},
    )


def _flagged(event: Event, flag: str) -> Event:
    return event if flag in event.flags else _replace(event, flags=(*event.flags, flag))


def _replace(event: Event, **changes: Any) -> Event:
    return msgspec.structs.replace(event, **changes)
