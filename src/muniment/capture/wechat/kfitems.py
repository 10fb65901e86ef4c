"""An item of the customer-service feed: a message of the client's or of the colleague who serves them, or an event of the desk."""

import json
from collections.abc import Callable
from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.item import Item, words_in
from muniment.capture.wechat.files import take_files
from muniment.capture.wechat.said import PARTIAL, event
from muniment.record.event import Attachment, Event, Kind

CUSTOMER, PLATFORM, SERVICER = 3, 4, 5
"""`origin`: the client wrote, the platform says, the colleague wrote."""
RECALLS = {"user_recall_msg": "external_userid", "servicer_recall_msg": "servicer_userid"}
EVENTS = {"enter_session", "servicer_status_change", "session_status_change", "reject_customer_msg_switch_change"}


def key_of(native: str) -> str:
    """The native key of an item."""
    return f"kf:{native}"


def read_item(item: Item) -> Event:
    """The event of one item."""
    name = item.words("msgtype")
    native, stamp = item.ident("msgid"), item.ident("send_time")
    if name == "event":
        return _event(item, native, stamp)
    account, client = item.ident("open_kfid"), item.ident("external_userid")
    origin = item.see("origin")
    outbound = origin == SERVICER
    servicer = item.ident("servicer_userid") if outbound else None
    sender, to = (servicer, client) if outbound else (client, account)
    if origin == PLATFORM:
        sender, to = None, client
    body, files, text, known = _body(item, name)
    item.put(name, body)
    return event(
        Kind.SYSTEM if origin == PLATFORM else Kind.MESSAGE,
        item,
        f"wechat:kf/{name or 'unknown'}",
        conversation=_within(account, client),
        sender=sender,
        recipients=() if to is None else (to,),
        stamp=stamp,
        text=text,
        files=files,
        key=None if native is None else key_of(native),
        flags=() if known and origin in (CUSTOMER, PLATFORM, SERVICER) and native and client else (PARTIAL,),
        found={"direction": "outbound" if outbound else "inbound", "account": account},
    )


def _within(account: str | None, client: str | None) -> str:
    return f"{account or ''}/{client or ''}" if account or client else ""


def _body(item: Item, name: str) -> tuple[Any, tuple[Attachment, ...], str, bool]:
    """What is left of the body, its files, its words, and whether we know the type."""
    if name in item.left and type(item.see(name)) is not dict:
        value = item.left.pop(name)
        return value, (), words_in(value), False
    body = item.inner(name)
    files = take_files(body, name)
    reader = _READERS.get(name)
    if reader is not None and (body.left or files):
        return body, files, reader(body), True
    return body, files, words_in(body.left), False


def _event(item: Item, native: str | None, stamp: str | None) -> Event:
    """A recall, a failure, or a change at the desk. Its ids stand within it; those outside are kept beside."""
    body = item.inner("event")
    name = body.words("event_type")
    account, client = (
        body.ident("open_kfid") or item.ident("open_kfid"),
        body.ident("external_userid") or item.ident("external_userid"),
    )
    kind, sender, target, known = Kind.SYSTEM, None, None, name in EVENTS
    if name in RECALLS:
        kind, target = Kind.RECALL, body.ident("recall_msgid")
        sender = client if RECALLS[name] == "external_userid" else body.ident("servicer_userid")
        known = target is not None
    elif name == "msg_send_fail":
        kind, target = Kind.DELIVERY_FAILURE, body.ident("fail_msgid")
        known = target is not None
    text = "" if known else words_in(body.left)
    item.put("event", body)
    return event(
        kind,
        item,
        f"wechat:kf/event/{name or 'unknown'}",
        conversation=_within(account, client),
        sender=sender,
        recipients=() if client is None or sender == client else (client,),
        stamp=stamp,
        text=text,
        key=None if native is None else key_of(native),
        target=None if target is None else key_of(target),
        flags=() if known else (PARTIAL,),
        found={"account": account},
    )


def _text(body: Item) -> str:
    return body.words("content")


def _nothing(body: Item) -> str:
    return ""


def _some(*names: str) -> Callable[[Item], str]:
    return lambda body: "\n".join(filter(None, (text_of(body.see(name)) for name in names)))


def _location(body: Item) -> str:
    place = ", ".join(filter(None, (text_of(body.see("latitude")), text_of(body.see("longitude")))))
    return "\n".join(filter(None, (*(text_of(body.see(name)) for name in ("name", "address")), place)))


def _menu(body: Item) -> str:
    """What stood before, the choices, and what stood behind."""
    choices = []
    listed = body.see("list")
    for choice in listed if type(listed) is list else ():
        inner = choice.get(choice.get("type")) if type(choice) is dict and type(choice.get("type")) is str else choice
        choices.append(text_of(inner.get("content")) or words_in(inner) if type(inner) is dict else words_in(inner))
    return "\n".join(filter(None, (text_of(body.see("head_content")), *choices, text_of(body.see("tail_content")))))


def _merged(body: Item) -> str:
    """A forwarded conversation: who said what, its messages being JSON within texts."""
    lines = [text_of(body.see("title")) or ""]
    entries = body.see("item")
    for entry in entries if type(entries) is list else ():
        if type(entry) is dict:
            who, said = text_of(entry.get("sender_name")), entry.get("msg_content")
            lines.append(f"{who or ''}: {_inner(said, text_of(entry.get('msgtype')) or '')}")
    return "\n".join(filter(None, lines))


def _inner(said: Any, kind: str) -> str:
    try:
        message = json.loads(said) if type(said) is str else said
    except (ValueError, RecursionError):
        return said if type(said) is str else ""
    body = message.get(kind) if type(message) is dict else message
    return words_in(body).encode("utf-8", "replace").decode()


_READERS: dict[str, Callable[[Item], str]] = {
    "text": _text,
    **dict.fromkeys(("image", "voice", "video", "file"), _nothing),
    "location": _location,
    "link": _some("title", "desc", "url"),
    "business_card": _some("userid"),
    "miniprogram": _some("title", "pagepath"),
    "msgmenu": _menu,
    "channels": _some("nickname", "title"),
    "channels_shop_product": _some("title", "shop_nickname"),
    "channels_shop_order": _some("product_titles", "price_wording", "state", "shop_nickname"),
    "merged_msg": _merged,
    "meeting": _some("meeting_title", "title"),
    "schedule": _some("title"),
    "note": _some("title", "content"),
}
