"""Checks the ways into the search index on PostgreSQL: by way of GIN, every term must find what a reading of the rows finds.

The rows themselves, with every term and position, are compared like those of any table (check_rows.py). What that does not see
is an index that leads to fewer of them.
"""

from muniment.catalog.check_rows import Pair
from muniment.journal.check_finding import fault
from muniment.record.words import _
from muniment.vault.database import ERRORS

# Within a tsquery a term stands between quotation marks; those and backslashes in it are doubled.
_LOST = """
    SELECT count(*) FROM ts_stat('SELECT ts FROM {name}.{table}') AS term
    WHERE term.ndoc <> (SELECT count(*) FROM {name}.{table} AS found WHERE found.ts @@
        ('''' || replace(replace(term.word, '\\', '\\\\'), '''', '''''') || '''')::tsquery)
"""

# What was added since the last vacuum waits in a list, which every single look at the index would read through.
_SETTLE = """
    SELECT gin_clean_pending_list(i.indexrelid) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        JOIN pg_am AS a ON a.oid = c.relam WHERE a.amname = 'gin' AND i.indrelid = ?::regclass
"""


def check_indexes(pair: Pair) -> None:
    """The index of every table that holds terms, within the caller's transaction."""
    run = pair.database.execute
    tables = run(
        "SELECT c.relname::text FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid"
        " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ? AND c.relkind = 'r' AND a.attname = 'ts' AND a.atttypid = 'tsvector'::regtype ORDER BY 1",
        (pair.live,),
    ).fetchall()
    run("SET LOCAL enable_seqscan = off")
    for (table,) in tables:
        try:
            run(_SETTLE, (f"{pair.live}.{table}",)).fetchall()
            (lost,) = run(_LOST.format(name=pair.live, table=table)).fetchone()
        except ERRORS as error:
            pair.say(
                fault(pair.file, _("the search index {table} cannot be read: {reason}"), table=table, reason=str(error))
            )
            return
        if lost:
            pair.say(
                fault(
                    pair.file,
                    _("the search index {table} does not find {count} of its terms"),
                    table=table,
                    count=lost,
                )
            )
    run("SET LOCAL enable_seqscan = on")
