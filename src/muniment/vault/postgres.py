"""How Muniment speaks to PostgreSQL: one schema a connection, autocommit, transactions written out by hand. Needs psycopg.

Which version a schema is at, and which archive's it is, stands in its comment: `muniment VERSION ORIGIN`. It goes where the
schema goes, through a rename as through a dump.

PostgreSQL's text cannot hold U+0000, which a message or a name may. It is kept as U+001A `0`, and U+001A as U+001A `1`:
equality stays what it was, and whoever reads by this adapter gets the string that went in. (JSON has its own escape, and
half characters are in nothing that is ever written: they have no UTF-8.)

Trust: no error here repeats a value or the password; PostgreSQL's own sentences hold values, so only its code is said.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader

from muniment.record.errors import Busy, Damaged, Refused, StorageFailed
from muniment.vault.database import Rows, ServerFailed
from muniment.vault.location import Schema, Server, search_path

OLDEST: Final = 150_000
"""PostgreSQL 15, as its own version numbers go."""
BUSY_MILLISECONDS = 10_000
ESCAPE: Final = "\x1a"
FETCH: Final = 5_000
_BUSY: Final = frozenset({"55P03", "40P01", "40001"})  # a lock waited for too long, a deadlock, a conflict in time

Connection = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")


class _Dumper(Dumper):
    """Text on its way in."""

    def dump(self, obj: str) -> Buffer | None:
        if "\0" in obj or ESCAPE in obj:
            obj = obj.replace(ESCAPE, ESCAPE + "1").replace("\0", ESCAPE + "0")
        return obj.encode()


class _Loader(Loader):
    """Text on its way out."""

    def load(self, data: Buffer) -> str:
        text = str(data, "utf-8")
        return text.replace(ESCAPE + "0", "\0").replace(ESCAPE + "1", ESCAPE) if ESCAPE in text else text


class PostgresDatabase:
    """See `database.Database`.

    A connection that was lost is made again at the next statement, unless it was lost in a transaction or `pinned` is
    set, which says that it holds something that a new one would not.
    """

    dialect: Final[Literal["sqlite", "postgres"]] = "postgres"

    def __init__(self, connection: Connection, again: Callable[[], Connection] | None = None) -> None:
        self._connection, self._again = connection, again
        self._within = False
        self.pinned = False
        self.one_writer = False
        """Whether transactions that write come one after another, as they do on SQLite."""

    @property
    def in_transaction(self) -> bool:
        return self._within

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        query, given = _translate(sql, bool(values)), values or None
        safe = not self._within and sql.lstrip()[:6].upper().startswith(("SELECT", "WITH", "BEGIN"))
        return self._ask(lambda: self._connection.execute(query, given), safe=safe)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        def run() -> None:
            with self._connection.cursor() as cursor:
                cursor.executemany(_translate(sql, True), rows)

        return self._ask(run)

    def insert(self, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        def run() -> None:
            with (
                self._connection.cursor() as cursor,
                cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy,
            ):
                for row in rows:
                    copy.write_row(row)

        if rows:
            self._ask(run)

    def remove(self, table: str, column: str, values: Iterable[Any]) -> None:
        wanted = list(values)
        if wanted:
            self.execute(f"DELETE FROM {table} WHERE {column} = ANY(?)", (wanted,))

    def stream(self, sql: str) -> Iterator[Any]:
        own = not self._within
        if own:
            self.begin_reading()
        try:
            with self._connection.cursor(f"stream_{time.monotonic_ns()}") as cursor:
                self._ask(lambda: cursor.execute(_translate(sql, False)))
                while rows := self._ask(lambda: cursor.fetchmany(FETCH)):
                    yield from rows
        finally:
            if own and self._within:
                self.rollback()

    def tables(self) -> list[str]:
        rows = self.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        return [name for (name,) in rows]

    def begin(self) -> None:
        self.execute("BEGIN")
        self._within = True
        if self.one_writer:
            self.execute("SELECT pg_advisory_xact_lock(hashtext('muniment'), hashtext(current_schema()))")

    def begin_reading(self) -> None:
        self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        self._within = True

    def commit(self) -> None:
        status = self._ask(lambda: self._connection.execute("COMMIT").statusmessage)
        self._within = False
        if status != "COMMIT":
            raise _failure("the transaction had failed before its end")

    def rollback(self) -> None:
        self._within = False
        self._ask(lambda: self._connection.execute("ROLLBACK"))

    def close(self) -> None:
        self._again = None  # what was closed stays so, where one that was lost would be made again
        if self.pinned:
            # A server notices some time later that a connection is closed; whoever comes next would find the lock taken.
            with suppress(psycopg.Error):
                self._connection.execute("SELECT pg_advisory_unlock_all()")
        self._connection.close()

    def try_lock(self, name: str) -> bool:
        """Take a lock that lasts as long as this connection, which is pinned by it; False when another one has it."""
        taken = bool(
            self.execute("SELECT pg_try_advisory_lock(hashtext('muniment'), hashtext(?))", (name,)).fetchone()[0]
        )
        self.pinned = self.pinned or taken
        return taken

    def unlock(self, name: str) -> None:
        """Let go of such a lock."""
        self.pinned = False
        if not self._connection.closed:
            self.execute("SELECT pg_advisory_unlock(hashtext('muniment'), hashtext(?))", (name,))

    def _ask(self, run: Callable[[], T], *, safe: bool = False) -> T:
        """Run, with the server's errors as ours; what is `safe` to run twice is run again over a new connection."""
        lost = self._connection.closed
        try:
            if lost:
                self._renew()
            return run()
        except psycopg.Error as error:
            failure = _failed(error, lost=self._connection.closed)
            if not (safe and failure.lost and not lost and self._again is not None and not self.pinned):
                raise failure from None
        self._renew()
        try:
            return run()
        except psycopg.Error as error:
            raise _failed(error, lost=self._connection.closed) from None

    def _renew(self) -> None:
        if self._again is None or self.pinned or self._within:
            raise _failure("the connection was lost", lost=True)
        self._connection = self._again()


