"""A message, as it came in, as the phone app sent it, or as the history tells it: one event."""

from collections.abc import Sequence
from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.item import Item
from muniment.capture.whatsapp_cloud.bodies import PLACEHOLDER, Said, read_body
from muniment.capture.whatsapp_cloud.frame import INBOUND, OUTBOUND, PARTIAL, Frame, id_of, name_of
from muniment.record.event import Event, Kind

OWN_AND_TARGET = {Kind.EDIT, Kind.RECALL, Kind.REACTION}


def read_message(
    frame: Frame,
    members: dict[str, Any],
    *,
    outbound: bool | None = False,
    thread: str | None = None,
    flags: Sequence[str] = (),
) -> Event:
    """The event of a message; where `outbound` is None, the message itself says who sent it. `thread` is its conversation."""
    item = Item(members)
    wamid = item.ident("id")
    sender = item.ident("from") or item.ident("from_user_id")
    group = item.ident("group_id")
    if outbound is None:
        outbound = _ours(frame, item, sender)
    to = item.ident("to") or item.ident("to_user_id") if outbound else None
    contact = frame.contacts.beside(to if outbound else sender, text_of(item.see("from_user_id")), thread)
    if sender is None and not outbound:
        sender = id_of(contact)
    other = to if outbound else sender
    said = read_body(item)
    target, marks = _context(item, said)
    return frame.event(
        said.kind,
        item,
        f"whatsapp_cloud:{said.native}",
        conversation=group or thread or other or id_of(contact) or "",
        sender=sender or (frame.account.number if outbound else None),
        display=None if outbound else name_of(frame.contacts.of(sender)),
        recipients=_recipients(frame, group, to or thread, outbound),
        text=said.text,
        files=said.files,
        key=_key(frame, wamid, said),
        target=None if target is None else frame.account.key(target),
        flags=(*said.flags, *marks, *flags, *((PARTIAL,) if said.partial or wamid is None else ())),
        found={**said.found, "direction": OUTBOUND if outbound else INBOUND, **({"to": to} if group and to else {})},
        contact=contact,
    )


def _ours(frame: Frame, item: Item, sender: str | None) -> bool:
    """Whether a message of the history was sent by the firm: it says so, or it comes from the firm's own number."""
    context = item.see("history_context")
    said = context.get("from_me") if type(context) is dict else None
    if type(said) is bool:
        return said
    own = _digits(frame.account.number or "")
    return bool(own) and _digits(sender or "") == own


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit())


def _recipients(frame: Frame, group: str | None, to: str | None, outbound: bool) -> tuple[str, ...]:
    if group is not None:
        return ()
    one = to if outbound else frame.account.number
    return () if one is None else (one,)


def _context(item: Item, said: Said) -> tuple[str | None, tuple[str, ...]]:
    """What a message is about, by its platform id, and flags: it answers another message, or was forwarded."""
    context = item.see("context")
    if type(context) is not dict:
        return said.target, ()
    marks = [
        flag
        for flag, names in (
            ("forwarded", ("forwarded", "frequently_forwarded")),
            ("frequently_forwarded", ("frequently_forwarded",)),
        )
        if any(context.get(name) is True for name in names)
    ]
    if said.kind is not Kind.MESSAGE or said.target is not None:
        return said.target, tuple(marks)
    inner = item.inner("context")
    target = inner.ident("id")
    item.put("context", inner)
    return target, (*marks, *(("reply",) if target is not None else ()))


def _key(frame: Frame, wamid: str | None, said: Said) -> str | None:
    if wamid is None:
        return None
    if said.kind in OWN_AND_TARGET and said.target is not None:
        return frame.account.key(wamid, said.kind.value, said.target)
    if said.native == PLACEHOLDER:
        return frame.account.key(wamid, "placeholder")  # the message itself comes later, under its own key
    return frame.account.key(wamid)
