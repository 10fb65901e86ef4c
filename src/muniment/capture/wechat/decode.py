"""A record of this room to its event: pure, the same in every rebuild.

Trust: what has no place in the event is in `extra`, under its own name; a type that nobody knows is found by its words.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from muniment.capture.item import Item
from muniment.capture.wechat.callbacks import read_event
from muniment.capture.wechat.files import read_plain
from muniment.capture.wechat.kfitems import read_item
from muniment.capture.wechat.messages import read_message
from muniment.capture.wechat.said import PARTIAL
from muniment.record.event import Event
from muniment.record.record import Header

_encode = msgspec.json.Encoder(order="sorted").encode


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The event of a callback or of a pulled customer-service item; none for files. Raises Undecodable."""
    if header.part != "message":
        return ()
    members, whole = read_plain(raw)
    event = read_item(Item(members)) if _is_item(header, members) else read_callback(Item(members))
    if not whole:
        event = msgspec.structs.replace(event, flags=tuple(dict.fromkeys((*event.flags, PARTIAL))))
    if event.key is None:
        # Nothing in it is unique but the whole: a repetition says the same, byte for byte or not.
        event = msgspec.structs.replace(event, key=f"content:{hashlib.sha256(_encode(event)).hexdigest()}")
    return (event,)


def read_callback(item: Item) -> Event:
    """A message, or an event of the account or the corporation."""
    if item.see("MsgType") == "event" or ("MsgType" not in item.left and "InfoType" in item.left):
        return read_event(item)
    return read_message(item)


def _is_item(header: Header, members: dict[str, Any]) -> bool:
    return header.meta.get("form") == "kf" or ("msgtype" in members and "MsgType" not in members)
