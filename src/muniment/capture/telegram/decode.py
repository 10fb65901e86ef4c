"""One message's bytes and meta to its events: pure, the same in every rebuild."""

from collections.abc import Sequence
from typing import Any

from muniment.capture.epoch import from_seconds
from muniment.capture.exact import text_of
from muniment.capture.members import PARTIAL, Members, inner, instant, read_members, take_id, take_objects, take_text
from muniment.capture.snapshots import STATE, edited, reaction
from muniment.capture.telegram.media import attachments_of
from muniment.capture.telegram.repair import repair
from muniment.capture.telegram.service import notice
from muniment.capture.times import Instant
from muniment.record.event import Event, Kind, Precision
from muniment.record.record import Header


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The message or notice, then its edit and the reactions to it. Raises Undecodable."""
    if header.part != "message":
        return ()
    members, whole = read_members(repair(raw))
    meta = header.meta
    flags: tuple[str, ...] = () if whole else (PARTIAL,)
    chat = inner(meta, "chat")
    conversation = str(chat.get("id", ""))
    number, type_ = members.pop("id", None), members.get("type")
    if text_of(number) is None and number is not None:
        members["id"] = number
    when, written = _time(members, "date", meta.get("zone"))
    changed, changed_written = _time(members, "edited", meta.get("zone"))
    if when is None or type_ not in ("message", "service"):
        flags = (PARTIAL,)
    kind, text = Kind.MESSAGE, _text(members)
    if type_ == "service":
        kind, said, op = notice(members)
        text = "\n".join(filter(None, (said, text)))
        if op and "op" not in members:
            members["op"] = op
    sender, display = _who(members, "actor" if type_ == "service" and "actor" in members else "from")
    target = None
    if type_ != "service":
        target, flags = _reply(members, conversation, flags)
    if any(name in members for name in ("forwarded_from", "forwarded_from_id", "saved_from")):
        flags = (*flags, "forwarded")
    reactions = take_objects(members, "reactions")
    state: Members = {"from": display} if display else {}
    if isinstance(members.get("poll"), dict):
        text = "\n".join(filter(None, (text, _poll(members["poll"]))))
        state["poll"] = members.pop("poll")
    message = Event(
        kind=kind,
        conversation=conversation,
        conversation_display=chat.get("name") or None,
        sender=sender,
        sender_display=display,
        sent_at=when[0] if when else None,
        sent_at_precision=when[1] if when else Precision.SECOND,
        sent_at_raw=written,
        text=text,
        attachments=attachments_of(members, inner(meta, "files")),
        key=header.key,
        target=target,
        flags=(*flags, *(when[2] if when else ())),
        extra={**members, STATE: state} if state else members,
    )
    events = [message]
    if changed_written is not None and kind is Kind.MESSAGE:
        events = list(edited(message, changed, changed_written))
    for each in reactions:
        events += _reactions(message, each, meta.get("zone"))
    return events


def _time(members: Members, name: str, zone: Any) -> tuple[Instant | None, str | None]:
    """A time by its seconds, else by its local words in the declared zone; and as it was written."""
    unix = members.get(f"{name}_unixtime")
    at = from_seconds(unix)
    if at is not None:
        return (at, Precision.SECOND, ()), str(members.pop(f"{name}_unixtime"))
    local = members.get(name)
    if not isinstance(local, str):
        return None, None
    return instant(local, zone if isinstance(zone, str) else None), take_text(members, name)


def _who(members: Members, name: str) -> tuple[str | None, str | None]:
    display = take_text(members, name)
    native = take_id(members, f"{name}_id")
    return native or display, display


def _text(members: Members) -> str:
    """The words of a message, which come as one text or as pieces; pieces with more to them stay in `text` too."""
    given = members.get("text")
    if isinstance(given, str):
        words = members.pop("text")
    elif isinstance(given, list):
        pieces = [piece.get("text") if isinstance(piece, dict) else piece for piece in given]
        words = "".join(piece for piece in pieces if isinstance(piece, str))
        if all(isinstance(piece, str) for piece in given):
            members.pop("text")
    else:
        return ""
    if members.get("text_entities") in ([], [{"type": "plain", "text": words}]):
        members.pop("text_entities")
    return str(words)


def _reply(members: Members, conversation: str, flags: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The key of the message that is answered."""
    number = take_id(members, "reply_to_message_id")
    if number is None:
        return None, flags
    return f"{take_id(members, 'reply_to_peer_id') or conversation}/{number}", (*flags, "reply")


def _poll(poll: Members) -> str:
    answers = poll.get("answers")
    texts = [poll.get("question"), *(each.get("text") for each in answers if isinstance(each, dict))] if isinstance(
        answers, list
    ) else [poll.get("question")]  # fmt: skip
    return "\n".join(text for text in texts if isinstance(text, str))


def _reactions(message: Event, members: Members, zone: Any) -> list[Event]:
    """One event for everybody who is named, and one for those who are not, with their number."""
    name = members.get("emoji") or members.get("document_id") or members.get("type")
    name = name if isinstance(name, str) else ""
    recent = take_objects(members, "recent")
    count = members.get("count")
    found = []
    for each in recent:
        sender, display = _who(each, "from")
        local = each.get("date")
        when = instant(local, zone if isinstance(zone, str) else None)
        state = {**members, "from": display, "recent": each}
        found.append(
            reaction(message, name, sender, display=display, when=when, written=local if isinstance(local, str) else None, state=state)
        )  # fmt: skip
    rest = count - len(recent) if type(count) is int else 0
    if rest > 0 or not recent:
        anonymous = reaction(message, name, None, count=max(rest, 0), state=members)
        found.append(anonymous)
    return found
