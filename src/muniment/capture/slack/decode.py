"""One message's bytes and meta to its events: pure, the same in every rebuild."""

from collections.abc import Sequence
from html import unescape
from typing import Any

import msgspec

from muniment.capture.epoch import from_seconds
from muniment.capture.exact import text_of
from muniment.capture.members import PARTIAL, Members, inner, objects, read_members, take_id, take_objects, take_text
from muniment.capture.slack.files import take_files
from muniment.capture.slack.kinds import kind_of
from muniment.capture.snapshots import STATE, edited, reaction, recalled
from muniment.capture.times import Instant
from muniment.record.event import Event, Kind, Precision
from muniment.record.record import Header

_CHANGES = (
    "reply_count", "reply_users", "reply_users_count", "replies", "latest_reply", "subscribed", "last_read", "unread_count",
    "is_locked", "pinned_to", "pinned_info", "is_starred", "user_profile", "bot_profile", "user_team", "source_team", "icons",
)  # fmt: skip
"""Members that change from export to export while the message does not."""


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The message or notice, then its edit or recall and the reactions to it. Raises Undecodable."""
    if header.part != "message":
        return ()
    members, whole = read_members(raw)
    meta = header.meta
    channel = inner(meta, "channel")
    about = _About(
        str(channel.get("id", "")),
        str(channel.get("name") or "") or None,
        inner(meta, "users"),
        header.key or "",
        whole,
    )
    subtype = members.get("subtype")
    if subtype == "message_changed" and isinstance(members.get("message"), dict):
        return (_changed(members, about),)
    if subtype == "message_deleted" and ("deleted_ts" in members or isinstance(members.get("previous_message"), dict)):
        return (_deleted(members, about),)
    return _message(members, about)


class _About(msgspec.Struct, frozen=True):
    """What all events of a part have in common."""

    conversation: str
    display: str | None
    users: Members
    key: str
    whole: bool

    def name(self, who: str | None) -> str | None:
        """The name of somebody, where the export's users.json has it."""
        found = self.users.get(who) if who else None
        return found if isinstance(found, str) else None


def _message(members: Members, about: _About) -> list[Event]:
    when, ts = _moment(members.pop("ts", None))
    kind, op = kind_of(members.get("subtype"))
    text, written = _words(members)
    sender, display = _sender(members, about)
    attachments, left = take_files(members)
    reactions = take_objects(members, "reactions")
    change = members.pop("edited", None)
    flags: tuple[str, ...] = (
        () if about.whole and when is not None and members.get("type", "message") == "message" else (PARTIAL,)
    )
    thread = text_of(members.get("thread_ts"))
    target = None
    if thread is not None and thread != ts:
        target, flags = f"{about.conversation}/{thread}", (*flags, "reply")
        members.pop("thread_ts")
    if "bot_id" in members or members.get("subtype") == "bot_message":
        flags = (*flags, "bot")
    state: Members = {name: members.pop(name) for name in _CHANGES if name in members}
    if left:
        state["files"] = left
    if op:
        members.setdefault("op", op)
    if written is not None:
        members["written"] = written
    message = Event(
        kind=kind,
        conversation=about.conversation,
        conversation_display=about.display,
        sender=sender,
        sender_display=display,
        sent_at=when[0] if when else None,
        sent_at_precision=when[1] if when else Precision.SECOND,
        sent_at_raw=ts,
        text=text,
        attachments=attachments,
        key=about.key,
        target=target,
        flags=flags,
        extra={**members, STATE: state},
    )
    return [*_as_it_is(message, change, members, about), *_reactions(message, reactions, about)]


def _as_it_is(message: Event, change: Any, members: Members, about: _About) -> list[Event]:
    """The message, with its edit or its recall where the export says that it had one."""
    if members.get("subtype") == "tombstone":
        return list(recalled(message, None, None))
    if isinstance(change, dict) and message.kind is Kind.MESSAGE:
        by = take_id(change, "user")
        when, written = _moment(change.pop("ts", None))
        original, edit = edited(message, when, written, by)
        return [
            original,
            msgspec.structs.replace(edit, sender_display=about.name(edit.sender), extra={**change, STATE: {}}),
        ]
    if change is not None:
        return [msgspec.structs.replace(message, extra={**message.extra, "edited": change})]
    return [message]


