"""Compares the search index of two catalogs: what the live one answers from against what the records say, term by term.

FTS5 lays its tables out as it likes, so their bytes may differ. What it answers from may not: every term with every
document and position, the way from a term to its documents, the counts it ranks by, and its own settings.
"""

import sqlite3

from muniment.catalog.check_layout import layout_faults
from muniment.journal.check_finding import Say, fault
from muniment.record.words import _
from muniment.search.document import shard_of
from muniment.vault.database import Database

CHUNK = 20_000

Instance = tuple[str, int, str, int]


def check_search(database: Database, file: str, tables: list[str], say: Say) -> None:
    """Compare the FTS5 `tables` of the attached catalogs `live` and `made`."""
    for table in tables:
        try:
            _check_table(database, file, table, say)
        except sqlite3.Error as error:
            say(fault(file, _("the search index {table} cannot be read: {reason}"), table=table, reason=str(error)))


def _check_table(database: Database, file: str, table: str, say: Say) -> None:
    run = database.execute
    for name in ("live", "made"):
        for kind in ("instance", "row"):
            run(f"DROP TABLE IF EXISTS temp.{name}_{kind}")
            run(f"CREATE VIRTUAL TABLE temp.{name}_{kind} USING fts5vocab({name}, {table}, {kind})")
    try:
        run(f"INSERT INTO live.{table} ({table}) VALUES ('integrity-check')")
    except sqlite3.Error as error:
        say(fault(file, _("the search index {table} is not in order: {reason}"), table=table, reason=str(error)))
    for part, query in (
        (_("settings"), "SELECT k, v FROM {name}.{table}_config ORDER BY k"),
        (_("counts"), "SELECT block FROM {name}.{table}_data WHERE id = 1"),
    ):
        if (
            run(query.format(name="live", table=table)).fetchall()
            != run(query.format(name="made", table=table)).fetchall()
        ):
            say(
                fault(
                    file,
                    _("the {part} of the search index {table} are not what the records give"),
                    part=part,
                    table=table,
                )
            )
    cookies = [
        run(f"SELECT substr(block, 1, 4) FROM {name}.{table}_data WHERE id = 10").fetchone()
        for name in ("live", "made")
    ]
    if cookies[0] != cookies[1]:
        say(
            fault(
                file,
                _("the {part} of the search index {table} are not what the records give"),
                part=_("settings"),
                table=table,
            )
        )
    for shadow in layout_faults(database, "live", table):
        say(fault(file, _("{table} has a row too many or too few, or one that leads astray"), table=shadow))
    _compare(database, file, table, say)
    # The way that a query takes, from the term, must find as many documents as a reading from the beginning.
    lost = run(
        "SELECT count(*) FROM temp.live_row AS a WHERE NOT EXISTS"
        " (SELECT 1 FROM temp.live_row AS b WHERE b.term = a.term AND b.doc = a.doc AND b.cnt = a.cnt)"
    ).fetchone()[0]
    if lost:
        say(fault(file, _("the search index {table} does not find {count} of its terms"), table=table, count=lost))


def _compare(database: Database, file: str, table: str, say: Say) -> None:
    """Both readings side by side: the terms with their counts, then all documents and positions in order of term."""
    for query in ("SELECT term, doc, cnt FROM temp.{}_row", "SELECT doc, offset FROM temp.{}_instance"):
        live, made = (database.execute(query.format(name)) for name in ("live", "made"))
        while True:
            found, wanted = live.fetchmany(CHUNK), made.fetchmany(CHUNK)
            if found != wanted:
                _name_first(database, file, table, say)
                return
            if not wanted:
                break


def _name_first(database: Database, file: str, table: str, say: Say) -> None:
    """Name the document of the first difference; the term is content, and is not said."""
    live, made = (
        database.execute(f"SELECT term, doc, col, offset FROM temp.{name}_instance") for name in ("live", "made")
    )
    while (found := live.fetchmany(CHUNK)) == (wanted := made.fetchmany(CHUNK)) and wanted:
        pass
    if found == wanted:
        return
    odd: Instance = min(set(found) ^ set(wanted), default=(found or wanted)[0])
    where = _leaf_of(database, odd[1])
    if odd in wanted:
        say(
            fault(
                file,
                _("the search index {table} lacks a word of document {document}"),
                leaf=where,
                table=table,
                document=odd[1],
            )
        )
    else:
        say(
            fault(
                file,
                _("the search index {table} has a word of document {document} that the records do not give"),
                leaf=where,
                table=table,
                document=odd[1],
            )
        )


def _leaf_of(database: Database, document: int) -> int | None:
    row = database.execute("SELECT leaf FROM made.event WHERE id = ?", (document,)).fetchone()
    return None if row is None else int(row[0])


def known_shards(catalog: Database) -> list[tuple[str, int, int]]:
    """The shards that a catalog has opened and that a projector could have opened: name, first id, end."""
    rows = catalog.execute("SELECT name, first_id, last_id FROM search_shard").fetchall()
    return [
        (name, first, last + 1)
        for name, first, last in rows
        if isinstance(first, int) and shard_of(first) == (name, first, last + 1)
    ]
