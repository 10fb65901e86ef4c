"""Compares two catalogs that one connection sees, table by table and row by row in order of key: the live one, and one made anew.

They are two attached files of SQLite, or two schemas of one PostgreSQL database. Nothing in either is changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from muniment.journal.check_finding import Say, fault
from muniment.record.words import _
from muniment.vault.database import Database

CHUNK = 5_000
MOST = 100
"""Rows of one table that are named."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two catalogs under two names; `file` is what findings call the live one, `say` takes them."""

    database: Database
    live: str
    made: str
    file: str
    say: Say

    def read(self, statement: str) -> tuple[Iterator[Row], Iterator[Row]]:
        """The rows of a query, in which `{name}` stands for the catalog, in both."""
        live, made = (self.database.stream(statement.format(name=name)) for name in (self.live, self.made))
        return iter(live), iter(made)


@dataclass(frozen=True, slots=True)
class _Columns:
    """A table's columns, those of its key first, as they are named, as they are asked for, and as they order rows."""

    names: list[str]
    asked: list[str]
    width: int
    order: list[str]


def check_rows(pair: Pair, table: str) -> None:
    """One table."""
    columns = _columns(pair, table)
    statement = f"SELECT {', '.join(columns.asked)} FROM {{name}}.{table} ORDER BY {', '.join(columns.order)}"
    found, wanted = pair.read(statement)
    while True:
        some, others = list(islice(found, CHUNK)), list(islice(wanted, CHUNK))
        if some == others and all(map(_alike, some, others)):
            if not others:
                return
            continue
        break
    _merge(pair, table, columns, _chain(some, found), _chain(others, wanted))


def _columns(pair: Pair, table: str) -> _Columns:
    if pair.database.dialect == "sqlite":
        info = pair.database.execute(f"PRAGMA {pair.made}.table_info({table})").fetchall()
        rows = [(str(row[1]), "", int(row[5])) for row in info]
    else:
        info = pair.database.execute(
            "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), coalesce(array_position(x.indkey::int2[], a.attnum) + 1, 0)"
            " FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " LEFT JOIN pg_index AS x ON x.indrelid = c.oid AND x.indisprimary"
            " WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
            (pair.made, table),
        ).fetchall()
        rows = [(str(row[0]), str(row[1]), int(row[2])) for row in info]
    key = sorted((row for row in rows if row[2]), key=lambda row: row[2]) or rows
    ordered = [*key, *(row for row in rows if row not in key)]
    return _Columns(
        [name for name, _kind, _place in ordered],
        [f'"{name}"::text' if kind == "tsvector" else f'"{name}"' for name, kind, _place in ordered],
        len(key),
        [f'"{name}"' + (' COLLATE "C"' if kind.startswith(("text", "character")) else "") for name, kind, _p in key],
    )


def _chain(some: Sequence[Row], rest: Iterator[Row]) -> Iterator[Row]:
    yield from some
    yield from rest


def _alike(found: Row, wanted: Row) -> bool:
    return list(map(type, found)) == list(map(type, wanted))


def _merge(pair: Pair, table: str, columns: _Columns, found: Iterator[Row], wanted: Iterator[Row]) -> None:
    """Walk both in order of key and name what differs."""
    one, other = next(found, None), next(wanted, None)
    width, said = columns.width, 0
    while (one is not None or other is not None) and said < MOST:
        if other is None or (one is not None and _order(one[:width]) < _order(other[:width])):
            assert one is not None
            _name(pair, table, columns, one, _("the row is not one that the records give"))
            one, said = next(found, None), said + 1
        elif one is None or _order(other[:width]) < _order(one[:width]):
            _name(pair, table, columns, other, _("the row is missing"))
            other, said = next(wanted, None), said + 1
        else:
            odd = [
                name for name, a, b in zip(columns.names, one, other, strict=True) if a != b or type(a) is not type(b)
            ]
            if odd:
                what = _("it has another {columns} than the records give").format(columns=", ".join(odd))
                _name(pair, table, columns, other, what)
                said += 1
            one, other = next(found, None), next(wanted, None)
    if said == MOST:
        pair.say(fault(pair.file, _("{table}: more rows differ; `muniment rebuild` makes them all again"), table=table))


def _order(key: Row) -> tuple[tuple[int, Any], ...]:
    """The order of values: null, numbers, text by its bytes, blobs."""
    return tuple(
        (0, 0)
        if value is None
        else (1, value)
        if isinstance(value, int | float)
        else (2, value.encode("utf-8", "surrogatepass"))
        if isinstance(value, str)
        else (3, value)
        for value in key
    )


def _name(pair: Pair, table: str, columns: _Columns, row: Row, what: str) -> None:
    """Name a row by its key where that is a number; text and digests may be content."""
    by = dict(zip(columns.names, row, strict=True))
    leaf = by.get("leaf")
    if leaf is None and (table == "link" or table.startswith(("search_short_", "search_long_"))):
        found = pair.database.execute(f"SELECT leaf FROM {pair.made}.event WHERE id = ?", (by["id"],)).fetchone()
        leaf = found[0] if found else None
    key = ", ".join(str(value) if isinstance(value, int) else _("(text)") for value in row[: columns.width])
    pair.say(
        fault(
            pair.file,
            _("{table}, row {row}: {what}"),
            leaf=leaf if isinstance(leaf, int) else None,
            table=table,
            row=key,
            what=what,
        )
    )
