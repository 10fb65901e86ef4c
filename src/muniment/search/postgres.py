"""The index on PostgreSQL: our tokens and positions as `tsvector`, under GIN, two tables a shard.

A tsvector holds 256 positions of a lexeme and no more than a megabyte. A document that fits is one row in the shard's
`short` table, and one tsquery answers a whole query. A longer one is several overlapping rows in `long`, and there every
word is asked for by itself and the answers are joined as sets of documents: a NOT that is true of one piece only says
nothing about the document.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from muniment.record.errors import Refused
from muniment.search import index, plan, tokens
from muniment.search.ast import PHRASE
from muniment.search.document import Shard
from muniment.search.index import MARK, NameRow
from muniment.vault.database import Database

PIECE: Final = 2_000
"""Tokens in a piece: at most 100 characters of 4 bytes each, under the megabyte."""
REPEATS: Final = 255
"""Times that one token may occur in a piece; the 257th position of a lexeme would be dropped without a word."""
_BATCH = 10_000

_SCHEMA = (
    "CREATE TABLE search_reading (tokeniser integer NOT NULL, tables text NOT NULL)",
    """CREATE TABLE search_shard (
        name text PRIMARY KEY, first_id bigint NOT NULL, last_id bigint NOT NULL, removed boolean NOT NULL)""",
    """CREATE TABLE search_name (
        id integer PRIMARY KEY, role text NOT NULL, native text NOT NULL, display text NOT NULL, ts tsvector NOT NULL,
        UNIQUE (role, native, display))""",
    "CREATE INDEX search_name_ts ON search_name USING gin (ts)",
)
_SHARD = (
    "CREATE TABLE search_short_{name} (id bigint PRIMARY KEY, ts tsvector NOT NULL)",
    "CREATE INDEX search_short_{name}_ts ON search_short_{name} USING gin (ts)",
    "CREATE TABLE search_long_{name} (id bigint NOT NULL, piece integer NOT NULL, ts tsvector NOT NULL, PRIMARY KEY (id, piece))",
    "CREATE INDEX search_long_{name}_ts ON search_long_{name} USING gin (ts)",
)


class Index(index.Index):
    """See `index.Index`. The connection is the caller's, and so are its transactions."""

    def __init__(self, connection: Database) -> None:
        super().__init__()
        self._connection = connection

    def create(self) -> None:
        if self._rows("SELECT to_regclass('search_reading')")[0][0] is None:
            for statement in _SCHEMA:
                self._run(statement)
            self._run("INSERT INTO search_reading VALUES (?, ?)", tokens.VERSION, tokens.TABLES)
        self._check_reading(self._rows("SELECT tokeniser, tables FROM search_reading"))

    def forget(self) -> None:
        if self._connection.in_transaction:
            raise Refused("removed documents are forgotten outside a transaction; end it first")
        for (name,) in self._rows("SELECT name FROM search_shard WHERE removed"):
            self._run(f"VACUUM (FULL) search_short_{name}")
            self._run(f"VACUUM (FULL) search_long_{name}")
        self._run("VACUUM (FULL) search_name")
        self._run("UPDATE search_shard SET removed = false")

    def settle(self, pages: int = 500) -> bool:
        # GIN gathers new entries in a list that every query reads through; autovacuum would empty it in time.
        tables = [f"search_{kind}_{shard.name}" for shard in self._known_shards() for kind in ("short", "long")]
        emptied = [self._rows("SELECT gin_clean_pending_list(?::regclass)", f"{table}_ts")[0][0] for table in tables]
        return any(emptied)

    def _newest_name(self) -> NameRow | None:
        rows = self._rows("SELECT id, role, native, display FROM search_name ORDER BY id DESC LIMIT 1")
        return NameRow(*rows[0]) if rows else None

    def _names_in(self, role: str) -> Sequence[NameRow]:
        rows = self._rows("SELECT id, role, native, display FROM search_name WHERE role = ? ORDER BY id", role)
        return [NameRow(*row) for row in rows]

    def _name_id(self, role: str, native: str, display: str) -> int | None:
        sql = "SELECT id FROM search_name WHERE role = ? AND native = ? AND display = ?"
        rows = self._rows(sql, role, native, display)
        return rows[0][0] if rows else None

    def _find_names(self, role: str, row: plan.Row) -> Sequence[int]:
        sql = "SELECT id FROM search_name WHERE role = ? AND ts @@ ?::tsquery ORDER BY id"
        return [number for (number,) in self._rows(sql, role, _query(row))]

    def _natives(self, role: str, native: str) -> Sequence[int]:
        rows = self._rows("SELECT id FROM search_name WHERE role = ? AND native = ?", role, native)
        return [number for (number,) in rows]

    def _insert_names(self, names: Sequence[NameRow]) -> None:
        rows = [(*name, _vector(index.name_body(name).split())) for name in names]
        self._connection.insert("search_name", "id, role, native, display, ts", rows)

    def _erase_name(self, name: NameRow) -> None:
        self._run("DELETE FROM search_name WHERE id = ?", name.id)

    def _known_shards(self) -> Sequence[Shard]:
        rows = self._rows("SELECT name, first_id, last_id FROM search_shard")
        return [Shard(name, first, last + 1) for name, first, last in rows]

    def _open_shard(self, shard: Shard) -> None:
        sql = "INSERT INTO search_shard VALUES (?, ?, ?, false) ON CONFLICT DO NOTHING RETURNING 1"
        if self._rows(sql, shard.name, shard.first, shard.end - 1):
            for statement in _SHARD:
                self._run(statement.format(name=shard.name))

    def _insert(self, shard: Shard, entries: Sequence[tuple[int, str]]) -> None:
        short: list[tuple[int, str]] = []
        long: list[tuple[int, int, str]] = []
        for document, text in entries:
            words = text.split()
            if len(words) <= REPEATS or (len(words) <= PIECE and _fits(words)):
                short.append((document, _vector(words)))
            else:
                facets = [word for word in words if word[0] == MARK]
                pieces = [facets, *_pieces([word for word in words if word[0] != MARK])]
                long.extend((document, number, _vector(piece)) for number, piece in enumerate(pieces))
        self._connection.insert(f"search_short_{shard.name}", "id, ts", short)
        if long:
            self._connection.insert(f"search_long_{shard.name}", "id, piece, ts", long)

    def _erase(self, shard: Shard, document: int, text: str) -> None:
        self._run(f"DELETE FROM search_short_{shard.name} WHERE id = ?", document)
        self._run(f"DELETE FROM search_long_{shard.name} WHERE id = ?", document)

    def _mark_removed(self, shard: Shard) -> None:
        self._run("UPDATE search_shard SET removed = true WHERE name = ?", shard.name)

    def _page(self, shard: Shard, expression: plan.Expression, first: int, end: int, limit: int) -> Sequence[int]:
        return self._ids(shard, expression, first, end, f"DESC LIMIT {limit}")

    def _count(self, shard: Shard, expression: plan.Expression, first: int, end: int) -> int:
        hits, values = _hits(shard, expression, first, end)
        count: int = self._rows(f"SELECT count(*) FROM ({hits}) AS hits", *values)[0][0]
        return count

    def _stream(self, shard: Shard, expression: plan.Expression, first: int, end: int) -> Iterator[int]:
        while batch := self._ids(shard, expression, first, end, f"LIMIT {_BATCH}"):
            yield from batch
            first = batch[-1] + 1

    def _ids(self, shard: Shard, expression: plan.Expression, first: int, end: int, tail: str) -> list[int]:
        hits, values = _hits(shard, expression, first, end)
        # Without the barrier the planner may walk the ids and test each row, which for a rare word is the whole table.
        # Where every row is wanted, walking them is right.
        barrier = "NOT MATERIALIZED" if expression is True else "MATERIALIZED"
        rows = self._rows(f"WITH hits AS {barrier} ({hits}) SELECT id FROM hits ORDER BY id {tail}", *values)
        return [document for (document,) in rows]

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def _run(self, sql: str, *values: object) -> None:
        self._connection.execute(sql, values)


