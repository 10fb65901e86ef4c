"""Reads events and records from the catalog. Permission and audit are the desk's business; nobody else calls this."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from muniment.record.decoded import DecodedEvent
from muniment.record.event import Event
from muniment.record.record import Assurance
from muniment.vault.database import Database

_decoder = msgspec.json.Decoder(Event)
_SELECT = (
    "SELECT event.id, event.leaf, event.ordinal, event.body, coalesce(account.name, record.source), record.connector,"
    " record.received_at, record.assurance"
    " FROM event JOIN record ON record.leaf = event.leaf LEFT JOIN account ON account.source = record.source"
)


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """What a search cannot see, in numbers: records no decoder could read are found by their raw text only; attachments are not read into."""

    undecoded: int
    attachments: int


def events_of(catalog: Database, ids: Sequence[int]) -> Iterator[DecodedEvent]:
    """The events with these search ids, in the order of the ids."""
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        rows = {
            row[0]: row for row in catalog.execute(f"{_SELECT} WHERE event.id IN ({','.join('?' * len(some))})", some)
        }
        for identifier in some:
            if identifier in rows:  # a disposal may come between the search and this read
                yield _decoded(rows[identifier])


def _decoded(row: tuple[int, int, int, str, str, str, int, str]) -> DecodedEvent:
    _, leaf, ordinal, body, source, connector, received_at, assurance = row
    return DecodedEvent(
        id=f"{leaf}-{ordinal}",
        record=leaf,
        ordinal=ordinal,
        source=source,
        channel=connector,
        received_at=received_at,
        assurance=Assurance(assurance),
        event=_decoder.decode(body),
    )


def unsearchable(catalog: Database) -> Unsearchable:
    """How much of the archive a search cannot see."""
    return Unsearchable(
        _rare(catalog, "status = 'undecoded'"), _rare(catalog, "part = 'attachment' AND status <> 'disposed'")
    )


def disposed(catalog: Database) -> int:
    """How many records were destroyed under a rule."""
    return _rare(catalog, "status = 'disposed'")


def _rare(catalog: Database, condition: str) -> int:
    # The second condition is the index's own: without it, every record would be looked at.
    sql = f"SELECT count(*) FROM record WHERE {condition} AND (part <> 'message' OR status <> 'decoded')"
    return int(catalog.execute(sql).fetchone()[0])
