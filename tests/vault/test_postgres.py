"""The adapter: text that PostgreSQL cannot hold, errors that say no value, a connection that is lost, locks and versions."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.record.errors import Busy, Damaged, Refused, StorageFailed
from muniment.vault import postgres
from muniment.vault.database import (
    Dialect,
    ServerFailed,
    check_version,
    exists,
    is_busy,
    is_conflict,
    migrate,
    remove_archive,
)
from muniment.vault.durable import Disk
from muniment.vault.location import Schema, Server, parse_url
from muniment.vault.postgres import PostgresDatabase, connect
from tests.archives import ORIGIN
from tests.postgres import fresh, server

STEPS: dict[Dialect, Sequence[str]] = {
    "sqlite": [],
    "postgres": ["CREATE TABLE one (x bigint)", "CREATE TABLE two (x bigint)"],
}


@pytest.fixture
def schema() -> Schema:
    found = parse_url(fresh())
    assert found is not None
    return Schema(found, "intake", ORIGIN)


@pytest.fixture
def database(schema: Schema) -> Iterator[PostgresDatabase]:
    with closing(connect(schema)) as opened:
        opened.execute("CREATE TABLE t (n bigint PRIMARY KEY, s text, b bytea)")
        yield opened


def cut(database: PostgresDatabase) -> None:
    """End the connection from the server's side."""
    (number,) = database.execute("SELECT pg_backend_pid()").fetchone()
    server().execute("SELECT pg_terminate_backend(%s, 5000)", (number,))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "a\0b",
        "\x1a",
        "\x1a0",
        "\x1a1",
        "\0\x1a0\0",
        "\\N",
        "\\",
        "\t\n\r",
        "保本 \U0001f600 \u202e",
        "%s ? {}",
        "\ufffd",
    ],
)
def test_any_text_comes_out_as_it_went_in(database: PostgresDatabase, text: str) -> None:
    database.execute("INSERT INTO t VALUES (?, ?, ?)", (1, text, text.encode()))
    database.insert("t", "n, s, b", [(2, text, text.encode()), (3, None, None)])
    rows = database.execute("SELECT s, b FROM t ORDER BY n").fetchall()
    assert rows == [(text, text.encode()), (text, text.encode()), (None, None)]
    assert database.execute("SELECT count(*) FROM t WHERE s = ?", (text,)).fetchone() == (2,)
    assert list(database.stream("SELECT s FROM t ORDER BY n")) == [(text,), (text,), (None,)]


def test_random_texts_come_out_as_they_went_in_and_stay_different(database: PostgresDatabase) -> None:
    database.execute("CREATE TABLE texts (s text UNIQUE)")

    @settings(max_examples=30)
    @given(st.sets(st.text(st.sampled_from("\0\x1a01a\\\n保")), max_size=40))
    def round_trip(texts: set[str]) -> None:
        database.execute("DELETE FROM texts")
        database.insert("texts", "s", [(text,) for text in texts])
        assert {text for (text,) in database.execute("SELECT s FROM texts")} == texts

    round_trip()


def test_half_a_character_is_refused_as_sqlite_refuses_it(database: PostgresDatabase) -> None:
    with pytest.raises(UnicodeEncodeError):
        database.execute("INSERT INTO t VALUES (?, ?, NULL)", (1, "\ud800"))


def test_no_error_repeats_a_value(database: PostgresDatabase) -> None:
    database.execute("INSERT INTO t VALUES (1, 'x', NULL)")
    for statement, values in (
        ("INSERT INTO t VALUES (?, ?, NULL)", (1, "canary")),
        ("INSERT INTO t VALUES (?::text::bigint, 'x', NULL)", ("canary",)),
        ("SELECT ?::tsquery", ("canary ( canary",)),
        ("SELECT canary FROM t WHERE n = ?", (1,)),
    ):
        with pytest.raises(ServerFailed) as error:
            database.execute(statement, values)
        assert "canary" not in str(error.value)
        assert error.value.__cause__ is None


def test_a_violated_constraint_is_a_conflict(database: PostgresDatabase) -> None:
    database.execute("INSERT INTO t VALUES (1, 'x', NULL)")
    disk = Disk()
    with pytest.raises(ServerFailed) as error, disk.transaction(database, "some"):
        database.insert("t", "n", [(1,)])
    assert is_conflict(error.value)
    with disk.transaction(database, "some"):
        database.execute("INSERT INTO t VALUES (2, 'y', NULL)")
    assert database.execute("SELECT n FROM t ORDER BY n").fetchall() == [(1,), (2,)]


def test_a_lock_of_another_process_is_busy_and_no_disk_error(
    schema: Schema, database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "BUSY_MILLISECONDS", 10)
    disk = Disk()
    with closing(connect(schema, one_writer=True)) as one, closing(connect(schema, one_writer=True)) as other:
        one.begin()
        with pytest.raises(Busy, match="writes the some database") as busy, disk.transaction(other, "some"):
            pass
        assert busy.value.__cause__ is not None and is_busy(busy.value.__cause__)
        one.rollback()
        with disk.transaction(other, "some"):
            other.execute("INSERT INTO t VALUES (1, 'x', NULL)")


