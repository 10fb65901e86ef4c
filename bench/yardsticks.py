"""What the machine itself does in this run: without it, no number here says anything on another machine."""

import hashlib
import os
import sqlite3
import time
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.corpus import lines
from bench.measure import Span, percentile, repeat
from bench.setting import Setting
from muniment.capture.ndjson.message import read_line
from muniment.search import tokens

STAGE = "yardstick"
FSYNC, FSYNC_P99 = "fsync of a 4 KiB append, p50", "fsync of a 4 KiB append, p99"
LOOP, SHA256, AES = "empty Python loop, one turn", "SHA-256", "AES-256-GCM of 1 KiB, fresh key"
INSERT, FTS = "SQLite alone: rows of text inserted", "SQLite FTS5 alone: same tokens indexed"


def machine(setting: Setting) -> None:
    """The processor and the disk."""
    say = setting.report.say
    turns = 2_000_000
    loop = repeat(lambda: _turn(turns), 5)
    say(STAGE, LOOP, percentile(loop, 0.5) / turns * 1e9, "ns", runs=5)
    block = os.urandom(2**20)
    hashed = repeat(lambda: hashlib.sha256(block).digest(), 50)
    say(STAGE, SHA256, 1 / percentile(hashed, 0.5), "MiB/s", runs=50)
    text, nonce = os.urandom(1024), os.urandom(12)
    sealed = repeat(lambda: [AESGCM(os.urandom(32)).encrypt(nonce, text, b"") for _ in range(1000)], 20)
    say(STAGE, AES, percentile(sealed, 0.5) * 1000, "µs", runs=20_000)
    times = _fsync(setting, 400)
    say(STAGE, FSYNC, percentile(times, 0.5) * 1000, "ms", runs=len(times))
    say(STAGE, FSYNC_P99, percentile(times, 0.99) * 1000, "ms", runs=len(times))


def _turn(turns: int) -> int:
    total = 0
    for number in range(turns):
        total += number
    return total


def _fsync(setting: Setting, runs: int) -> list[float]:
    path, block, times = setting.folder / "fsync", os.urandom(4096), []
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        for _ in range(runs):
            began = time.perf_counter()
            os.write(fd, block)
            os.fsync(fd)
            times.append(time.perf_counter() - began)
    finally:
        os.close(fd)
        path.unlink()
    return times


def sqlite(setting: Setting) -> None:
    """SQLite by itself: the same texts as rows of a table, the same tokens into one FTS5 table; one transaction a thousand rows."""
    some = [read_line(line, None, None).text for line in lines(setting.corpus.path, setting.part)]
    with Span() as cut:
        bodies = [tokens.body(text) for text in some]
    setting.report.say(STAGE, "our tokeniser alone", len(some) / cut.wall, "messages/s")
    insert = _insert(setting, "CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT", some)
    setting.report.say(STAGE, INSERT, len(some) / insert, "rows/s")
    indexed = _insert(
        setting,
        "CREATE VIRTUAL TABLE t USING fts5(body, content='', columnsize=0, detail=full, tokenize='ascii')",
        bodies,
    )
    setting.report.say(STAGE, FTS, len(bodies) / indexed, "rows/s")


def _insert(setting: Setting, table: str, texts: Sequence[str]) -> float:
    path = setting.folder / "alone.sqlite3"
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute(table)
        key = "rowid" if "fts5" in table else "id"
        with Span() as span:
            for start in range(0, len(texts), 1000):
                database.execute("BEGIN IMMEDIATE")
                rows = enumerate(texts[start : start + 1000], start=start + 1)
                database.executemany(f"INSERT INTO t ({key}, body) VALUES (?, ?)", rows)
                database.execute("COMMIT")
    finally:
        database.close()
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    return span.wall
