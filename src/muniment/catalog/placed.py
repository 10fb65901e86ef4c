"""Events with their place among others: in a conversation, before and after, and linked to what they edit, recall or answer.

Permission and audit are the desk's business; nobody else calls this.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from muniment.catalog.project import number
from muniment.record.decoded import DecodedEvent
from muniment.record.event import AttachmentStatus, Event, Kind
from muniment.record.record import Assurance
from muniment.vault.database import Database
from muniment.vault.pseudonym import Pseudonyms

AT_ONCE = 500
"""Values in one statement."""

STORED = AttachmentStatus.STORED

_PLACE = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,9}))?")
_decoder = msgspec.json.Decoder(Event)
_SELECT = (
    "SELECT event.id, event.leaf, event.ordinal, event.body, event.conversation, record.source,"
    " coalesce(account.name, record.source), coalesce(record.connector, ''), record.received_at, record.assurance, record.status"
    " FROM event JOIN record ON record.leaf = event.leaf LEFT JOIN account ON account.source = record.source"
)
_BEFORE = (
    "SELECT (SELECT max(other.id) FROM event AS other WHERE other.conversation = event.conversation AND other.id < event.id)"
    " FROM event"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """An event where it stands: its search id (which sorts by time), its conversation's number and its account's source."""

    id: int
    conversation: int
    source: str
    status: str
    decoded: DecodedEvent


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation: its number, the source and name of its account, and its native id."""

    id: int
    source: str
    account: str
    native: str


def placed(catalog: Database, ids: Sequence[int]) -> list[Placed]:
    """The events with these search ids, in the order of the ids; those that are gone are left out."""
    rows: dict[int, Placed] = {}
    for some in _runs(ids):
        for row in catalog.execute(f"{_SELECT} WHERE event.id IN ({_marks(some)})", some):
            rows[row[0]] = _placed(row)
    return arrived(catalog, [rows[identifier] for identifier in ids if identifier in rows])


def of_record(catalog: Database, leaf: int) -> list[Placed]:
    """The events that were read in the record of `leaf`, by ordinal."""
    rows = catalog.execute(f"{_SELECT} WHERE event.leaf = ? ORDER BY event.ordinal", (leaf,))
    return arrived(catalog, [_placed(row) for row in rows])


def arrived(catalog: Database, events: list[Placed]) -> list[Placed]:
    """The same events, with the files that came since they were decoded: what was fetched later is stored by now."""
    waiting = [
        event.id
        for event in events
        if any(each.media is not None and each.status is not STORED for each in event.decoded.event.attachments)
    ]
    if not waiting:
        return events
    found: dict[int, dict[int, tuple[str, int]]] = {}
    for some in _runs(waiting):
        for identifier, place, wanted, key, sha256, size in catalog.execute(
            "SELECT media.event, media.place, media.key, record.key, record.sha256, record.length FROM media"
            " JOIN record_key ON record_key.id = media.record_key JOIN record ON record.leaf = record_key.leaf"
            f" WHERE media.event IN ({_marks(some)}) AND record.sha256 IS NOT NULL",
            some,
        ):
            if bytes(wanted) == bytes(key):
                found.setdefault(identifier, {})[place] = (sha256, size)
    return [_with_files(event, found[event.id]) if event.id in found else event for event in events]


def _with_files(event: Placed, files: dict[int, tuple[str, int]]) -> Placed:
    said = event.decoded.event
    attachments = tuple(
        msgspec.structs.replace(each, status=STORED, sha256=files[place][0], size=files[place][1])
        if place in files
        else each
        for place, each in enumerate(said.attachments)
    )
    decoded = msgspec.structs.replace(event.decoded, event=msgspec.structs.replace(said, attachments=attachments))
    return replace(event, decoded=decoded)


def talk(catalog: Database, conversation: int) -> Talk | None:
    """The conversation of this number."""
    row = catalog.execute(
        "SELECT conversation.id, conversation.source, coalesce(account.name, conversation.source), conversation.native"
        " FROM conversation LEFT JOIN account ON account.source = conversation.source WHERE conversation.id = ?",
        (conversation,),
    ).fetchone()
    return None if row is None else Talk(*row)


def ids_before(catalog: Database, conversation: int, before: int, limit: int) -> list[int]:
    """The search ids of the `limit` events of a conversation just before `before`, newest first."""
    rows = catalog.execute(
        "SELECT id FROM event WHERE conversation = ? AND id < ? ORDER BY id DESC LIMIT ?", (conversation, before, limit)
    )
    return [identifier for (identifier,) in rows]


def ids_after(catalog: Database, conversation: int, after: int, limit: int) -> list[int]:
    """The search ids of the `limit` events of a conversation just after `after`, oldest first."""
    rows = catalog.execute(
        "SELECT id FROM event WHERE conversation = ? AND id > ? ORDER BY id LIMIT ?", (conversation, after, limit)
    )
    return [identifier for (identifier,) in rows]


