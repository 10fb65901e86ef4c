"""What messages and calls of a backup have in common: attributes with a place in an event, and the rest."""

from typing import Any

from muniment.capture.elements import Element
from muniment.record.event import Precision

NULL = "null"
"""What the app writes where there is nothing."""
UNKNOWN = "(Unknown)"
"""The name of a contact whom the phone does not know."""

WITHHELD = ("-1", "-2", "-3")
"""What Android writes for a number that it was not told: unknown, private, a pay phone."""

_TELEPHONE = frozenset("+0123456789 -().")
_LAST = 253_402_300_799_999


class Fields:
    """The attributes of an element, of which each is taken once; what is left goes to `extra`."""

    def __init__(self, element: Element) -> None:
        self.left = {name: value for name, value in element.attributes.items() if value != NULL}

    def see(self, name: str) -> str:
        """An attribute, which stays; empty without one."""
        return self.left.get(name, "")

    def take(self, name: str) -> str:
        """An attribute, taken; empty without one."""
        return self.left.pop(name, "")

    def address(self, name: str) -> str:
        """The attribute with an address. It stays where an event has it in another form."""
        value = self.left.get(name, "")
        if all(one == handle(one) for one in value.split("~")):
            self.left.pop(name, None)
        return value

    def contact(self) -> str | None:
        """The name that the phone had for the other side."""
        name = self.left.get("contact_name")
        if not name or name == UNKNOWN:
            return None
        return self.left.pop("contact_name")

    def date(self, *, milliseconds: bool) -> tuple[int | None, Precision, str | None]:
        """When: microseconds UTC, how exactly, and as written. Milliseconds, or seconds where an old version wrote those."""
        written = self.left.get("date", "")
        if not (written.isascii() and written.isdigit() and len(written) <= 15) or int(written) > _LAST:
            return None, Precision.SECOND, None
        self.take("date")
        value = int(written)
        if len(written) <= 10:
            return value * 1_000_000, Precision.SECOND, written
        return value * 1000, Precision.MILLISECOND if milliseconds else Precision.SECOND, written


def handle(address: str) -> str:
    """An address as it is compared: a telephone number without the marks between its digits, anything else as written."""
    text = address.strip()
    if text not in WITHHELD and set(text) <= _TELEPHONE and any(c.isdigit() for c in text):
        return ("+" if text.startswith("+") else "") + "".join(c for c in text if c.isdigit())
    return text


def conversation_of(addresses: list[str]) -> str:
    """The id of the conversation with these addresses: the address itself, or all of a group's, in order."""
    return "~".join(sorted(dict.fromkeys(handle(address) for address in addresses if address.strip())))


def extra_of(element: Element, left: dict[str, Any], lost: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """`extra`: attributes that have no other place, text and elements that no version of the app is known to write."""
    extra: dict[str, Any] = dict(left)
    if element.text.strip():
        extra["$text"] = element.text
    extra |= {f"${name}": value for name, value in more.items() if value}
    if lost:
        extra["$unrepresentable"] = list(lost)
    return extra


def tree(element: Element) -> dict[str, Any]:
    """An element as `extra` keeps it, whole."""
    kept: dict[str, Any] = {"$element": element.name}
    kept |= {name: value for name, value in element.attributes.items() if value != NULL}
    if element.text.strip():
        kept["$text"] = element.text
    if element.children:
        kept["$children"] = [tree(child) for child in element.children]
    return kept
