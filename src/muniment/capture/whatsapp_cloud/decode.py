"""A webhook's body to its events: pure, the same in every rebuild.

Trust: nothing is refused for its form. What has no place in an event is in `extra`; what belongs to no event is one of its own.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from muniment.capture.connector import Undecodable
from muniment.capture.exact import read_json
from muniment.capture.item import Item
from muniment.capture.whatsapp_cloud.around import read_account, read_app_contact, read_error, read_preference
from muniment.capture.whatsapp_cloud.frame import PARTIAL, Account, Contacts, Frame
from muniment.capture.whatsapp_cloud.groups import FIELDS, read_group
from muniment.capture.whatsapp_cloud.history import FLAG, read_chunk
from muniment.capture.whatsapp_cloud.messages import read_message
from muniment.capture.whatsapp_cloud.statuses import read_call, read_status
from muniment.record.event import Event, Kind

_encode = msgspec.json.Encoder(order="sorted").encode


def decode_webhook(raw: bytes) -> Sequence[Event]:
    """The events of a POST in its order; what belongs to none of them comes last. Raises Undecodable for what is no object."""
    body = read_json(raw)
    if type(body.value) is not dict:
        raise Undecodable("expected a JSON object")
    top = Item(body.value)
    top.constant("object", "whatsapp_business_account")
    events: list[Event] = []
    entries = []
    for members in top.items("entry"):
        entry = Item(members)
        waba = entry.ident("id")
        changes = entry.items("changes")
        about = {} if not changes else {name: entry.left.pop(name) for name in ("time",) if name in entry.left}
        left = []
        for change in changes:
            found, rest = _change(waba, about, Item(change))
            events += found
            left += [rest] if rest else []
        if not changes and waba is not None:
            entry.left["id"] = waba
        entry.back("changes", left)
        entries += [entry.left] if entry.left else []
    top.back("entry", entries)
    if top.left or not events:
        rest_of_all = {"native_type": "whatsapp_cloud:webhook", "webhook": top.left}
        events.append(Event(kind=Kind.SYSTEM, conversation="", flags=(PARTIAL,), extra=rest_of_all))
    return with_keys(events if body.whole else [_damaged(event) for event in events])


def with_keys(events: Sequence[Event]) -> Sequence[Event]:
    """The same events, each with a key: one that bears none gets its content's, with the ordinal among its equals."""
    seen: dict[str, int] = {}
    keyed = []
    for event in events:
        if event.key is None:
            digest = hashlib.sha256(_encode(event)).hexdigest()
            seen[digest] = seen.get(digest, 0) + 1
            event = msgspec.structs.replace(event, key=f"content:{digest}:{seen[digest]}")
        keyed.append(event)
    return tuple(keyed)


def _change(waba: str | None, about: dict[str, Any], change: Item) -> tuple[list[Event], dict[str, Any]]:
    """The events of a change, and what is left of it when all lists that we know are read."""
    field = change.words("field")
    if type(change.see("value")) is not dict:
        account = Account(waba=waba)
        frame = Frame(account, Contacts([], 0), about)
        return [read_account(frame, change.left.pop("value", None), field)], change.left
    value = change.inner("value")
    value.constant("messaging_product", "whatsapp")
    metadata = value.inner("metadata")
    account = Account(waba, metadata.ident("phone_number_id"), metadata.ident("display_phone_number"))
    value.put("metadata", metadata)
    lists = {name: value.items(name) for name in _LISTS if type(value.see(name)) is list}
    said = sum(map(len, lists.values()))
    if not said:
        return [read_account(Frame(account, Contacts([], 0), about), value.left, field)], change.left
    contacts = Contacts(value.items("contacts"), said - len(lists.get("errors", ())))
    frame = Frame(account, contacts, about)
    events = [
        event for name, items in lists.items() for item in items for event in _LISTS[name].read(frame, item, field)
    ]
    value.back("contacts", contacts.left)
    change.put("value", value)
    if change.left or not any(field in _LISTS[name].fields for name in lists):
        change.left.setdefault("field", field)
    return events, change.left


Read = Callable[[Frame, dict[str, Any], str], Sequence[Event]]


def _messages(frame: Frame, members: dict[str, Any], field: str) -> Sequence[Event]:
    told = field == "history"  # the files of a history come as messages of its own field
    return (read_message(frame, members, outbound=None if told else False, flags=(FLAG,) if told else ()),)


def _echoes(frame: Frame, members: dict[str, Any], field: str) -> Sequence[Event]:
    return (read_message(frame, members, outbound=True, flags=("echo",)),)


def _one(read: Callable[[Frame, dict[str, Any]], Event]) -> Read:
    def reader(frame: Frame, members: dict[str, Any], field: str) -> Sequence[Event]:
        return (read(frame, members),)

    return reader


def _chunks(frame: Frame, members: dict[str, Any], field: str) -> Sequence[Event]:
    return read_chunk(frame, members)


class _List(NamedTuple):
    """How the objects of a list are read, and the fields of changes that it belongs in."""

    read: Read
    fields: frozenset[str]


_LISTS = {
    "messages": _List(_messages, frozenset({"messages", "history"})),
    "message_echoes": _List(_echoes, frozenset({"smb_message_echoes"})),
    "statuses": _List(_one(read_status), frozenset({"messages", "calls"})),
    "calls": _List(_one(read_call), frozenset({"calls"})),
    "groups": _List(read_group, FIELDS),
    "history": _List(_chunks, frozenset({"history"})),
    "state_sync": _List(_one(read_app_contact), frozenset({"smb_app_state_sync"})),
    "user_preferences": _List(_one(read_preference), frozenset({"user_preferences"})),
    "errors": _List(_one(read_error), frozenset({"messages", "calls", "history", "smb_message_echoes"})),
}
"""What a change may hold: it is read whatever the change's field is called."""


def _damaged(event: Event) -> Event:
    return msgspec.structs.replace(event, flags=tuple(dict.fromkeys((*event.flags, PARTIAL))))
