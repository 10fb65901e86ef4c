"""What the whole-archive check says: one Finding for each fault, and how much was looked at."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from muniment.record.errors import MunimentError
from muniment.record.words import _


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was sealed or derived.

    `file` is named from the archive's folder (files of the keys folder by `keys/...`), `leaf` is the record's index in
    the log that the file belongs to, `bytes` the first and the last byte at fault, both included. `template` and
    `values` make the sentence, which holds no content. `mild` findings are what a crash leaves behind, or what somebody
    added: nothing sealed is affected, and the next command that writes removes it.
    """

    file: str
    template: str
    values: dict[str, object] = {}
    leaf: int | None = None
    bytes: tuple[int, int] | None = None
    mild: bool = False

    @property
    def spoken(self) -> dict[str, object]:
        """What stands in the template's places: `values`, and the record's index as `leaf`."""
        return {"leaf": self.leaf, **self.values}

    def __str__(self) -> str:
        return self.template.format(**self.spoken)


Say = Callable[[Finding], None]
"""Takes a finding; the check goes on."""


@dataclass(slots=True)
class Counts:
    """How much was looked at: leaves and checkpoints of both logs, envelopes and their bytes, records opened and disposed of."""

    leaves: int = 0
    checkpoints: int = 0
    envelopes: int = 0
    envelope_bytes: int = 0
    opened: int = 0
    disposed: int = 0
    waiting: int = 0


def fault(
    file: str, template: str, /, *, leaf: int | None = None, at: tuple[int, int] | None = None, **values: object
) -> Finding:
    """A finding that means damage or tampering."""
    return Finding(file=file, template=template, values=values, leaf=leaf, bytes=at)


def leftover(
    file: str, template: str, /, *, leaf: int | None = None, at: tuple[int, int] | None = None, **values: object
) -> Finding:
    """A finding of the mild kind."""
    return Finding(file=file, template=template, values=values, leaf=leaf, bytes=at, mild=True)


def refused(file: str, error: MunimentError, *, leaf: int | None = None, at: tuple[int, int] | None = None) -> Finding:
    """What another room refused, as a finding about `file`."""
    return Finding(file=file, template=error.template, values=error.values, leaf=leaf, bytes=at)


def unreadable(file: str, error: sqlite3.Error) -> Finding:
    """A database that SQLite cannot read."""
    return fault(file, _("the database cannot be read: {reason}"), reason=str(error))


def span(offset: int, length: int) -> tuple[int, int]:
    """First and last byte of `length` bytes from `offset` on."""
    return offset, offset + max(length, 1) - 1


def differing(found: bytes, wanted: bytes) -> tuple[int, int]:
    """First and last byte in which `found` differs from `wanted`; what is too short or too long differs to its end."""
    longest = max(len(found), len(wanted))
    shared = min(len(found), len(wanted))
    first = next((place for place in range(shared) if found[place] != wanted[place]), shared)
    if len(found) != len(wanted):
        return first, max(first, longest - 1)
    last = next((place for place in range(shared - 1, -1, -1) if found[place] != wanted[place]), first)
    return first, last


Schema = dict[tuple[str, str], tuple[str, str | None]]


def schema_of(database: sqlite3.Connection, name: str = "main") -> Schema:
    """Every table, index, trigger and view of a database: by kind and name, the table it belongs to and its statement."""
    rows = database.execute(f"SELECT type, name, tbl_name, sql FROM {name}.sqlite_master")
    return {(kind, label): (table, sql) for kind, label, table, sql in rows}


def schema_from(steps: Iterable[str]) -> Schema:
    """The schema that numbered migrations make."""
    database = sqlite3.connect(":memory:")
    try:
        for step in steps:
            database.executescript(step)
        return schema_of(database)
    finally:
        database.close()


def check_schema(file: str, found: Schema, wanted: Schema, say: Say) -> None:
    """Name what the database has beside its schema, lacks of it, or has otherwise."""
    for kind, name in sorted(found.keys() | wanted.keys()):
        if (kind, name) not in wanted:
            say(fault(file, _("the {kind} {name} does not belong here"), kind=kind, name=name))
        elif (kind, name) not in found:
            say(fault(file, _("the {kind} {name} is missing"), kind=kind, name=name))
        elif found[kind, name] != wanted[kind, name]:
            say(fault(file, _("the {kind} {name} is not as it was made"), kind=kind, name=name))


def check_size(file: str, path: Path, database: sqlite3.Connection, say: Say) -> None:
    """Whether the file is as long as its header says: SQLite itself does not look behind the last page, nor for a free one.

    While a write-ahead log is in use the file may lag behind it, and is not measured.
    """
    log = path.with_name(path.name + "-wal")
    try:
        pages, size = (int(database.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
        if log.exists() and log.stat().st_size:
            return
        got = path.stat().st_size
    except (sqlite3.Error, OSError):
        return  # what is wrong with it comes to light where it is read
    if got != pages * size:
        at = (min(got, pages * size), max(got, pages * size) - 1)
        say(fault(file, _("the file has {got} bytes, its header says {wanted}"), at=at, got=got, wanted=pages * size))


def check_database(file: str, database: sqlite3.Connection, version: int, application: int, say: Say) -> None:
    """The numbers in a database's header, and whether SQLite finds its pages in order."""
    for pragma, wanted in (("user_version", version), ("application_id", application)):
        got = int(database.execute(f"PRAGMA {pragma}").fetchone()[0])
        if got != wanted:
            say(fault(file, _("its {what} is {got}, expected {wanted}"), what=pragma, got=got, wanted=wanted))
    for (line,) in database.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            say(fault(file, _("the database is not in order: {reason}"), reason=str(line)))
