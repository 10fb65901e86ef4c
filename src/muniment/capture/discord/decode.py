"""One message's bytes and meta to its events: pure, the same in every rebuild."""

from collections.abc import Sequence
from typing import Any

from muniment.capture.discord.media import attachments_of
from muniment.capture.exact import text_of
from muniment.capture.members import PARTIAL, Members, inner, instant, objects, read_members, take_objects, take_text
from muniment.capture.snapshots import STATE, edited, reaction
from muniment.record.event import Event, Kind, Precision
from muniment.record.record import Header

_MESSAGES = {
    "Default",
    "Reply",
    "ChatInputCommand",
    "ContextMenuCommand",
    "ThreadStarterMessage",
    "0",
    "19",
    "20",
    "23",
}
_KINDS = {
    "RecipientAdd": (Kind.MEMBERSHIP, "add"),
    "RecipientRemove": (Kind.MEMBERSHIP, "remove"),
    "GuildMemberJoin": (Kind.MEMBERSHIP, "join"),
    "UserJoin": (Kind.MEMBERSHIP, "join"),
    "Call": (Kind.CALL, ""),
    "ChannelNameChange": (Kind.CONVERSATION_UPDATE, ""),
    "ChannelIconChange": (Kind.CONVERSATION_UPDATE, ""),
    "ChannelPinnedMessage": (Kind.CONVERSATION_UPDATE, ""),
    "ThreadCreated": (Kind.CONVERSATION_UPDATE, ""),
}
_CHANGES = ("isPinned", "inlineEmojis")
"""Members that change from export to export while the message does not, beside the names and faces of people."""


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The message or notice, then its edit and the reactions to it. Raises Undecodable."""
    if header.part != "message":
        return ()
    members, whole = read_members(raw)
    channel = inner(header.meta, "channel")
    conversation = str(channel.get("id", ""))
    attachments = attachments_of(members, inner(header.meta, "files"))
    state: Members = {name: members.pop(name) for name in _CHANGES if name in members}
    for name in ("author", "mentions", "attachments", "stickers"):
        if name in members:
            state[name] = members.pop(name)
    author = inner(state, "author")
    written = take_text(members, "timestamp")
    when = instant(written)
    change = take_text(members, "timestampEdited")
    type_ = text_of(members.get("type")) or "Default"
    kind, op = (Kind.MESSAGE, "") if type_ in _MESSAGES else _KINDS.get(type_, (Kind.SYSTEM, ""))
    if op:
        members.setdefault("op", op)
    flags: tuple[str, ...] = () if whole and when is not None else (PARTIAL,)
    target = _reference(members, conversation, type_)
    if target is not None:
        flags = (*flags, "reply")
    if isinstance(members.get("forwardedMessage"), dict):
        flags = (*flags, "forwarded")
    if author.get("isBot") is True:
        flags = (*flags, "bot")
    reactions = take_objects(members, "reactions")
    message = Event(
        kind=kind,
        conversation=conversation,
        conversation_display=str(channel.get("name") or "") or None,
        sender=text_of(author.get("id")) or text_of(author.get("name")),
        sender_display=_display(author),
        sent_at=when[0] if when else None,
        sent_at_precision=when[1] if when else Precision.SECOND,
        sent_at_raw=written,
        text=_words(members),
        attachments=attachments,
        key=header.key,
        target=target,
        flags=flags,
        extra={**members, STATE: state},
    )
    events = [message]
    if change is not None:
        events = list(edited(message, instant(change), change))
    for each in reactions:
        events += _reactions(message, each)
    return events


def _display(user: Members) -> str | None:
    shown = (user.get("nickname"), user.get("name"))
    return next((name for name in shown if isinstance(name, str) and name), None)


def _reference(members: Members, conversation: str, type_: str) -> str | None:
    """The key of the message that a reply answers; what a pin or a forward refers to stays in `extra`."""
    reference = inner(members, "reference")
    number = text_of(reference.get("messageId"))
    if number is None or type_ not in ("Reply", "19"):
        return None
    return f"{text_of(reference.get('channelId')) or conversation}/{number}"


def _words(members: Members) -> str:
    """What was written; without it, what was forwarded, else what the cards under the message say."""
    content = take_text(members, "content")
    if content:
        return content
    forwarded = inner(members, "forwardedMessage").get("content")
    if isinstance(forwarded, str) and forwarded:
        return forwarded
    pieces: list[Any] = []
    for each in objects(members.get("embeds")):
        pieces += [each.get("title"), each.get("description")]
        for field in objects(each.get("fields")):
            pieces += [field.get("name"), field.get("value")]
    return "\n".join(text for text in pieces if isinstance(text, str) and text)


def _reactions(message: Event, members: Members) -> list[Event]:
    """One event for everybody who is named, and one for those who are not, with their number."""
    emoji = inner(members, "emoji")
    name = next((text for key in ("name", "code", "id") if (text := text_of(emoji.get(key)))), "")
    users = take_objects(members, "users")
    found = [
        reaction(message, name, text_of(user.get("id")), display=_display(user), state={**members, "user": user})
        for user in users
    ]
    count = members.get("count")
    rest = count - len(users) if type(count) is int else 0
    if rest > 0 or not users:
        found.append(reaction(message, name, None, count=max(rest, 0), state=members))
    return found