def _fits(words: Sequence[str]) -> bool:
    return max(Counter(words).values(), default=0) <= REPEATS


def _pieces(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """`words` in pieces that PostgreSQL keeps every position of, overlapping so that each phrase is whole in one of them."""
    start = 0
    while True:
        end = min(start + PIECE, len(words))
        if end - start > REPEATS and not _fits(words[start:end]):
            end = start + REPEATS
        yield words[start:end]
        if end >= len(words):
            return
        start = end - (PHRASE - 1)


def _vector(words: Sequence[str]) -> str:
    """`words` as the text of a tsvector, with their positions; facets need none."""
    places: dict[str, list[str]] = {}
    for position, word in enumerate(words, 1):
        found = places.setdefault(word, [])
        if word[0] != MARK:
            found.append(str(position))
    return " ".join(f"'{word}':{','.join(found)}" if found else f"'{word}'" for word, found in places.items())


def _query(expression: plan.Expression) -> str:
    """`expression` in the language of tsquery, every token between quotation marks, of which tokens have none."""
    match expression:
        case bool():
            return f"'{MARK}'"
        case plan.Row(row, prefix):
            return "('" + "' <-> '".join(row) + ("':*)" if prefix else "')")
        case plan.Any(parts):
            return f"({' | '.join(map(_query, parts))})"
        case plan.All(parts, without):
            return f"({' & '.join([*map(_query, parts or (True,)), *(f'!{_query(part)}' for part in without)])})"


def _hits(shard: Shard, expression: plan.Expression, first: int, end: int) -> tuple[str, list[object]]:
    """SQL for the ids that match, each once, and its values."""
    within = f"id BETWEEN {first} AND {end - 1}"
    if expression is True:
        short, values = "", []
    else:
        short, values = "ts @@ ?::tsquery AND ", [_query(expression)]
    sets: list[object] = []
    long = _sets(f"search_long_{shard.name}", expression, within, sets)
    return f"SELECT id FROM search_short_{shard.name} WHERE {short}{within} UNION ALL ({long})", [*values, *sets]


def _sets(table: str, expression: plan.Expression, within: str, values: list[object]) -> str:
    """SQL for the ids of documents in pieces; `values` grows in the order of its placeholders."""
    match expression:
        case bool():
            return f"SELECT id FROM {table} WHERE piece = 0 AND {within}"
        case plan.Row():
            values.append(_query(expression))
            return f"SELECT DISTINCT id FROM {table} WHERE ts @@ ?::tsquery AND {within}"
        case plan.Any(parts):
            rows = tuple(part for part in parts if isinstance(part, plan.Row))
            joined = []
            if rows:  # one tsquery will do: what is true of a piece is true of its document
                values.append(_query(plan.Any(rows)))
                joined.append(f"SELECT DISTINCT id FROM {table} WHERE ts @@ ?::tsquery AND {within}")
            joined += [f"({_sets(table, part, within, values)})" for part in parts if not isinstance(part, plan.Row)]
            return " UNION ".join(joined)
        case plan.All(parts, without):
            wanted = " INTERSECT ".join(f"({_sets(table, part, within, values)})" for part in parts or (True,))
            return f"({wanted})" + "".join(f" EXCEPT ({_sets(table, part, within, values)})" for part in without)
