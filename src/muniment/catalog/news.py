"""What a record says that is not known yet: the same thing said again is one event, other words under its key are a divergence.

Live sources deliver a thing twice, in any order; an export tells the same message again with another reaction. Nothing that
is known is ever changed by what comes later: it stands beside it.
"""

from collections.abc import Sequence

from muniment.capture.snapshots import ORIGINAL_UNKNOWN, unlike
from muniment.catalog.keys import chain, find_event_keys, find_keys
from muniment.catalog.project import Projected, ProjectedEvent, decode_event, diverged, project_event
from muniment.record.event import Event, Kind
from muniment.vault.database import Database
from muniment.vault.pseudonym import Pseudonyms

Placed = list[tuple[int, ProjectedEvent]]
"""Events with their ordinals in the record."""


class News:
    """Sorts the events of one batch, record after record in the log's order."""

    def __init__(self, database: Database, names: Pseudonyms, batch: Sequence[Projected]) -> None:
        self._database, self._names = database, names
        keys = list({item.key for item in batch if item.key is not None})
        self._known = find_keys(database, keys)
        self._here: dict[bytes, list[ProjectedEvent]] = {}
        """What the batch itself has said so far under a record's key."""
        self._first: dict[bytes, int] = {key: leaf for key, (leaf, _, _) in self._known.items()}
        own = {event.key for item in batch if item.key is None for event in item.events if event.key is not None}
        self._own = find_event_keys(database, list(own)) if own else {}

    def of(self, item: Projected) -> Placed:
        """The events of the next record that are to be kept."""
        if item.key is None:
            return self._by_event(item)
        original = self._first.setdefault(item.key, item.leaf)
        if original == item.leaf:
            self._here[item.key] = list(item.events)
            return list(enumerate(item.events))
        kept = self._by_record(item, item.key, original)
        self._here.setdefault(item.key, []).extend(event for _, event in kept)
        return kept

    def _by_record(self, item: Projected, key: bytes, original: int) -> Placed:
        said = self._said(key) if item.events else []
        bodies = set(said)
        about: dict[str | int, list[Event]] = {}
        for place, body in enumerate(said):
            about.setdefault(_about(body, place), []).append(decode_event(body))
        kept: Placed = []
        for ordinal, event in enumerate(item.events):
            if event.body in bodies:
                continue
            before = about.get(_about(event.body, ordinal), [])
            if before and _adds_nothing(decode_event(event.body), before):
                continue
            new = self._diverged(item, event, ordinal, original) if before else event
            if new.body not in bodies:
                kept.append((ordinal, new))
        return kept

    def _by_event(self, item: Projected) -> Placed:
        kept: Placed = []
        for ordinal, event in enumerate(item.events):
            if event.key is None or event.content is None:
                kept.append((ordinal, event))
                continue
            before = self._own.setdefault(event.key, [])
            if all(content != event.content for _, content in before):
                kept.append((ordinal, self._diverged(item, event, ordinal, before[0][0]) if before else event))
            before.append((item.leaf, event.content))
        return kept

    def _said(self, key: bytes) -> list[str]:
        """The bodies of all events that earlier records of this key have said."""
        bodies: list[str] = []
        if key in self._known:
            for leaf in chain(self._database, key):
                rows = self._database.execute("SELECT body FROM event WHERE leaf = ? ORDER BY ordinal", (leaf,))
                bodies += [body for (body,) in rows]
        return bodies + [event.body for event in self._here.get(key, [])]

    def _diverged(self, item: Projected, event: ProjectedEvent, ordinal: int, original: int) -> ProjectedEvent:
        if event.kind == Kind.SOURCE_DIVERGENCE:
            return event
        changed = diverged(decode_event(event.body), original)
        return project_event(changed, item.leaf, ordinal, item.source, item.connector or "", self._names)


def _adds_nothing(event: Event, before: Sequence[Event]) -> bool:
    """Whether a later telling says no more: of a message that was changed since, it no longer has the words that we know."""
    return ORIGINAL_UNKNOWN in event.flags or not all(unlike(event, other) for other in before)


def _about(body: str, place: int) -> str | int:
    """What an event says something about: its key; without one, its place in the record."""
    key = decode_event(body).key
    return place if key is None else key
