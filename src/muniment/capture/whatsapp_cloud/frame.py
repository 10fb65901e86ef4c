"""What all events of one change have in common: the account that it concerns, and the people that it introduces."""

from dataclasses import dataclass
from typing import Any

from muniment.capture.epoch import from_seconds
from muniment.capture.exact import text_of
from muniment.capture.item import Item, beside
from muniment.record.event import Attachment, Event, Kind

PLATFORM = "whatsapp"
INBOUND, OUTBOUND = "inbound", "outbound"
PARTIAL = "partial"
"""Flag: not everything was understood; `extra` has it as it came."""


@dataclass(frozen=True, slots=True)
class Account:
    """A business's number: its WhatsApp Business Account, the number's id at the platform, and the number as shown."""

    waba: str | None = None
    number_id: str | None = None
    number: str | None = None

    def key(self, *parts: str) -> str:
        """A native key within the account: a message's id is unique for one number."""
        return ":".join((self.number_id or "", *parts))

    def extra(self) -> dict[str, Any]:
        """The account as `extra` tells it."""
        named = {"waba": self.waba, "phone_number_id": self.number_id, "display_phone_number": self.number}
        return {name: value for name, value in named.items() if value is not None}


class Contacts:
    """The `contacts` of a change: who stands behind a number or a business-scoped id, in the platform's words."""

    def __init__(self, contacts: list[dict[str, Any]], items: int) -> None:
        self._contacts = contacts
        self._alone = len(contacts) == 1 and items == 1
        self._used: set[int] = set()

    def of(self, *ids: str | None) -> dict[str, Any] | None:
        """The contact that bears one of these ids."""
        wanted = {one for one in ids if one is not None}
        for place, contact in enumerate(self._contacts):
            if not wanted.isdisjoint({text_of(contact.get("wa_id")), text_of(contact.get("user_id"))} - {None}):
                self._used.add(place)
                return contact
        return None

    def beside(self, *ids: str | None) -> dict[str, Any] | None:
        """The contact that bears one of these ids, or the only one where there is only one thing said."""
        found = self.of(*ids)
        if found is None and self._alone:
            self._used.add(0)
            return self._contacts[0]
        return found

    @property
    def left(self) -> list[dict[str, Any]]:
        """Those that nobody asked for."""
        return [contact for place, contact in enumerate(self._contacts) if place not in self._used]


def name_of(contact: dict[str, Any] | None) -> str | None:
    """The name that somebody gave themselves, as the platform shows it."""
    profile = (contact or {}).get("profile")
    return text_of(profile.get("name")) if type(profile) is dict else None


def id_of(contact: dict[str, Any] | None) -> str | None:
    """Who a contact is: the number, or the business-scoped id of somebody who does not show one."""
    return text_of((contact or {}).get("wa_id")) or text_of((contact or {}).get("user_id"))


@dataclass(frozen=True, slots=True)
class Frame:
    """Makes the events of one change. `entry` is what the POST's entry said beside its id, its time for instance."""

    account: Account
    contacts: Contacts
    entry: dict[str, Any]

    def event(
        self,
        kind: Kind,
        item: Item,
        native: str,
        *,
        conversation: str = "",
        sender: str | None = None,
        recipients: tuple[str, ...] = (),
        text: str = "",
        files: tuple[Attachment, ...] = (),
        key: str | None = None,
        target: str | None = None,
        flags: tuple[str, ...] = (),
        found: dict[str, Any] | None = None,
        contact: dict[str, Any] | None = None,
        display: str | None = None,
        room: str | None = None,
    ) -> Event:
        """An event; the time is the item's `timestamp`, taken, and what is left of the item goes to `extra`."""
        written = item.ident("timestamp")
        ours: dict[str, Any] = {"native_type": native, "account": self.account.extra(), **(found or {})}
        if self.entry:
            ours["entry"] = self.entry
        if contact is not None:
            ours["contact"] = contact
        return Event(
            kind=kind,
            conversation=conversation,
            conversation_display=room,
            sender=sender,
            sender_display=display,
            recipients=recipients,
            sent_at=from_seconds(written),
            sent_at_raw=written,
            text=text,
            attachments=files,
            key=key,
            target=target,
            flags=tuple(dict.fromkeys(flags)),
            extra=beside(item.left, ours),
        )