def test_a_connection_lost_between_statements_is_made_again(database: PostgresDatabase) -> None:
    database.execute("INSERT INTO t VALUES (1, 'x', NULL)")
    cut(database)
    assert database.execute("SELECT n FROM t").fetchall() == [(1,)]
    cut(database)
    with Disk().transaction(database, "some"):
        database.execute("INSERT INTO t VALUES (2, 'y', NULL)")
    cut(database)
    with pytest.raises(ServerFailed):  # whether a change was made is not known: it is not made twice
        database.execute("INSERT INTO t VALUES (3, 'z', NULL)")
    assert database.execute("SELECT count(*) FROM t").fetchone() == (2,)


def insert_and_lose(database: PostgresDatabase) -> None:
    database.execute("INSERT INTO t VALUES (1, 'x', NULL)")
    cut(database)
    database.execute("INSERT INTO t VALUES (2, 'y', NULL)")


def lose_before_the_commit(database: PostgresDatabase) -> None:
    database.execute("INSERT INTO t VALUES (1, 'x', NULL)")
    cut(database)


@pytest.mark.parametrize("lose", [insert_and_lose, lose_before_the_commit])
def test_a_connection_lost_in_a_transaction_keeps_nothing_and_stops_the_disk(
    database: PostgresDatabase, lose: Callable[[PostgresDatabase], None]
) -> None:
    disk = Disk()
    with pytest.raises(StorageFailed), disk.transaction(database, "some"):
        lose(database)
    assert database.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with pytest.raises(StorageFailed, match="earlier disk error"), disk.transaction(database, "some"):
        pass


def test_a_commit_of_a_transaction_that_failed_is_no_commit(database: PostgresDatabase) -> None:
    database.begin()
    with pytest.raises(ServerFailed):
        database.execute("INSERT INTO nowhere VALUES (1)")
    with pytest.raises(ServerFailed, match="failed before its end"):
        database.commit()


def test_a_lock_is_held_until_it_is_let_go_or_its_connection_ends(schema: Schema, database: PostgresDatabase) -> None:
    with closing(connect(schema)) as other:
        assert database.try_lock("leader")
        assert not other.try_lock("leader")
        cut(database)
        with pytest.raises(ServerFailed):  # a new connection would not hold it: this one ends here
            database.execute("SELECT 1")
        with pytest.raises(ServerFailed, match="connection was lost"):
            database.execute("SELECT 1")
        assert other.try_lock("leader")
        other.unlock("leader")


def test_steps_are_taken_once_and_a_newer_schema_or_another_archive_s_is_refused(schema: Schema) -> None:
    with closing(connect(schema)) as database:
        assert postgres.check_version(database, 2, schema) == 0
        for _ in range(2):
            migrate(database, STEPS, schema)
        assert database.tables() == ["one", "two"]
        assert postgres.check_version(database, 2, schema) == 2
        with pytest.raises(Refused, match="is at version 2, this build knows up to 1"):
            check_version(database, 1, schema)
        with pytest.raises(Refused, match="belongs to the archive"):
            check_version(database, 2, Schema(schema.server, "intake", "example.com/other"))
        database.execute("COMMENT ON SCHEMA intake IS 'something else'")
        with pytest.raises(Damaged, match="not the mark of an archive"):
            check_version(database, 2, schema)


def test_reading_makes_no_schema_and_changes_nothing(schema: Schema) -> None:
    with pytest.raises(Refused, match="has no schema intake"):
        connect(schema, readonly=True)
    assert not exists(schema)
    connect(schema).close()
    with closing(connect(schema, readonly=True)) as reader, pytest.raises(ServerFailed):
        reader.execute("CREATE TABLE more (x bigint)")


def test_an_archive_whose_folders_are_gone_is_removed_alone_and_only_by_its_name(schema: Schema) -> None:
    left = [Schema(schema.server, name, ORIGIN) for name in ("intake", "desk", "catalog_new")]
    for each in left:
        with closing(connect(each)) as database:
            if each.name != "desk":
                migrate(database, STEPS, each)
    another = Schema(schema.server, "reports", ORIGIN)
    with closing(connect(another)) as database:
        database.execute("COMMENT ON SCHEMA reports IS 'not ours'")
        assert database.try_lock("leader")
        with pytest.raises(Busy):
            remove_archive(schema.server, ORIGIN, "leader")
    remove_archive(schema.server, "example.com/other", "leader")
    assert [exists(each) for each in left] == [True, True, True]
    remove_archive(schema.server, ORIGIN, "leader")
    assert [exists(each) for each in (*left, another)] == [False, False, False, True]
    connect(Schema(schema.server, "desk", ORIGIN)).close()
    remove_archive(schema.server, ORIGIN, "leader")  # holds no archive: whose that is, nobody knows
    assert exists(Schema(schema.server, "desk", ORIGIN))


def test_a_server_that_does_not_answer_is_named_without_the_password(schema: Schema) -> None:
    nowhere = Server("archive", "127.0.0.1", 1, "amy", "hunter2", (("connect_timeout", "2"),))
    with pytest.raises(StorageFailed, match="cannot open the PostgreSQL database archive") as error:
        connect(Schema(nowhere, "intake", ORIGIN))
    assert "hunter2" not in str(error.value) and error.value.__cause__ is None


def test_intake_and_keys_wait_for_the_disk_and_the_catalog_does_not(schema: Schema) -> None:
    for patient, wanted in ((False, "on"), (True, "off")):
        with closing(connect(schema, patient=patient)) as database:
            assert database.execute("SHOW synchronous_commit").fetchone() == (wanted,)
            assert database.execute("SHOW search_path").fetchone() == ("intake",)
