"""Finds what bears a key: records by theirs, and events by their own where a record holds many and bears none.

A key's digest is looked up by its first 63 bits; what came again, and the rare other digest with the same bits, lies at the
numbers behind, up to the first free one.
"""

from collections.abc import Sequence

from muniment.catalog.project import number
from muniment.vault.database import Database

_KEYED = (
    "SELECT record_key.id, record.key, record.leaf, record.content, record.import_id"
    " FROM record_key JOIN record ON record.leaf = record_key.leaf"
)
_EVENT_KEYED = "SELECT id, key, leaf, ordinal, content FROM event_key"


class Numbers:
    """Hands out numbers of a table that are free: the one wanted, or the next; one query serves a batch."""

    def __init__(self, database: Database, table: str, wanted: Sequence[int]) -> None:
        self._database, self._table = database, table
        self._taken: set[int] = set()
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            self._taken.update(
                row[0]
                for row in database.execute(f"SELECT id FROM {table} WHERE id IN ({','.join('?' * len(some))})", some)
            )

    def free(self, wanted: int) -> int:
        """`wanted`, or the first number behind it that is free; it is taken from now on."""
        found = wanted
        while found in self._taken or (
            found != wanted and self._database.execute(f"SELECT 1 FROM {self._table} WHERE id = ?", (found,)).fetchone()
        ):
            found += 1
        self._taken.add(found)
        return found


def find_keys(database: Database, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes, str | None]]:
    """For each key digest that a record bears: the first such leaf, the digest of its content, and the import that brought it."""
    found: dict[bytes, tuple[int, bytes, str | None]] = {}
    for start in range(0, len(keys), 500):
        wanted = {number(key): key for key in keys[start : start + 500]}
        for place, key, leaf, content, import_id in database.execute(
            f"{_KEYED} WHERE record_key.id IN ({','.join('?' * len(wanted))})", list(wanted)
        ):
            if key == wanted[place]:
                found[key] = (leaf, content, import_id)
            else:  # a collision of the first 63 bits: look behind the record that came first
                for first in _chain(database, wanted[place])[:1]:
                    found[wanted[place]] = first
    return found


def find_variant(database: Database, key: bytes, content: bytes) -> tuple[int, bytes, str | None] | None:
    """The record that bears this key digest and has this content digest, first of its key or not."""
    return next((row for row in _chain(database, key) if row[1] == content), None)


def _chain(database: Database, key: bytes) -> list[tuple[int, bytes, str | None]]:
    """All records of a key, oldest first: they lie at its number and at the numbers behind it, up to the first free one."""
    found, place = [], number(key)
    while row := database.execute(f"{_KEYED} WHERE record_key.id = ?", (place,)).fetchone():
        if row[1] == key:
            found.append((row[2], row[3], row[4]))
        place += 1
    return sorted(found)


def chain(database: Database, key: bytes) -> list[int]:
    """The leaves of all records of a key, oldest first."""
    return [leaf for leaf, _, _ in _chain(database, key)]


def find_event_keys(database: Database, keys: Sequence[bytes]) -> dict[bytes, list[tuple[int, bytes]]]:
    """For each key digest that events bear themselves: the leaf and content digest of each, oldest first."""
    found: dict[bytes, list[tuple[int, bytes]]] = {}
    for start in range(0, len(keys), 500):
        wanted = {number(key): key for key in keys[start : start + 500]}
        places = [
            row[0]
            for row in database.execute(
                f"SELECT id FROM event_key WHERE id IN ({','.join('?' * len(wanted))})", list(wanted)
            ).fetchall()
        ]
        for first in places:
            place, key = first, wanted[first]
            while row := database.execute(f"{_EVENT_KEYED} WHERE id = ?", (place,)).fetchone():
                if bytes(row[1]) == key:
                    found.setdefault(key, []).append((row[2], bytes(row[4])))
                place += 1
    return {key: sorted(rows) for key, rows in found.items()}
