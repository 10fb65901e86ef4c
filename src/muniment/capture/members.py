"""Takes members out of a JSON object that was read exactly: what is taken has its place in an event, what stays goes to `extra`."""

from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.exact import read_json, text_of
from muniment.capture.rejected import LineRejected
from muniment.capture.times import Instant, read_instant

Members = dict[str, Any]

PARTIAL = "partial"
"""Flag: not everything in the record could be read as what it should be; what could not is in `extra`, or raw."""

EDGES = b" \t\r\n,"
"""What may stand around an element of a list."""


def read_members(raw: bytes) -> tuple[Members, bool]:
    """The object in `raw` (a comma behind it does no harm), and whether all of it was well formed. Raises Undecodable."""
    value, whole = read_json(raw.strip(EDGES))
    if not isinstance(value, dict):
        raise Undecodable(f"expected an object, got {what(value)}")
    return value, whole


def what(value: Any) -> str:
    """The kind of a JSON value in plain words, for a reason that shows no content."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number"}
    return "null" if value is None else names.get(type(value), "a value")


def take_text(members: Members, name: str) -> str | None:
    """The member `name` where it is text, taken out; anything else stays."""
    return members.pop(name) if isinstance(members.get(name), str) else None


def take_id(members: Members, name: str) -> str | None:
    """An id that is text or a number, as text, taken out; anything else stays."""
    found = text_of(members.get(name))
    if found is not None:
        members.pop(name)
    return found


def take_size(members: Members, name: str) -> int | None:
    """A number of bytes, taken out; anything else stays."""
    value = members.get(name)
    return members.pop(name) if type(value) is int and value >= 0 else None


def objects(value: Any) -> list[Members]:
    """The objects in a list; nothing where it is no list of objects and nothing else."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return []
    return value


def take_objects(members: Members, name: str) -> list[Members]:
    """The member `name` where it is a list of objects, taken out; anything else stays."""
    value = members.get(name)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return []
    return list(members.pop(name))


def inner(members: Members, name: str) -> Members:
    """The object under `name`, left where it is; an empty one where there is none."""
    value = members.get(name)
    return value if isinstance(value, dict) else {}


def instant(text: Any, zone: str | None = None) -> Instant | None:
    """The moment an RFC 3339 time names; None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        return read_instant(text, zone)
    except LineRejected:
        return None
