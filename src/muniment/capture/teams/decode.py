"""One message's bytes to its events: pure, the same in every rebuild."""

from collections.abc import Sequence

from muniment.capture.exact import text_of
from muniment.capture.members import PARTIAL, Members, inner, instant, read_members, take_objects, take_text
from muniment.capture.plaintext import html_to_text
from muniment.capture.snapshots import STATE, edited, reaction, recalled
from muniment.capture.teams.content import answered, attachments_of, card_words
from muniment.capture.teams.notices import notice, who
from muniment.capture.teams.read import conversation_of
from muniment.record.event import Event, Kind, Precision
from muniment.record.record import Header

_CHANGES = (
    "etag", "lastModifiedDateTime", "messageHistory", "webUrl", "@odata.context", "replies@odata.context", "replies@odata.count",
)  # fmt: skip
"""Members that change from one answer of Graph to the next while the message does not."""
_TYPES = ("message", "chatEvent", "typing", "systemEventMessage", "unknownFutureValue")


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The message or notice, then its edit, its recall and the reactions to it. Raises Undecodable."""
    if header.part != "message":
        return ()
    members, whole = read_members(raw)
    conversation = conversation_of(members)
    replies = take_objects(members, "replies")
    events = _events(members, conversation, header.key or "", whole=whole)
    for each in replies:  # a thread that was asked for together with its first message
        place, number = conversation_of(each) or conversation, text_of(each.get("id"))
        events += _events(each, place, f"{place}/{number}" if number else "", whole=whole and number is not None)
    return events


def _events(members: Members, conversation: str, key: str, *, whole: bool) -> list[Event]:
    number = text_of(members.pop("id", None)) or ""
    written = take_text(members, "createdDateTime")
    when = instant(written)
    change, deletion = take_text(members, "lastEditedDateTime"), take_text(members, "deletedDateTime")
    sender, display = who(members.get("from"))
    attachments = attachments_of(members)
    kind, text = Kind.MESSAGE, _words(members)
    flags: tuple[str, ...] = (
        () if whole and when is not None and members.get("messageType", "message") in _TYPES else (PARTIAL,)
    )
    if isinstance(members.get("eventDetail"), dict):
        kind, text, op, initiator = notice(members["eventDetail"])
        sender, display = initiator if sender is None else (sender, display)
        if op:
            members.setdefault("op", op)
    elif members.get("messageType") == "systemEventMessage":
        kind = Kind.SYSTEM
    target, flags = _reply(members, conversation, number, flags)
    if inner(members, "from").get("application") and not inner(members, "from").get("user"):
        flags = (*flags, "bot")
    reactions = take_objects(members, "reactions")
    state: Members = {name: members.pop(name) for name in _CHANGES if name in members}
    if isinstance(members.get("from"), dict):
        state["from"] = members.pop("from")
    message = Event(
        kind=kind,
        conversation=conversation,
        sender=sender,
        sender_display=display,
        sent_at=when[0] if when else None,
        sent_at_precision=when[1] if when else Precision.SECOND,
        sent_at_raw=written,
        text=text,
        attachments=attachments,
        key=key or None,
        target=target,
        flags=flags,
        extra={**members, STATE: state},
    )
    return [*_as_it_is(message, change, deletion), *(event for each in reactions for event in _reaction(message, each))]


def _as_it_is(message: Event, change: str | None, deletion: str | None) -> list[Event]:
    """The message, with its edit and its recall where it had them."""
    events = [message]
    if change is not None and (message.text or deletion is None):
        events = list(edited(message, instant(change), change))
    if deletion is not None:
        events[0], recall = recalled(events[0], instant(deletion), deletion)
        events.append(recall)
    return events


def _words(members: Members) -> str:
    """The words of a message: of HTML what a reader sees. HTML stays in `body`; plain text has its place."""
    body = members.get("body")
    if not isinstance(body, dict):
        return card_words(members)
    content = body.get("content")
    words = ""
    if isinstance(content, str):
        if body.get("contentType") == "html":
            words = html_to_text(content)
        else:
            words = content
            members["body"] = {name: value for name, value in body.items() if name != "content"}
    subject = members.get("subject")
    heading = subject if isinstance(subject, str) else ""
    return "\n".join(filter(None, (heading, words))) or card_words(members)


def _reply(
    members: Members, conversation: str, number: str, flags: tuple[str, ...]
) -> tuple[str | None, tuple[str, ...]]:
    """The key of the message that is answered: by the thread in a channel, by a quotation in a chat."""
    answers = text_of(members.get("replyToId")) or answered(members)
    if answers is None or answers == number:
        return None, flags
    return f"{conversation}/{answers}", (*flags, "reply")


def _reaction(message: Event, members: Members) -> list[Event]:
    given = next((text for key in ("reactionType", "displayName") if (text := text_of(members.get(key)))), "")
    sender, display = who(members.get("user"))
    written = members.get("createdDateTime")
    said = written if isinstance(written, str) else None
    return [reaction(message, given, sender, display=display, when=instant(said), written=said, state=members)]
