"""A sink that is durable: a file of SQLite, one transaction for each hand-over."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap


class SqliteSink:
    """`fail_next` makes the next hand-over fail before it is durable; `fail_after` after it is."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path)
        self.database.executescript(
            "CREATE TABLE IF NOT EXISTS record (key TEXT, part TEXT, seq INTEGER, raw BLOB, meta TEXT);"
            "CREATE TABLE IF NOT EXISTS cursor (id INTEGER PRIMARY KEY CHECK (id = 1), at TEXT);"
            "CREATE TABLE IF NOT EXISTS gap (body TEXT);"
            "CREATE TABLE IF NOT EXISTS open_gap (name TEXT PRIMARY KEY, body TEXT);"
            "CREATE TABLE IF NOT EXISTS due (media TEXT PRIMARY KEY, body TEXT);"
        )
        self.fail_next = self.fail_after = False
        self.over: list[str] = []

    def accept(self, items: Sequence[Captured], cursor: str, due: Sequence[MediaDue], gaps: Sequence[Gap]) -> None:
        with self.database:
            self.database.executemany(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
                [(item.key, item.part, item.seq, item.raw, json.dumps(item.meta)) for item in items],
            )
            self.database.execute("INSERT OR REPLACE INTO cursor VALUES (1, ?)", (cursor,))
            self.database.executemany("INSERT INTO gap VALUES (?)", [(_json(gap),) for gap in gaps])
            self.database.executemany(
                "INSERT OR IGNORE INTO due VALUES (?, ?)", [(each.media, _json(each)) for each in due]
            )
            if self.fail_next:
                self.fail_next = False
                raise OSError("the disk is full")
        if self.fail_after:
            self.fail_after = False
            raise OSError("the power went")

    def gap_once(self, name: str, gap: Gap) -> None:
        with self.database:
            self.database.execute("INSERT OR IGNORE INTO open_gap VALUES (?, ?)", (name, _json(gap)))

    def gap_over(self, name: str) -> None:
        self.over.append(name)
        with self.database:
            self.database.execute("DELETE FROM open_gap WHERE name = ?", (name,))

    @property
    def cursor(self) -> str | None:
        row = self.database.execute("SELECT at FROM cursor").fetchone()
        return None if row is None else str(row[0])

    def records(self, part: str = "message") -> list[tuple[str | None, bytes]]:
        """Key and bytes of each record of a part, in order of arrival."""
        return self.database.execute("SELECT key, raw FROM record WHERE part = ? ORDER BY rowid", (part,)).fetchall()

    @property
    def gaps(self) -> list[Gap]:
        return [msgspec.json.decode(body, type=Gap) for (body,) in self.database.execute("SELECT body FROM gap")]

    @property
    def open_gaps(self) -> dict[str, Gap]:
        rows = self.database.execute("SELECT name, body FROM open_gap")
        return {name: msgspec.json.decode(body, type=Gap) for name, body in rows}

    @property
    def due(self) -> list[MediaDue]:
        rows = self.database.execute("SELECT body FROM due ORDER BY rowid")
        return [msgspec.json.decode(body, type=MediaDue) for (body,) in rows]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
