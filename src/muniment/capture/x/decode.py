"""One post's or message's bytes and meta to its events: pure, the same in every rebuild."""

from collections.abc import Sequence
from html import unescape
from typing import Any

import msgspec

from muniment.capture.exact import text_of
from muniment.capture.members import PARTIAL, Members, inner, objects, read_members, take_objects, take_text
from muniment.capture.snapshots import STATE, reaction, recalled
from muniment.capture.x.times import moment
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Header

_CHANGES = (
    "favorite_count",
    "retweet_count",
    "favorited",
    "retweeted",
    "edit_info",
    "lifecycle",
    "updatedAt",
    "deleted_at",
)
"""Members of a post that change from archive to archive while the post does not."""
_TALKS = {
    "joinConversation": (Kind.MEMBERSHIP, "join"),
    "participantsJoin": (Kind.MEMBERSHIP, "add"),
    "participantsLeave": (Kind.MEMBERSHIP, "leave"),
    "conversationNameUpdate": (Kind.CONVERSATION_UPDATE, ""),
}


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The post or message, then its recall and the reactions to it. Raises Undecodable."""
    if header.part != "message":
        return ()
    members, whole = read_members(raw)
    if "talk" in header.meta:
        return _talk(members, header, whole=whole)
    if isinstance(members.get("noteTweet"), dict):
        return [_note(members, header, whole=whole)]
    return _post(members, header, whole=whole)


def _post(members: Members, header: Header, *, whole: bool) -> list[Event]:
    given = members.pop("tweet") if isinstance(members.get("tweet"), dict) else members
    members = given if given is members else {**members, **given}
    written = take_text(members, "created_at")
    when = moment(written)
    text, as_written = _words(members, "full_text" if "full_text" in members else "text")
    state: Members = {name: members.pop(name) for name in _CHANGES if name in members}
    if as_written is not None:
        members["written"] = as_written
    flags: tuple[str, ...] = () if whole and when is not None else (PARTIAL,)
    answers = text_of(members.get("in_reply_to_status_id_str")) or text_of(members.get("in_reply_to_status_id"))
    first = text_of(inner(inner(state, "edit_info"), "edit").get("initialTweetId"))
    kind, target = Kind.MESSAGE, None
    if first is not None and f"tweet/{first}" != header.key:
        kind, target = Kind.EDIT, f"tweet/{first}"
    elif answers is not None:
        target, flags = f"tweet/{answers}", (*flags, "reply")
    media = inner(members, "extended_entities") or inner(members, "entities")
    names = [each.get("media_url_https") or each.get("media_url") for each in objects(media.get("media"))]
    message = _event(header, kind, written, text, flags, {**members, STATE: state})
    message = msgspec.structs.replace(message, target=target, attachments=_attachments(header, names))
    deletion = state.get("deleted_at")
    if deletion is None and header.meta.get("of") not in ("deleted_tweets", "deleted_note_tweet"):
        return [message]
    original, recall = recalled(message, moment(deletion), text_of(deletion), message.sender)
    return [original, recall]


def _note(members: Members, header: Header, *, whole: bool) -> Event:
    note = members.pop("noteTweet")
    members = {**members, **note}
    written = take_text(members, "createdAt")
    core = dict(inner(members, "core"))
    text, as_written = _words(core, "text")
    if isinstance(members.get("core"), dict):
        members["core"] = core
    if as_written is not None:
        members["written"] = as_written
    state: Members = {name: members.pop(name) for name in _CHANGES if name in members}
    flags = () if whole and moment(written) is not None else (PARTIAL,)
    return _event(header, Kind.MESSAGE, written, text, flags, {**members, STATE: state})


def _event(header: Header, kind: Kind, written: str | None, text: str, flags: tuple[str, ...], extra: Members) -> Event:
    """An event among the posts of the archive's account."""
    account = inner(header.meta, "account")
    owner, name = text_of(account.get("id")), text_of(account.get("username"))
    when = moment(written)
    return Event(
        kind=kind,
        conversation=f"posts/{owner or ''}",
        conversation_display=f"@{name}" if name else None,
        sender=owner,
        sender_display=text_of(account.get("name")) or name,
        sent_at=when[0] if when else None,
        sent_at_precision=when[1] if when else Precision.SECOND,
        sent_at_raw=written,
        text=text,
        key=header.key,
        flags=flags,
        extra=extra,
    )


def _talk(members: Members, header: Header, *, whole: bool) -> list[Event]:
    """An event of a conversation of direct messages."""
    name = next((name for name, event in members.items() if isinstance(event, dict)), "")
    event: Members = dict(members.pop(name, {}))
    written = take_text(event, "createdAt")
    when = moment(written)
    kind, op = _TALKS.get(name, (Kind.MESSAGE if name.endswith("essageCreate") else Kind.SYSTEM, ""))
    text, as_written = _words(event, "name" if name == "conversationNameUpdate" else "text")
    sender = text_of(event.get("senderId")) or text_of(event.get("initiatingUserId"))
    recipient = text_of(event.get("recipientId"))
    reactions = take_objects(event, "reactions")
    media = event.get("mediaUrls")
    extra: Members = {**members, **event, "event": name, STATE: {}}
    if op:
        extra.setdefault("op", op)
    if as_written is not None:
        extra["written"] = as_written
    account = inner(header.meta, "account")
    message = Event(
        kind=kind,
        conversation=str(header.meta.get("talk", "")),
        sender=sender,
        sender_display=text_of(account.get("name")) if sender and sender == account.get("id") else None,
        recipients=(recipient,) if recipient and kind is Kind.MESSAGE else (),
        sent_at=when[0] if when else None,
        sent_at_precision=when[1] if when else Precision.SECOND,
        sent_at_raw=written,
        text=text,
        attachments=_attachments(header, media if isinstance(media, list) else []),
        key=header.key,
        flags=() if whole and when is not None and kind is not Kind.SYSTEM else (PARTIAL,),
        extra=extra,
    )
    return [message, *(_reaction(message, each) for each in reactions)]


def _reaction(message: Event, members: Members) -> Event:
    written = text_of(members.get("createdAt"))
    return reaction(
        message,
        text_of(members.get("reactionKey")) or "",
        text_of(members.get("senderId")),
        when=moment(written),
        written=written,
        state=members,
    )


def _words(members: Members, name: str) -> tuple[str, str | None]:
    """The text with `&amp;`, `&lt;` and `&gt;` read, and as written where that differs."""
    given = take_text(members, name) or ""
    text = unescape(given) if "&" in given else given
    return text, None if text == given else given


def _attachments(header: Header, links: Sequence[Any]) -> tuple[Attachment, ...]:
    """The files that came for a post; without any, those that it links to."""
    files = header.meta.get("files")
    if isinstance(files, list) and files:
        return tuple(
            Attachment(
                name=str(name),
                status=AttachmentStatus.STORED,
                sha256=str(digest),
                size=int(size),
                content_type=str(kind) or None,
            )
            for name, digest, size, kind in files
        )
    named = [link for link in links if isinstance(link, str) and link]
    return tuple(Attachment(name=link.rpartition("/")[2] or link, status=AttachmentStatus.OMITTED) for link in named)
