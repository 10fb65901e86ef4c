"""The index on SQLite: one contentless FTS5 table a shard, whose row id is the document's id and thereby its time."""

from collections.abc import Iterator, Sequence

from muniment.search import index, plan, tokens
from muniment.search.document import Shard
from muniment.search.index import MARK, NameRow
from muniment.vault.database import Database, Rows

_FTS = "CREATE VIRTUAL TABLE {table} USING fts5(body, content='', columnsize=0, detail=full, tokenize='ascii')"
_SCHEMA = (
    "CREATE TABLE search_reading (tokeniser INTEGER NOT NULL, tables TEXT NOT NULL)",
    """CREATE TABLE search_shard (
        name TEXT PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, removed INTEGER NOT NULL)""",
    """CREATE TABLE search_name (
        id INTEGER PRIMARY KEY, role TEXT NOT NULL, native TEXT NOT NULL, display TEXT NOT NULL,
        UNIQUE (role, native, display))""",
    _FTS.format(table="search_name_words"),
)
MERGE_FROM = 16
"""Segments of one size that FTS5 lets come together before it merges them: fewer merges while messages stream in."""
_GROUP = 32
"""Parts of an OR that FTS5 goes through one by one at every step; more are put in groups."""


class Index(index.Index):
    """See `index.Index`. The connection is the caller's, and so are its transactions."""

    def __init__(self, connection: Database) -> None:
        super().__init__()
        self._connection = connection

    def create(self) -> None:
        run = self._connection.execute
        if not run("SELECT 1 FROM sqlite_master WHERE name = 'search_reading'").fetchone():
            for statement in _SCHEMA:
                run(statement)
            run("INSERT INTO search_reading VALUES (?, ?)", (tokens.VERSION, tokens.TABLES))
        self._check_reading(run("SELECT tokeniser, tables FROM search_reading").fetchall())

    def forget(self) -> None:
        run = self._connection.execute
        run("PRAGMA secure_delete = ON")
        for (name,) in run("SELECT name FROM search_shard WHERE removed").fetchall():
            run(f"INSERT INTO search_{name} (search_{name}) VALUES ('optimize')")
        run("INSERT INTO search_name_words (search_name_words) VALUES ('optimize')")
        run("UPDATE search_shard SET removed = 0")

    def settle(self, pages: int = 500) -> bool:
        for table in ("search_name_words", *(f"search_{shard.name}" for shard in self._known_shards())):
            before = self._changes()
            self._connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (-pages,))
            if self._changes() - before >= 2:  # FTS5's own sign that it found work
                return True
        return False

    def _changes(self) -> int:
        return int(self._connection.execute("SELECT total_changes()").fetchone()[0])

    def _newest_name(self) -> NameRow | None:
        row = self._connection.execute(
            "SELECT id, role, native, display FROM search_name ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return NameRow(*row) if row else None

    def _names_in(self, role: str) -> Sequence[NameRow]:
        rows = self._connection.execute(
            "SELECT id, role, native, display FROM search_name WHERE role = ? ORDER BY id", (role,)
        )
        return [NameRow(*row) for row in rows]

    def _name_id(self, role: str, native: str, display: str) -> int | None:
        found = self._connection.execute(
            "SELECT id FROM search_name WHERE role = ? AND native = ? AND display = ?", (role, native, display)
        )
        row: tuple[int] | None = found.fetchone()
        return row[0] if row else None

    def _find_names(self, role: str, row: plan.Row) -> Sequence[int]:
        wanted = _match(plan.All((plan.Row((MARK + role,)), row)))
        return [
            i
            for (i,) in self._connection.execute(
                "SELECT rowid FROM search_name_words WHERE search_name_words MATCH ? ORDER BY rowid", (wanted,)
            )
        ]

    def _natives(self, role: str, native: str) -> Sequence[int]:
        rows = self._connection.execute("SELECT id FROM search_name WHERE role = ? AND native = ?", (role, native))
        return [number for (number,) in rows]

    def _insert_names(self, names: Sequence[NameRow]) -> None:
        self._connection.executemany("INSERT INTO search_name (id, role, native, display) VALUES (?, ?, ?, ?)", names)
        self._connection.executemany(
            "INSERT INTO search_name_words (rowid, body) VALUES (?, ?)",
            [(name.id, index.name_body(name)) for name in names],
        )

    def _erase_name(self, name: NameRow) -> None:
        run = self._connection.execute
        run(
            "INSERT INTO search_name_words (search_name_words, rowid, body) VALUES ('delete', ?, ?)",
            (name.id, index.name_body(name)),
        )
        run("DELETE FROM search_name WHERE id = ?", (name.id,))

    def _known_shards(self) -> Sequence[Shard]:
        return [
            Shard(name, first, last + 1)
            for name, first, last in self._connection.execute("SELECT name, first_id, last_id FROM search_shard")
        ]

    def _open_shard(self, shard: Shard) -> None:
        added = self._connection.execute(
            "INSERT OR IGNORE INTO search_shard VALUES (?, ?, ?, 0)", (shard.name, shard.first, shard.end - 1)
        )
        if added.rowcount:
            table = f"search_{shard.name}"
            self._connection.execute(_FTS.format(table=table))
            self._connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('automerge', ?)", (MERGE_FROM,))

    def _insert(self, shard: Shard, entries: Sequence[tuple[int, str]]) -> None:
        self._connection.executemany(f"INSERT INTO search_{shard.name} (rowid, body) VALUES (?, ?)", entries)

    def _erase(self, shard: Shard, document: int, text: str) -> None:
        table = f"search_{shard.name}"
        self._connection.execute(
            f"INSERT INTO {table} ({table}, rowid, body) VALUES ('delete', ?, ?)", (document, text)
        )

    def _mark_removed(self, shard: Shard) -> None:
        self._connection.execute("UPDATE search_shard SET removed = 1 WHERE name = ?", (shard.name,))

    def _page(self, shard: Shard, expression: plan.Expression, first: int, end: int, limit: int) -> Sequence[int]:
        rows = self._ask("rowid", shard, expression, first, end, "ORDER BY rowid DESC LIMIT ?", limit)
        return [document for (document,) in rows]

    def _count(self, shard: Shard, expression: plan.Expression, first: int, end: int) -> int:
        count: int = self._ask("count(*)", shard, expression, first, end).fetchone()[0]
        return count

    def _stream(self, shard: Shard, expression: plan.Expression, first: int, end: int) -> Iterator[int]:
        for (document,) in self._ask("rowid", shard, expression, first, end, "ORDER BY rowid"):
            yield document

    def _ask(
        self, what: str, shard: Shard, expression: plan.Expression, first: int, end: int, tail: str = "", *more: int
    ) -> Rows:
        table = f"search_{shard.name}"
        sql = f"SELECT {what} FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? {tail}"
        return self._connection.execute(sql, (_match(expression), first, end - 1, *more))


def _match(expression: plan.Expression) -> str:
    """`expression` in FTS5's language, every token between quotation marks, of which tokens have none."""
    match expression:
        case bool():
            return f'"{MARK}"'
        case plan.Row(row, prefix):
            return f'"{" ".join(row)}"{" *" if prefix else ""}'
        case plan.Any(parts):
            while len(parts) > _GROUP:
                parts = tuple(_group(plan.Any(tuple(group))) for group in plan.groups(parts, _GROUP))
            return f"({' OR '.join(map(_match, _deepest_first(parts)))})"
        case plan.All(parts, without):
            wanted = " AND ".join(map(_match, _deepest_first(parts))) or f'"{MARK}"'
            if not without:
                return f"({wanted})"
            return f"({f'({wanted})' if len(parts) > 1 else wanted} NOT {_match(plan.Any(without))})"


def _group(part: plan.Any) -> plan.Expression:
    """`part` as FTS5 cannot flatten it into the OR that it stands in: without the documents of a token that none has."""
    return plan.All((part,), (plan.Row((MARK * 2,)),))


def _deepest_first(parts: Sequence[plan.Expression]) -> Sequence[plan.Expression]:
    """FTS5's parser has a stack of 100; what it has read already of a level lies there while it reads the next."""
    return sorted(parts, key=_height, reverse=True)


def _height(expression: plan.Expression) -> int:
    match expression:
        case plan.Any(parts):
            return 1 + max(map(_height, parts))
        case plan.All(parts, without):
            return 1 + max(map(_height, (*parts, *without)))
    return 0