def previous_of(catalog: Database, ids: Sequence[int]) -> dict[int, int]:
    """For each of these events the search id of the one before it in its conversation, where there is one."""
    found: dict[int, int] = {}
    for identifier in ids:
        row = catalog.execute(f"{_BEFORE} WHERE event.id = ?", (identifier,)).fetchone()
        if row is not None and row[0] is not None:
            found[identifier] = int(row[0])
    return found


def later_of(catalog: Database, names: Pseudonyms, events: Iterable[Placed]) -> dict[int, list[int]]:
    """For each of these events the search ids of those that edit, recall, answer, react to or acknowledge it, oldest first."""
    wanted: dict[int, int] = {}
    for event in events:
        key = event.decoded.event.key
        if key is not None:
            wanted[number(names.key(event.source, "message", key))] = event.id
    found: dict[int, list[int]] = {}
    for some in _runs(list(wanted)):
        for identifier, target in catalog.execute(
            f"SELECT id, target FROM link WHERE target IN ({_marks(some)}) ORDER BY id", some
        ):
            found.setdefault(wanted[target], []).append(identifier)
    return found


def targets_of(catalog: Database, names: Pseudonyms, events: Sequence[Placed]) -> dict[int, int]:
    """For each of these events that edits, recalls, answers or differs from another, its search id, where we have it."""
    wanted: dict[int, list[int]] = {}
    differ = [event for event in events if event.decoded.event.kind is Kind.SOURCE_DIVERGENCE]
    for event in events:
        target = event.decoded.event.target
        if target is not None:
            wanted.setdefault(number(names.key(event.source, "message", target)), []).append(event.id)
    found = _spoken_of(catalog, differ)
    for some in _runs(list(wanted)):
        for place, identifier in catalog.execute(
            "SELECT record_key.id, min(event.id) FROM record_key JOIN event ON event.leaf = record_key.leaf"
            f" WHERE record_key.id IN ({_marks(some)}) GROUP BY record_key.id",
            some,
        ):
            found.update(dict.fromkeys(wanted[place], identifier))
        for place, identifier in catalog.execute(
            "SELECT event_key.id, event.id FROM event_key"
            " JOIN event ON event.leaf = event_key.leaf AND event.ordinal = event_key.ordinal"
            f" WHERE event_key.id IN ({_marks(some)})",
            some,
        ):
            found.update(dict.fromkeys(wanted[place], identifier))
    return found


def _spoken_of(catalog: Database, differ: Iterable[Placed]) -> dict[int, int]:
    """For each of these divergences the search id of the message that vanished, or that came otherwise before."""
    found: dict[int, int] = {}
    for each in differ:
        extra = each.decoded.event.extra
        place = _PLACE.fullmatch(str(extra.get("event", extra.get("was", ""))))
        if place is not None:
            (identifier,) = catalog.execute(
                "SELECT min(id) FROM event WHERE leaf = ? AND ordinal >= ?", (int(place[1]), int(place[2] or 0))
            ).fetchone()
            if identifier is not None:
                found[each.id] = int(identifier)
    return found


def copies_of(catalog: Database, key: bytes) -> list[tuple[int, int, str]]:
    """The leaf, time of receipt and status of each record that bears this key digest, oldest first.

    They lie at the key's number and at the numbers behind it, up to the first free one.
    """
    found, place = [], number(key)
    while row := catalog.execute(
        "SELECT record.leaf, record.received_at, record.status, record.key FROM record_key"
        " JOIN record ON record.leaf = record_key.leaf WHERE record_key.id = ?",
        (place,),
    ).fetchone():
        if bytes(row[3]) == key:
            found.append((int(row[0]), int(row[1]), str(row[2])))
        place += 1
    return sorted(found)


def of_blob(catalog: Database, digest: str) -> int | None:
    """The leaf of the record that holds the bytes with this SHA-256 (lower-case hex)."""
    row = catalog.execute(
        "SELECT leaf FROM blob WHERE id = ? AND sha256 = ?", (number(bytes.fromhex(digest)), digest)
    ).fetchone()
    return None if row is None else int(row[0])


def _placed(row: Sequence[Any]) -> Placed:
    identifier, leaf, ordinal, body, conversation, source, account, connector, received_at, assurance, status = row
    decoded = DecodedEvent(
        id=f"{leaf}-{ordinal}",
        record=leaf,
        ordinal=ordinal,
        source=account,
        channel=connector,
        received_at=received_at,
        assurance=Assurance(assurance),
        event=_decoder.decode(body),
    )
    return Placed(identifier, conversation, source, status, decoded)


def _runs(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def _marks(values: Collection[int]) -> str:
    return ",".join("?" * len(values))
