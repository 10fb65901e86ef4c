"""Answers of the companion calls to events: who was in a group, who agreed to the archive, what things are called.

A snapshot says how things stood when it was asked for (`meta["at"]`, µs UTC); what changed between two is for the reader to say.
What has a time of its own (who agreed, who joined under which name) is the same event in every answer that repeats it: it bears
a key with a digest of what was said, so that asking daily adds nothing.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from muniment.capture.connector import Undecodable
from muniment.capture.snapshots import TIME_INFERRED
from muniment.capture.wecom import ids
from muniment.capture.wecom.plain import text_of
from muniment.capture.wecom.times import read_time
from muniment.record.event import Event, Kind, Precision

STATUS = {"Agree": "agree", "Disagree": "disagree", "Default_Agree": "default"}
"""The platform's words for consent; `default` is an agreement that nobody was asked for (to verify)."""


def decode_snapshot(part: str, corpid: str, meta: dict[str, Any], members: dict[str, Any]) -> Sequence[Event]:
    """The events of an answer; what was asked is in `meta["asked"]`. Raises Undecodable."""
    asked = meta.get("asked")
    asked = asked if isinstance(asked, dict) else {}
    at = meta.get("at") if isinstance(meta.get("at"), int) else None
    call = text_of(meta.get("call"))
    if part == "roster":
        roster = _roster(call, at, asked, members)
        return (roster, *_called(corpid, roster.conversation, members))
    if part == "consent":
        return _agreements(corpid, call, at, asked, members)
    return _directory(call, at, asked, members)


def _listed(members: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The group in an answer, and what it says of its members."""
    chat = members.get("group_chat")
    room = chat if isinstance(chat, dict) else members
    return room, room.get("members") if "members" in room else room.get("member_list")


def _called(corpid: str, room: str, members: dict[str, Any]) -> list[Event]:
    """What each member of a group is called in it, where the platform says so, from the time at which they joined."""
    _, listed = _listed(members)
    events = []
    for item in listed if isinstance(listed, list) else ():
        entry = item if isinstance(item, dict) else {}
        handle, name = text_of(entry.get("memberid", entry.get("userid"))), text_of(entry.get("name"))
        joined = read_time(entry.get("jointime", entry.get("join_time")))
        if handle and name and joined is not None:
            events.append(
                Event(
                    kind=Kind.IDENTITY_CHANGE,
                    conversation="",
                    sender=handle,
                    sender_display=name,
                    sent_at=joined[0],
                    sent_at_precision=joined[1],
                    key=_told(corpid, "name", room, handle, name, joined[0]),
                    flags=(TIME_INFERRED,),
                    extra={"room": room},
                )
            )
    return events


def _told(corpid: str, *said: Any) -> str:
    """The key of something that answers repeat: a digest of what was said."""
    digest = hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()
    return ids.key_of(corpid, f"content:{digest}")


def _roster(call: str, at: int | None, asked: dict[str, Any], members: dict[str, Any]) -> Event:
    """Who was in a group. `members` in `extra` has each one's id, when they joined (µs UTC) and how they were written."""
    room, listed = _listed(members)
    conversation = next(
        (said for said in map(text_of, (room.get("chat_id"), asked.get("roomid"), asked.get("chat_id"))) if said), ""
    )
    if not conversation:
        raise Undecodable("expected the id of a group, got none")
    present = []
    for item in listed if isinstance(listed, list) else ():
        entry = item if isinstance(item, dict) else {}
        joined = read_time(entry.get("jointime", entry.get("join_time")))
        handle = text_of(entry.get("memberid", entry.get("userid")))
        if handle:
            present.append({"id": handle, "joined_at": None if joined is None else joined[0]})
    name = text_of(room.get("roomname", room.get("name")))
    return Event(
        kind=Kind.MEMBERSHIP,
        conversation=conversation,
        conversation_display=name or None,
        recipients=tuple(dict.fromkeys(str(member["id"]) for member in present)),
        sent_at=at,
        sent_at_precision=Precision.MICROSECOND,
        text=text_of(room.get("notice")),
        flags=() if isinstance(listed, list) and len(present) == len(listed) else ("partial",),
        extra={"op": "snapshot", "members": present, "call": call, "asked": asked, "answer": members},
    )


def _agreements(corpid: str, call: str, at: int | None, asked: dict[str, Any], members: dict[str, Any]) -> list[Event]:
    """One event for each client of whom the answer says whether they agreed, at the time of their last change."""
    listed = members.get("agreeinfo")
    if not isinstance(listed, list):
        raise Undecodable("expected agreeinfo, got none")
    room = text_of(asked.get("roomid"))
    events = []
    for item in listed:
        entry = item if isinstance(item, dict) else {}
        subject = text_of(entry.get("exteranalopenid", entry.get("external_userid")))
        colleague = text_of(entry.get("userid"))
        changed = read_time(entry.get("status_change_time"))
        said = text_of(entry.get("agree_status"))
        events.append(
            Event(
                kind=Kind.CONSENT,
                conversation=room or ids.conversation_of("", subject, (colleague,)),
                sender=subject or None,
                recipients=(colleague,) if colleague else (),
                sent_at=at if changed is None else changed[0],
                sent_at_precision=Precision.MICROSECOND if changed is None else changed[1],
                sent_at_raw=text_of(entry.get("status_change_time")) or None,
                key=None if changed is None else _told(corpid, call, room, item),
                flags=() if subject and said in STATUS else ("partial",),
                extra={
                    "consent": {
                        "subject": subject,
                        "status": STATUS.get(said, "unknown"),
                        "at": None if changed is None else changed[0],
                    },
                    "call": call,
                    "answer": item,
                },
            )
        )
    return events


def _directory(call: str, at: int | None, asked: dict[str, Any], members: dict[str, Any]) -> list[Event]:
    """Whom the archive covers, or what a robot, a client or a colleague is called."""
    extra = {"call": call, "asked": asked, "answer": members}
    for inside, name, flags in (
        ("data", "robot_id", ("bot",)),
        ("external_contact", "external_userid", ()),
        ("", "userid", ()),
    ):
        told = members.get(inside) if inside else members
        if isinstance(told, dict) and (handle := text_of(told.get(name))):
            return [
                Event(
                    kind=Kind.IDENTITY_CHANGE,
                    conversation="",
                    sender=handle,
                    sender_display=text_of(told.get("name")) or None,
                    sent_at=at,
                    sent_at_precision=Precision.MICROSECOND,
                    flags=flags,
                    extra=extra,
                )
            ]
    covered = ids.handles_of(members.get("ids"))
    if covered is None:
        raise Undecodable("expected ids, or somebody's name, got neither")
    return [
        Event(
            kind=Kind.SYSTEM,
            conversation="",
            recipients=covered,
            sent_at=at,
            sent_at_precision=Precision.MICROSECOND,
            extra=extra,
        )
    ]
