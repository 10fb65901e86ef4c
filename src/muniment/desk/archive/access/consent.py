"""Who withdrew consent to being archived: the newest word of each client in each conversation, where it is a refusal.

No content: accounts, conversations by number, times. Whoever asks says by which capability they may know.
"""

from dataclasses import dataclass

import msgspec

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.record.event import Event, Kind
from muniment.search.ast import Field, Query
from muniment.search.database import open_index

LOOKED_AT = 500
"""The newest events of consent that are looked at."""
_decode = msgspec.json.Decoder(Event).decode


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A conversation in which a client refuses to be archived. `at` is when they said so (µs UTC), as far as it is known."""

    source: str
    conversation: int
    leaf: int
    ordinal: int
    at: int | None


def withdrawn(desk: Desk, capability: Capability) -> list[Withdrawn]:
    """The conversations in which the newest word on consent is a refusal, newest first; raises NotFound."""
    scope = desk.authority.require(capability)
    ids = open_index(desk.catalog).search(Query(Field("type", Kind.CONSENT.value)), limit=LOOKED_AT, scope=scope)
    if not ids:
        return []
    rows = desk.catalog.execute(
        "SELECT event.conversation, record.source, event.leaf, event.ordinal, event.body FROM event"
        f" JOIN record ON record.leaf = event.leaf WHERE event.id IN ({', '.join('?' * len(ids))}) ORDER BY event.id DESC",
        ids,
    ).fetchall()
    settled: set[tuple[int, str]] = set()
    found: dict[int, Withdrawn] = {}
    for conversation, source, leaf, ordinal, body in rows:
        event = _decode(body)
        said = event.extra.get("consent")
        status = said.get("status") if isinstance(said, dict) else None
        about = (conversation, str(said.get("subject") or event.sender or "") if isinstance(said, dict) else "")
        if status in ("agree", "disagree", "default") and about not in settled:
            settled.add(about)
            if status == "disagree":
                found.setdefault(conversation, Withdrawn(source, conversation, leaf, ordinal, event.sent_at))
    return list(found.values())
