"""Who and what an export is about: its users, and its conversations by the names of their folders."""

from typing import Any, NamedTuple

from muniment.capture.connector import Undecodable
from muniment.capture.exact import read_json, text_of
from muniment.capture.members import inner, objects

LISTS = {"channels.json": "channel", "groups.json": "private_channel", "mpims.json": "group", "dms.json": "direct"}
"""The files that list conversations, and what kind each lists. Any of them may be missing."""


class Channel(NamedTuple):
    """A conversation: its id, its name where it has one, its kind, and its members as of the export."""

    id: str
    name: str
    kind: str
    members: tuple[str, ...]

    def meta(self) -> dict[str, Any]:
        """What a message's part bears of it."""
        return {"id": self.id, "name": self.name, "kind": self.kind}


def read_users(raw: bytes) -> dict[str, str]:
    """The names of users by their ids; of a file that is no list of users, nothing."""
    names = {}
    for user in _objects(raw):
        native = text_of(user.get("id"))
        profile = inner(user, "profile")
        shown = [profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name")]
        name = next((each for each in shown if isinstance(each, str) and each), None)
        if native and name:
            names[native] = name
    return names


def read_channels(raw: bytes, kind: str, users: dict[str, str]) -> dict[str, Channel]:
    """The conversations of a list by the names of their folders: a channel's name, or a direct conversation's id."""
    found = {}
    for each in _objects(raw):
        native = text_of(each.get("id"))
        if native is None:
            continue
        given = each.get("name")
        name = given if isinstance(given, str) else ""
        listed = each.get("members")
        members = tuple(m for m in listed if isinstance(m, str)) if isinstance(listed, list) else ()
        shown = name or ", ".join(users.get(member, member) for member in members)
        channel = Channel(native, shown, kind, members)
        found[name or native] = channel
        found.setdefault(native, channel)
    return found


def unlisted(folder: str) -> Channel:
    """A conversation that no list names."""
    return Channel(folder, folder, "unknown", ())


def _objects(raw: bytes) -> list[dict[str, Any]]:
    try:
        return objects(read_json(raw).value)
    except Undecodable:
        return []
