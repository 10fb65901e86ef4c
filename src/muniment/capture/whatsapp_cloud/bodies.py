"""What a message says, by its type: text and files to the event, the rest back into the item."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.item import Item, words_in
from muniment.capture.whatsapp_cloud.files import found_files, take_file
from muniment.record.event import Attachment, Kind

PLACEHOLDER = "media_placeholder"
"""Type of a message of the history whose file comes, with the same id, in a webhook of its own."""


@dataclass(slots=True)
class Said:
    """What was said. `target` is the platform's id of the message that this one edits, recalls or answers by a sign."""

    native: str
    text: str = ""
    kind: Kind = Kind.MESSAGE
    files: tuple[Attachment, ...] = ()
    target: str | None = None
    flags: tuple[str, ...] = ()
    partial: bool = False
    found: dict[str, Any] = field(default_factory=dict)


def read_body(item: Item) -> Said:
    """The body of a message, whose type is taken; a type that nobody knows is found by all its words."""
    name = item.words("type")
    if name in _BARE:
        return _BARE[name](name, item)
    reader = _READERS.get(name)
    body = item.see(name)
    if reader is None or type(body) is not dict:
        if name == "contacts" and type(body) is list:
            return Said(name, text="\n".join(_card(card) for card in body))
        return Said(name or "unknown", text=words_in(body), files=found_files(item.left), partial=True)
    inner = item.inner(name)
    said = reader(name, inner)
    item.put(name, inner)
    return said


def _text(name: str, body: Item) -> Said:
    return Said(name, text=body.words("body"))


def _media(name: str, body: Item) -> Said:
    caption, file = body.words("caption"), take_file(body)
    return Said(name, text=caption, files=() if file is None else (file,), partial=file is None)


def _location(name: str, body: Item) -> Said:
    place = ", ".join(filter(None, (text_of(body.see("latitude")), text_of(body.see("longitude")))))
    lines = (body.see("name"), body.see("address"), place)
    return Said(name, text="\n".join(line for line in lines if type(line) is str and line))


def _card(card: Any) -> str:
    if type(card) is not dict:
        return words_in(card)
    name = card.get("name")
    shown = text_of(name.get("formatted_name")) if type(name) is dict else None
    rest = {other: value for other, value in card.items() if other != "name"} if shown else card
    return "\n".join(filter(None, (shown, words_in(rest))))


def _reaction(name: str, body: Item) -> Said:
    emoji = body.words("emoji")
    target = body.ident("message_id")
    found = {"reaction": {"op": "add" if emoji else "remove"}}
    return Said(name, text=emoji, kind=Kind.REACTION, target=target, partial=target is None, found=found)


def _interactive(name: str, body: Item) -> Said:
    kind = body.words("type")
    native = f"{name}/{kind}" if kind else name
    reply = body.see(kind)
    if kind in {"button_reply", "list_reply"} and type(reply) is dict:
        return Said(native, text="\n".join(filter(None, map(_shown, (reply.get("title"), reply.get("description"))))))
    if kind == "nfm_reply" and type(reply) is dict:
        return Said(
            native, text="\n".join(filter(None, (_shown(reply.get("body")), _form(reply.get("response_json")))))
        )
    if kind == "call_permission_reply" and type(reply) is dict:
        return Said(native, text=_shown(reply.get("response")))
    return Said(native, text=words_in(body.left), partial=True)


def _form(filled: Any) -> str:
    """The answers of a form that was filled in: JSON within a text."""
    try:
        answers = json.loads(filled) if type(filled) is str else None
    except (ValueError, RecursionError):
        return _shown(filled)
    pairs = answers.items() if type(answers) is dict else ()
    return "\n".join(f"{name}: {value}" for name, value in pairs if name != "flow_token" and type(value) in {str, int})


def _button(name: str, body: Item) -> Said:
    return Said(name, text=body.words("text"))


def _order(name: str, body: Item) -> Said:
    lines = [body.words("text")]
    products = body.see("product_items")
    for product in products if type(products) is list else ():
        if type(product) is dict:
            quantity, what, price, currency = (
                text_of(product.get(one)) or "" for one in ("quantity", "product_retailer_id", "item_price", "currency")
            )
            lines.append(f"{quantity} × {what} {price} {currency}".strip())
    return Said(name, text="\n".join(filter(None, lines)))


def _edit(name: str, body: Item) -> Said:
    target, new = body.ident("original_message_id"), body.inner("message")
    said = read_body(new)
    body.put("message", new)
    return Said(
        f"{name}/{said.native}",
        text=said.text,
        kind=Kind.EDIT,
        files=said.files,
        target=target,
        partial=said.partial or target is None,
    )


def _revoke(name: str, body: Item) -> Said:
    target = body.ident("original_message_id")
    return Said(name, kind=Kind.RECALL, target=target, partial=target is None)


def _system(name: str, item: Item) -> Said:
    body = item.inner("system")
    text, op = body.words("body"), body.words("type")
    changed = op in {
        "user_changed_number",
        "customer_changed_number",
        "customer_identity_changed",
        "user_changed_user_id",
    }
    item.put("system", body)
    return Said(
        f"{name}/{op}" if op else name,
        text=text,
        kind=Kind.IDENTITY_CHANGE if changed else Kind.SYSTEM,
        partial=not changed,
        found={"op": op} if op else {},
    )


def _unsupported(name: str, item: Item) -> Said:
    return Said(
        name, text=words_in(item.see("errors")), kind=Kind.UNDECODED, flags=("unsupported",), partial=True
    )  # fmt: skip


def _welcome(name: str, item: Item) -> Said:
    return Said(name, kind=Kind.SYSTEM)


def _placeholder(name: str, item: Item) -> Said:
    return Said(name, flags=("placeholder",))


def _shown(value: Any) -> str:
    return value if type(value) is str else ""


_BARE: dict[str, Callable[[str, Item], Said]] = {
    "system": _system,
    "unsupported": _unsupported,
    "request_welcome": _welcome,
    PLACEHOLDER: _placeholder,
}
"""Types whose body may be absent, or has another place."""

_READERS: dict[str, Callable[[str, Item], Said]] = {
    "text": _text,
    **dict.fromkeys(("image", "video", "audio", "voice", "document", "sticker"), _media),
    "location": _location,
    "reaction": _reaction,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
}
