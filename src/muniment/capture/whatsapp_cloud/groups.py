"""Groups: who was put in and who was taken out, and what of the group itself changed.

Meta's own example names a `group_create` in the field of changed participants, with numbers for ids: so it is the arrays that
are believed, and ids are read whichever way they are written.
"""

from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.item import Item, words_in
from muniment.capture.whatsapp_cloud.frame import PARTIAL, Frame
from muniment.record.event import Event, Kind

ARRAYS = (("added_participants", "add"), ("removed_participants", "remove"))
FIELDS = frozenset(
    {"group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update"}
)


def read_group(frame: Frame, members: dict[str, Any], field: str) -> list[Event]:
    """One event for each list of members that changed, and one for the group where anything else is said of it."""
    item = Item(members)
    group = item.ident("group_id")
    stamp = item.see("timestamp")
    kind, subject = item.words("type"), text_of(item.see("subject"))
    asked = {"request_id": item.see("request_id")} if "request_id" in item.left else {}
    events = []
    for name, op in ARRAYS:
        people = [Item(person) for person in item.items(name)]
        if people:
            change = Item({"timestamp": stamp} if stamp is not None else {})
            ids = [_who(person) for person in people]
            change.put(name, [person.left for person in people])
            events.append(
                frame.event(
                    Kind.MEMBERSHIP,
                    change,
                    f"whatsapp_cloud:{field}/{kind}",
                    conversation=group or "",
                    room=subject,
                    recipients=tuple(dict.fromkeys(one for one in ids if one is not None)),
                    flags=(PARTIAL,) if group is None or None in ids else (),
                    found={"op": op, "members": [{"id": one} for one in ids], **asked},
                )
            )
    said = {name for name in item.left if name not in {"timestamp", "request_id"}}
    if said or not events or field != "group_participants_update":
        event = frame.event(
            Kind.CONVERSATION_UPDATE,
            item,
            f"whatsapp_cloud:{field}/{kind}",
            conversation=group or "",
            room=subject,
            text="\n".join(filter(None, (words_in(item.see(name)) for name in ("subject", "description")))),
            flags=() if group is not None and field in FIELDS else (PARTIAL,),
            found={"op": kind} if kind else {},
        )
        events.insert(0, event)
    return events


def _who(person: Item) -> str | None:
    """A member's id: taken; how the request had written it stays beside it where it differs."""
    found = person.ident("wa_id") or person.ident("user_id")
    written = text_of(person.see("input"))
    if found is None:
        return person.ident("input")
    if written == found:
        person.ident("input")
    return found
