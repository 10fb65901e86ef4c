"""A Slack export to parts: users and conversations first, then every member in the order of the zip."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from muniment.capture.connector import Extent, ImportOptions, Part, SourceFile, Undecodable, Unreadable
from muniment.capture.documents import Made, first_bears, json_parts
from muniment.capture.exact import text_of
from muniment.capture.members import inner, objects, read_members
from muniment.capture.slack.directory import LISTS, Channel, read_channels, read_users, unlisted
from muniment.capture.spans import Path
from muniment.capture.zipped import base_name, extent_of, in_order, media_part, packed_span, spans
from muniment.capture.zips import Limits, Member, content, survey

DEFAULT_LIMITS = Limits()
_OTHERS = {
    "users.json",
    "integration_logs.json",
    "org_users.json",
    "canvases.json",
    "lists.json",
    "file_conversations.json",
}
_EVERY = (("*",),)
_DAY = re.compile(r"\d{4}-\d\d-\d\d[^/]{0,40}\.json", re.ASCII)


def read(source: SourceFile, options: ImportOptions, limits: Limits = DEFAULT_LIMITS) -> Iterator[Part | Extent]:
    """The parts of the zip in order. Raises Unreadable before the first of them where it is no export of Slack."""
    with source.path.open("rb") as file:
        if not file.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            raise Unreadable(
                "{name}: expected the zip that Slack exports, got another file; import the zip as it came",
                name=source.name,
            )
        archive = survey(file, source.size, source.name, limits)
        users, channels = _directory(file, archive.members)
        folders = {id(member): folder for member in archive.members if (folder := _day_folder(member)) is not None}
        if not folders and not channels:
            raise Unreadable(
                "{name} holds no day of any conversation; expected the zip that Slack exports, with channels.json in it",
                name=source.name,
            )
        for item in in_order(archive):
            if isinstance(item, tuple):
                yield from spans(file, *item)
                continue
            if item.rejected is not None:
                yield from packed_span(file, item)
                continue
            yield extent_of(item)
            folder = folders.get(id(item))
            if folder is not None:
                yield from _day(content(file, item), item, channels.get(folder) or unlisted(folder), users)
            elif base_name(item.name) in LISTS or base_name(item.name) in _OTHERS:
                yield _list(content(file, item), item)
            else:
                yield media_part(file, item)


def _directory(file: BinaryIO, members: list[Member]) -> tuple[dict[str, str], dict[str, Channel]]:
    known = {base_name(member.name): member for member in reversed(members) if member.rejected is None}
    users = read_users(content(file, known["users.json"])) if "users.json" in known else {}
    channels: dict[str, Channel] = {}
    for name, kind in LISTS.items():
        if name in known:
            for folder, channel in read_channels(content(file, known[name]), kind, users).items():
                channels.setdefault(folder, channel)
    return users, channels


def _day_folder(member: Member) -> str | None:
    """The folder of a conversation, for a member that holds a day of it."""
    folders, _, name = member.name.rpartition("/")
    if member.rejected is None and folders and _DAY.fullmatch(name):
        return base_name(folders)
    return None


def _day(raw: bytes, member: Member, channel: Channel, users: dict[str, str]) -> Iterator[Part]:
    def make(path: Path, element: bytes) -> Made:
        message, _ = read_members(element)
        ts = message.get("ts")
        if not isinstance(ts, str) or not ts:
            raise Undecodable("expected ts as text, got none")
        meta: dict[str, Any] = {"channel": channel.meta()}
        names = {who: users[who] for who in _people(message) if who in users}
        if names:
            meta["users"] = names
        return Made(key=_key(channel.id, message, ts), meta=meta)

    yield from first_bears(json_parts(raw, _EVERY, make, member=member.name), {"zip": member.meta()})


def _key(channel: str, message: dict[str, Any], ts: str) -> str:
    """A message's own ts; a notice that another was changed or deleted has one too, and both may bear the same."""
    hidden = message.get("subtype")
    return f"{channel}/{ts}/{hidden}" if hidden in ("message_changed", "message_deleted") else f"{channel}/{ts}"


def _people(message: dict[str, Any]) -> list[str]:
    """The ids of everybody whose name is needed to show a message."""
    found = [text_of(message.get(name)) for name in ("user", "inviter", "parent_user_id", "bot_id")]
    found += [
        text_of(inner(message, name).get("user")) for name in ("edited", "comment", "message", "previous_message")
    ]
    for reaction in objects(message.get("reactions")):
        who = reaction.get("users")
        found += [text_of(each) for each in who] if isinstance(who, list) else []
    return sorted({each for each in found if each})


def _list(raw: bytes, member: Member) -> Part:
    return Part(kind="span", raw=raw, at=(0, len(raw)), member=member.name, meta={"zip": member.meta()})
