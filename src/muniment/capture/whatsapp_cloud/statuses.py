"""What became of a message that the firm sent, and of a call: receipts, failures, the steps of a call."""

from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.item import Item, words_in
from muniment.capture.whatsapp_cloud.frame import PARTIAL, Frame, name_of
from muniment.record.event import Event, Kind

KNOWN = {"sent", "delivered", "read", "played", "failed"}
BY_READER = {"delivered", "read", "played"}


def read_status(frame: Frame, members: dict[str, Any]) -> Event:
    """A receipt of a message, its failure, or a step of a call."""
    item = Item(members)
    native, status = item.ident("id"), item.words("status")
    recipient = item.ident("recipient_id") or item.ident("recipient_user_id")
    participant = item.ident("recipient_participant_id") or item.ident("recipient_participant_user_id")
    by = participant or recipient
    stamp = text_of(item.see("timestamp"))
    call = item.constant("type", "call")
    kind = Kind.CALL if call else Kind.DELIVERY_FAILURE if status == "failed" else Kind.RECEIPT
    named = native is not None and bool(status) and by is not None and stamp is not None
    contact = frame.contacts.beside(by, recipient, text_of(item.see("recipient_user_id")))
    return frame.event(
        kind,
        item,
        f"whatsapp_cloud:{'call_status' if call else 'status'}",
        conversation=recipient or "",
        sender=by if status in BY_READER else None,
        display=name_of(frame.contacts.of(by)) if status in BY_READER else None,
        recipients=() if by is None or status in BY_READER else (by,),
        text=words_in(item.see("errors")) if kind is Kind.DELIVERY_FAILURE else "",
        key=frame.account.key("call" if call else "status", native or "", status, by or "", stamp or "")
        if named
        else None,
        target=None if native is None or call else frame.account.key(native),
        flags=() if (call or status in KNOWN) and named else (PARTIAL,),
        found={"receipt": {"status": status, "by": by}, **({"call": native} if call else {})},
        contact=contact,
    )


def read_call(frame: Frame, members: dict[str, Any]) -> Event:
    """A call that was offered, connected or ended; its sound is not here."""
    item = Item(members)
    native, step = item.ident("id"), item.words("event")
    sender, to = item.ident("from") or item.ident("from_user_id"), item.ident("to") or item.ident("to_user_id")
    out = item.see("direction") == "BUSINESS_INITIATED"
    other = to if out or sender is None else sender
    contact = frame.contacts.beside(other, sender, to)
    return frame.event(
        Kind.CALL,
        item,
        f"whatsapp_cloud:call/{step}" if step else "whatsapp_cloud:call",
        conversation=other or "",
        sender=sender,
        display=None if out else name_of(frame.contacts.of(sender)),
        recipients=() if to is None else (to,),
        key=frame.account.key("call", native, step) if native is not None and step else None,
        flags=() if native is not None and step else (PARTIAL,),
        found={"call": native, "step": step},
        contact=contact,
    )
