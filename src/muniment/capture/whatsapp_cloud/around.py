"""What is neither message nor receipt: contacts of the phone app, preferences, errors, and what the platform says of the account."""

from typing import Any

from muniment.capture.item import Item, words_in
from muniment.capture.whatsapp_cloud.frame import PARTIAL, Frame, name_of
from muniment.record.event import Event, Kind

ACCOUNT_FIELDS = frozenset(
    """account_alerts account_review_update account_settings_update account_update automatic_events business_capability_update
    business_status_update flows message_template_components_update message_template_quality_update
    message_template_status_update partner_solutions payment_configuration_update phone_number_name_update
    phone_number_quality_update security template_category_update template_correct_category_detection tracking_events
    """.split()
)
"""Fields that speak of the account itself, never of a conversation."""


def read_app_contact(frame: Frame, members: dict[str, Any]) -> Event:
    """A contact that the phone app keeps was added, changed or removed."""
    item = Item(members)
    kind, op = item.words("type"), item.words("action")
    contact, meta = item.inner("contact"), item.inner("metadata")
    if (stamp := meta.ident("timestamp")) is not None:
        item.left.setdefault("timestamp", stamp)
    who = contact.ident("phone_number") or contact.ident("wa_id") or contact.ident("user_id")
    name = contact.words("full_name")
    item.put("contact", contact)
    item.put("metadata", meta)
    return frame.event(
        Kind.IDENTITY_CHANGE,
        item,
        f"whatsapp_cloud:smb_app_state_sync/{kind}",
        conversation=who or "",
        sender=who,
        display=name or None,
        text=name,
        flags=() if kind == "contact" and who is not None and op else (PARTIAL,),
        found={"op": op},
    )


def read_preference(frame: Frame, members: dict[str, Any]) -> Event:
    """Somebody asked for marketing messages, or for none; nothing here is consent to being archived."""
    item = Item(members)
    who = item.ident("wa_id") or item.ident("user_id")
    contact = frame.contacts.beside(who)
    return frame.event(
        Kind.SYSTEM,
        item,
        "whatsapp_cloud:user_preferences",
        conversation=who or "",
        sender=who,
        display=name_of(frame.contacts.of(who)),
        text=item.words("detail"),
        contact=contact,
    )


def read_error(frame: Frame, members: dict[str, Any]) -> Event:
    """Something that the platform could not do or show."""
    item = Item(members)
    return frame.event(Kind.SYSTEM, item, "whatsapp_cloud:error", text=words_in(item.left), flags=("error",))


def read_account(frame: Frame, value: Any, field: str) -> Event:
    """A change that holds none of the known lists: of the account, or of a kind that nobody knows yet."""
    item = Item(value if type(value) is dict else {"value": value})
    return frame.event(
        Kind.SYSTEM,
        item,
        f"whatsapp_cloud:{field or 'unknown'}",
        text=words_in(item.left),
        flags=() if field in ACCOUNT_FIELDS else (PARTIAL,),
    )