def connect(
    schema: Schema, *, readonly: bool = False, create: bool = True, patient: bool = False, one_writer: bool = False
) -> PostgresDatabase:
    """Open a schema in autocommit mode, making it where `create` says so; raises Refused, StorageFailed or Damaged."""
    settings = {
        "lock_timeout": str(BUSY_MILLISECONDS),
        "synchronous_commit": "off" if patient else "on",
        "default_transaction_read_only": "on" if readonly else "off",
        "client_min_messages": "warning",
        "TimeZone": "UTC",
    }

    def again() -> Connection:
        return _open(schema, settings)

    database = PostgresDatabase(again(), again)
    try:
        if readonly or not create:
            if _comment(database, schema) is None:
                raise Refused(
                    "the database has no schema {schema}; expected the archive that DATABASE_URL was set for by `muniment init`",
                    schema=schema.name,
                )
        else:
            database.execute(f"CREATE SCHEMA IF NOT EXISTS {schema.name}")
    except BaseException:
        database.close()
        raise
    database.one_writer = one_writer
    return database


def adopt(connection: Connection) -> PostgresDatabase:
    """A connection that somebody else opened and will close."""
    return PostgresDatabase(connection)


def migrate(database: PostgresDatabase, steps: Sequence[str], schema: Schema) -> None:
    """See `database.migrate`."""
    if check_version(database, len(steps), schema) == len(steps):
        return
    for number, step in enumerate(steps, start=1):
        database.begin()
        try:
            database.execute("SELECT pg_advisory_xact_lock(hashtext('muniment'), hashtext(?))", (schema.name,))
            if check_version(database, len(steps), schema) < number:
                database.execute(step)
                stamp(database, schema, number)
            database.commit()
        except BaseException:
            database.rollback()
            raise


def stamp(database: PostgresDatabase, schema: Schema, version: int) -> None:
    """Say which version a schema is at, and whose it is."""
    # The origin holds letters, digits, dots, hyphens, underscores and a slash (vault/home.py): nothing to escape.
    database.execute(f"COMMENT ON SCHEMA {schema.name} IS 'muniment {version} {schema.origin}'")


def check_version(database: PostgresDatabase, newest: int, schema: Schema) -> int:
    """The schema's version, 0 when it has none yet; raises Refused when it is newer than this build, or another archive's."""
    comment = _comment(database, schema)
    if not comment:
        return 0
    word, _, rest = comment.partition(" ")
    number, _, origin = rest.partition(" ")
    if word != "muniment" or not (number.isascii() and number.isdigit()):
        raise Damaged("the comment of the schema {schema} is not the mark of an archive", schema=schema.name)
    if origin != schema.origin:
        raise Refused(
            "the schema {schema} belongs to the archive {got}, this one is {origin}; set DATABASE_URL to this archive's database",
            schema=schema.name,
            got=repr(origin),
            origin=schema.origin,
        )
    if int(number) > newest:
        raise Refused(
            "{file} is at version {version}, this build knows up to {newest}; install the newer Muniment that wrote it",
            file=schema.name,
            version=int(number),
            newest=newest,
        )
    return int(number)


def exists(schema: Schema) -> bool:
    """Whether there is such a schema."""
    database = PostgresDatabase(_open(schema, {}))
    try:
        return _comment(database, schema) is not None
    finally:
        database.close()


def drop(schema: Schema) -> None:
    """Remove a schema with all that is in it."""
    database = PostgresDatabase(_open(schema, {"client_min_messages": "warning"}))
    try:
        database.execute(f"DROP SCHEMA IF EXISTS {schema.name} CASCADE")
    finally:
        database.close()


