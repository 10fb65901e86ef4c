"""Reads events and records from the catalog. Permission and audit are the desk's business; nobody else calls this."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from muniment.capture.archive import Archive
from muniment.catalog.database import READING_MIB, open_catalog
from muniment.catalog.placed import AT_ONCE, placed
from muniment.record.decoded import DecodedEvent
from muniment.record.errors import NotFound, Refused
from muniment.vault.database import Database


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """What a search cannot see, in numbers: records no decoder could read are found by their raw text only; attachments are not read into."""

    undecoded: int
    attachments: int


def events_of(catalog: Database, ids: Sequence[int]) -> Iterator[DecodedEvent]:
    """The events with these search ids, in the order of the ids; a disposal may have come between the search and this."""
    for start in range(0, len(ids), AT_ONCE):
        for event in placed(catalog, ids[start : start + AT_ONCE]):
            yield event.decoded


def unsearchable(catalog: Database) -> Unsearchable:
    """How much of the archive a search cannot see."""
    return Unsearchable(
        _rare(catalog, "status = 'undecoded'"), _rare(catalog, "part = 'attachment' AND status <> 'disposed'")
    )


def disposed(catalog: Database) -> int:
    """How many records were destroyed under a rule."""
    return _rare(catalog, "status = 'disposed'")


def unread(archive: Archive, source: str, part: str, after: int, limit: int) -> list[int]:
    """The leaves of an account's records of a part that no decoder could read, in order, behind the leaf `after`.

    Opens the catalog for itself, in whatever thread; none while it is being made anew.
    """
    sql = (
        "SELECT leaf FROM record WHERE part = ? AND status = 'undecoded' AND (part <> 'message' OR status <> 'decoded')"
        " AND source = ? AND leaf > ? ORDER BY leaf LIMIT ?"
    )
    try:
        with closing(open_catalog(archive.home.catalog, cache_mib=READING_MIB)) as catalog:
            return [int(leaf) for (leaf,) in catalog.execute(sql, (part, source, after, limit))]
    except (NotFound, Refused):
        return []


def _rare(catalog: Database, condition: str) -> int:
    # The second condition is the index's own: without it, every record would be looked at.
    sql = f"SELECT count(*) FROM record WHERE {condition} AND (part <> 'message' OR status <> 'decoded')"
    return int(catalog.execute(sql).fetchone()[0])