def _changed(members: Members, about: _About) -> Event:
    """An edit that the export tells of as it happened."""
    when, ts = _moment(members.pop("ts", None))
    inside = dict(members["message"])
    members["message"] = inside
    target = text_of(inside.get("ts"))
    text, written = _words(inside)
    by = text_of(inner(inside, "edited").get("user")) or text_of(inside.get("user"))
    if written is not None:
        inside["written"] = written
    return _event(Kind.EDIT, members, about, when, ts, text, by, target)


def _deleted(members: Members, about: _About) -> Event:
    """A deletion that the export tells of as it happened."""
    when, ts = _moment(members.pop("ts", None))
    target = text_of(members.get("deleted_ts")) or text_of(inner(members, "previous_message").get("ts"))
    return _event(Kind.RECALL, members, about, when, ts, "", take_id(members, "user"), target)


def _event(
    kind: Kind,
    members: Members,
    about: _About,
    when: Instant | None,
    ts: str | None,
    text: str,
    by: str | None,
    target: str | None,
) -> Event:
    return Event(
        kind=kind,
        conversation=about.conversation,
        conversation_display=about.display,
        sender=by,
        sender_display=about.name(by),
        sent_at=when[0] if when else None,
        sent_at_precision=when[1] if when else Precision.SECOND,
        sent_at_raw=ts,
        text=text,
        key=about.key,
        target=None if target is None else f"{about.conversation}/{target}",
        flags=() if about.whole and when is not None and target is not None else (PARTIAL,),
        extra=members,
    )


def _sender(members: Members, about: _About) -> tuple[str | None, str | None]:
    """Who wrote a message: a user, else a bot; and the name that it bore."""
    user = take_id(members, "user") or text_of(members.get("bot_id"))
    profile = inner(members, "user_profile")
    shown = [about.name(user), members.get("username"), profile.get("display_name"), profile.get("real_name")]
    shown.append(inner(members, "bot_profile").get("name"))
    display = next((name for name in shown if isinstance(name, str) and name), None)
    return user or display, display


def _words(members: Members) -> tuple[str, str | None]:
    """The text with `&amp;`, `&lt;` and `&gt;` read, and as written where that differs; without one, that of its attachments."""
    given = take_text(members, "text")
    if given:
        text = unescape(given) if "&" in given else given
        return text, None if text == given else given
    pieces: list[Any] = []
    for each in objects(members.get("attachments")):
        shown = [each[name] for name in ("pretext", "title", "text") if each.get(name)]
        pieces += shown or [each.get("fallback")]
    return "\n".join(unescape(piece) for piece in pieces if isinstance(piece, str) and piece), None


def _reactions(message: Event, reactions: list[Members], about: _About) -> list[Event]:
    """One event for everybody who is named, and one for those who are not, with their number."""
    found = []
    for each in reactions:
        name = take_text(each, "name") or ""
        users = each.get("users")
        people = [who for who in users if isinstance(who, str) and who] if isinstance(users, list) else []
        found += [reaction(message, name, who, display=about.name(who), state=each) for who in dict.fromkeys(people)]
        count = each.get("count")
        rest = count - len(people) if type(count) is int else 0
        if rest > 0 or not people:
            found.append(reaction(message, name, None, count=max(rest, 0), state=each))
    return found


def _moment(ts: Any) -> tuple[Instant | None, str | None]:
    """A ts (`1454884927.000002`: seconds, and digits that make it unique) as a moment, and as it was written."""
    written = text_of(ts)
    if written is None:
        return None, None
    seconds, _, digits = written.partition(".")
    at = from_seconds(seconds)
    if at is None or not ((digits.isascii() and digits.isdigit()) or not digits):
        return None, written
    precision = Precision.MICROSECOND if digits else Precision.SECOND
    return (at + int(digits[:6].ljust(6, "0") or 0), precision, ()), written