def remove_archive(server: Server, origin: str, lock: str) -> None:
    """Remove every schema of the archive called `origin`, if the database holds an archive and it is that one.

    Raises Busy while another process holds `lock`.
    """
    database = PostgresDatabase(_open(Schema(server, "public", origin), {"client_min_messages": "warning"}))
    try:
        if not database.try_lock(lock):
            raise Busy(
                "another process works on the archive {origin} in the database {database}; stop it, then try again",
                origin=origin,
                database=server.name,
            )
        marked = dict(
            database.execute(
                "SELECT nspname, split_part(obj_description(oid, 'pg_namespace'), ' ', 3) FROM pg_namespace"
                " WHERE starts_with(obj_description(oid, 'pg_namespace'), 'muniment ')"
            )
        )
        if set(marked.values()) == {origin}:
            # The desk's schema bears no mark, for Django makes its tables: it is whose the others are.
            named = ", ".join(f'"{name}"' for name in sorted({*marked, "desk"}))
            database.execute(f"DROP SCHEMA IF EXISTS {named} CASCADE")
    finally:
        database.close()


def put_in_place(database: PostgresDatabase, fresh: Schema, schema: Schema) -> None:
    """Let a schema take the place of another, which is dropped; within the caller's transaction."""
    old = schema.beside("old")
    database.execute(f"DROP SCHEMA IF EXISTS {old.name} CASCADE")
    if _comment(database, schema) is not None:
        database.execute(f"ALTER SCHEMA {schema.name} RENAME TO {old.name}")
    database.execute(f"ALTER SCHEMA {fresh.name} RENAME TO {schema.name}")
    database.execute(f"DROP SCHEMA IF EXISTS {old.name} CASCADE")


def copy(source: Schema, target: Schema) -> None:
    """Make `target` anew, with the tables, keys, indexes and rows of `source`, as they stood at one moment."""
    database = PostgresDatabase(_open(source, {"client_min_messages": "warning"}))
    try:
        database.begin_reading()
        database.execute(f"DROP SCHEMA IF EXISTS {target.name} CASCADE")
        database.execute(f"CREATE SCHEMA {target.name}")
        for table in database.tables():
            database.execute(f'CREATE TABLE {target.name}."{table}" (LIKE {source.name}."{table}" INCLUDING ALL)')
            database.execute(f'INSERT INTO {target.name}."{table}" SELECT * FROM {source.name}."{table}"')
        comment = _comment(database, source)
        if comment is not None:
            database.execute(f"COMMENT ON SCHEMA {target.name} IS '{comment.replace(chr(39), chr(39) * 2)}'")
        database.commit()
    finally:
        database.close()


def _comment(database: PostgresDatabase, schema: Schema) -> str | None:
    """The schema's comment; empty where it has none, None where there is no schema."""
    row = database.execute(
        "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = ?", (schema.name,)
    ).fetchone()
    return None if row is None else str(row[0])


def _open(schema: Schema, settings: dict[str, str]) -> Connection:
    parameters = schema.server.parameters
    given = [
        parameters.pop("options", ""),
        search_path(schema),
        *(f"-c {name}={value}" for name, value in settings.items()),
    ]
    try:
        connection: Connection = psycopg.connect(
            **{"connect_timeout": "10", "application_name": "muniment", **parameters},  # type: ignore[arg-type]
            options=" ".join(filter(None, given)),
            autocommit=True,
        )
    except psycopg.Error as error:
        raise StorageFailed(
            "cannot open the PostgreSQL database {name}: {reason}; check DATABASE_URL and that the server runs",
            name=schema.server.name,
            reason=_sentence(error, schema),
        ) from None
    if connection.info.server_version < OLDEST or connection.info.parameter_status("server_encoding") != "UTF8":
        version, encoding = connection.info.server_version, connection.info.parameter_status("server_encoding")
        connection.close()
        raise Refused(
            "the PostgreSQL server has version {version} and the database the encoding {encoding}; expected 15 or newer, and UTF8",
            version=version // 10_000,
            encoding=encoding,
        )
    connection.adapters.register_dumper(str, _Dumper)
    for name in ("text", "varchar"):
        connection.adapters.register_loader(name, _Loader)
    return connection


def _sentence(error: psycopg.Error, schema: Schema) -> str:
    """Why a connection was not made; libpq repeats no password, and this makes sure."""
    text = str(error).partition("\n")[0] or type(error).__name__
    password = schema.server.password
    return text.replace(password, "…") if password else text


def _failed(error: psycopg.Error, *, lost: bool) -> ServerFailed:
    code = error.sqlstate
    failure = _failure(f"{type(error).__name__} ({code})" if code else type(error).__name__, lost=lost)
    failure.busy = code in _BUSY
    failure.conflict = isinstance(error, psycopg.IntegrityError)
    return failure


def _failure(reason: str, *, lost: bool = False) -> ServerFailed:
    failure = ServerFailed("PostgreSQL refused: {reason}; check the server and its disk, then try again", reason=reason)
    failure.lost = lost
    return failure


@lru_cache(maxsize=1024)
def _translate(sql: str, values: bool) -> bytes:
    """`?` as psycopg writes it. No statement of ours has either sign in a literal."""
    return (sql.replace("%", "%%").replace("?", "%s") if values else sql).encode()
