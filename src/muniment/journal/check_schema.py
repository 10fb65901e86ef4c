"""Whether a database is laid out as it was made: its tables, indexes and whatever else it holds, in either dialect."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from muniment.journal.check_finding import Say, fault
from muniment.record.words import _
from muniment.vault.database import Database, Dialect
from muniment.vault.location import Location, Schema
from muniment.vault.sqlite import APPLICATION_ID

Layout = dict[tuple[str, str], tuple[str, str | None]]
"""By kind and name, the table that something belongs to and its definition."""

_WANTED = "muniment_wanted"

# Names are shown as within the schema, so that two schemas compare; a kind of relation is as pg_class calls it.
_RELATIONS = """
    SELECT 'relation ' || c.relkind::text, c.relname::text, '',
        concat_ws(' ', c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions::text, (
            SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                a.attgenerated, (SELECT collname FROM pg_collation WHERE oid = a.attcollation),
                (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef AS d WHERE d.adrelid = c.oid AND d.adnum = a.attnum)
            ), ', ' ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ), CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
    FROM pg_class AS c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND c.relkind NOT IN ('i', 't', 'I')
"""
_INDEXES = """
    SELECT 'index', i.relname::text, t.relname::text,
        concat_ws(' ', pg_get_indexdef(i.oid), x.indisvalid, x.indisready, x.indislive)
    FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid
    WHERE i.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND t.relkind <> 't'
"""
_CONSTRAINTS = """
    SELECT 'constraint', c.conname::text, coalesce(t.relname::text, ''), concat_ws(' ', pg_get_constraintdef(c.oid), c.convalidated)
    FROM pg_constraint AS c LEFT JOIN pg_class AS t ON t.oid = c.conrelid
    WHERE c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?)
"""
_TRIGGERS = """
    SELECT 'trigger', g.tgname::text, t.relname::text, concat_ws(' ', pg_get_triggerdef(g.oid), g.tgenabled)
    FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = g.tgrelid
    WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND NOT g.tgisinternal
"""
_RULES = """
    SELECT 'rule', r.rulename::text, t.relname::text, concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled)
    FROM pg_rewrite AS r JOIN pg_class AS t ON t.oid = r.ev_class
    WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND t.relkind = 'r'
"""
_FUNCTIONS = """
    SELECT 'function', concat(p.proname, '(', pg_get_function_identity_arguments(p.oid), ')'), '', p.prosrc
    FROM pg_proc AS p WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?)
"""
_POLICIES = """
    SELECT 'policy', p.polname::text, t.relname::text, concat_ws(' ', p.polcmd, pg_get_expr(p.polqual, p.polrelid))
    FROM pg_policy AS p JOIN pg_class AS t ON t.oid = p.polrelid
    WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?)
"""
_ALL = (_RELATIONS, _INDEXES, _CONSTRAINTS, _TRIGGERS, _RULES, _FUNCTIONS, _POLICIES)


def layout_of(database: Database, name: str = "main") -> Layout:
    """Everything that a database holds; `name` is the attached file, or the schema."""
    if database.dialect == "sqlite":
        rows = database.execute(f"SELECT type, name, tbl_name, sql FROM {name}.sqlite_master")
        return {(kind, label): (table, sql) for kind, label, table, sql in rows}
    found: Layout = {}
    for kind, label, table, text in database.execute(" UNION ALL ".join(_ALL), (name,) * len(_ALL)):
        # A name may be taken twice in one schema, on two tables: the table goes with it.
        found[kind, f"{table}.{label}" if table else label] = (table, text.replace(f"{name}.", ""))
    return found


_known: dict[tuple[str, str, tuple[str, ...]], Layout] = {}


def layout_from(database: Database, steps: dict[Dialect, Sequence[str]]) -> Layout:
    """What numbered migrations make, in the dialect of `database`, in which nothing is changed."""
    (release,) = database.execute(
        "SELECT sqlite_version()" if database.dialect == "sqlite" else "SHOW server_version"
    ).fetchone()
    key = (database.dialect, str(release), tuple(steps[database.dialect]))
    if key not in _known:
        _known[key] = _made(database, steps)
    return _known[key]


def _made(database: Database, steps: dict[Dialect, Sequence[str]]) -> Layout:
    if database.dialect == "sqlite":
        memory = sqlite3.connect(":memory:")
        try:
            for step in steps["sqlite"]:
                memory.executescript(step)
            rows = memory.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
            return {(kind, label): (table, sql) for kind, label, table, sql in rows}
        finally:
            memory.close()
    database.begin()
    try:
        database.execute("SET TRANSACTION READ WRITE")
        database.execute(f"CREATE SCHEMA {_WANTED}")
        database.execute(f"SET LOCAL search_path = {_WANTED}")
        for step in steps["postgres"]:
            database.execute(step)
        return layout_of(database, _WANTED)
    finally:
        database.rollback()


def check_layout(file: str, found: Layout, wanted: Layout, say: Say) -> None:
    """Name what the database has beside its layout, lacks of it, or has otherwise."""
    for kind, name in sorted(found.keys() | wanted.keys()):
        if (kind, name) not in wanted:
            say(fault(file, _("the {kind} {name} does not belong here"), kind=kind, name=name))
        elif (kind, name) not in found:
            say(fault(file, _("the {kind} {name} is missing"), kind=kind, name=name))
        elif found[kind, name] != wanted[kind, name]:
            say(fault(file, _("the {kind} {name} is not as it was made"), kind=kind, name=name))


def check_size(file: str, path: Path, database: Database, say: Say) -> None:
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


def check_header(file: str, database: Database, location: Location, version: int, say: Say) -> None:
    """What a database says of itself, and, of a file, whether SQLite finds its pages in order."""
    if isinstance(location, Schema):
        row = database.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = ?", (location.name,)
        ).fetchone()
        if row is None or row[0] != f"muniment {version} {location.origin}":
            say(fault(file, _("its {what} is {got}, expected {wanted}"), what="comment", got=repr(row and row[0]),
                      wanted=f"muniment {version} {location.origin}"))  # fmt: skip
        return
    check_pages(file, database, version, APPLICATION_ID, say)


def check_pages(file: str, database: Database, version: int, application: int, say: Say) -> None:
    """The numbers in a file's header, and whether SQLite finds its pages in order."""
    for pragma, wanted in (("user_version", version), ("application_id", application)):
        got = int(database.execute(f"PRAGMA {pragma}").fetchone()[0])
        if got != wanted:
            say(fault(file, _("its {what} is {got}, expected {wanted}"), what=pragma, got=got, wanted=wanted))
    for (line,) in database.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            say(fault(file, _("the database is not in order: {reason}"), reason=str(line)))
