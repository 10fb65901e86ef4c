"""Archives to test on, small and quick to make, and one check of an archive that shares no code with the product's own."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest

from muniment.capture.archive import Archive, open_archive
from muniment.capture.balance import BalanceSheet
from muniment.capture.connector import Connector, ImportOptions
from muniment.capture.importer import Account, Importer
from muniment.capture.leader import Leader
from muniment.capture.ndjson import connector as ndjson
from muniment.capture.spool import spool, unspool
from muniment.catalog.database import open_catalog
from muniment.catalog.known import KnownParts
from muniment.catalog.projector import Projector
from muniment.desk.archive import actions
from muniment.journal.reader import Opened
from muniment.journal.segment import read_frames, segment_files
from muniment.proof import verifier
from muniment.record.errors import Refused
from muniment.record.leaf import parse_leaf
from muniment.record.record import split_payload
from muniment.vault.database import Database, beside, connect
from muniment.vault.durable import Disk
from muniment.vault.home import LOGS, URL_FILE, server_of
from muniment.vault.location import Location, Schema, Server, parse_url
from muniment.vault.postgres import PostgresDatabase, _open
from muniment.vault.pseudonym import Pseudonyms
from muniment.vault.sqlite import SqliteDatabase
from tests.postgres import copied, fresh, on_postgres

ORIGIN = "example.com/test"
ACCOUNT = Account("phone", "a0123456789abcdef")


@dataclass(frozen=True)
class Place:
    """Where an archive lies."""

    home: Path
    keys: Path

    @property
    def server(self) -> Server | None:
        """The PostgreSQL database that it lies in, if it does."""
        return server_of(self.keys)

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find it."""
        here = Path(__file__).parents[1]
        url = {"DATABASE_URL": (self.keys / URL_FILE).read_text("utf-8")} if self.server else {}
        return {
            **os.environ,
            **url,
            "MUNIMENT_HOME": str(self.home),
            "MUNIMENT_KEYS": str(self.keys),
            "PYTHONPATH": str(here / "src"),
        }

    def copy(self, folder: Path) -> "Place":
        """The same archive again, in another folder."""
        place = Place(shutil.copytree(self.home, folder / "home"), shutil.copytree(self.keys, folder / "keys"))
        copied(place.keys)
        return place

    def location(self, name: str) -> Location:
        """Where one of its databases lies: `intake`, `keys`, `catalog` or `desk`."""
        server = self.server
        folder = self.keys if name == "keys" else self.home
        origin = str(json.loads((self.home / "archive.json").read_bytes()).get("origin", ORIGIN))
        return folder / f"{name}.sqlite3" if server is None else Schema(server, name, origin)

    def scratch(self, name: str) -> Location:
        """A place for another catalog, beside it."""
        return beside(self.location("catalog"), name)

    def open(self, disk: Disk | None = None) -> Archive:
        return open_archive(self.home, self.keys, disk=disk)

    def hash(self) -> str:
        """One hash over the name and bytes of every file, for a test that nothing was changed."""
        digest = hashlib.sha256()
        for root in (self.home, self.keys):
            for path in sorted(path for path in root.rglob("*") if path.is_file()):
                if path.name.endswith("-shm"):
                    continue  # shared memory of the database's readers, made anew by each
                if path.name.endswith("-wal") and not path.stat().st_size:
                    continue
                digest.update(f"{path.relative_to(root)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
        if self.server is not None:
            for name in ("intake", "keys", "catalog", "desk"):
                with database(self, name) as opened:
                    for table in opened.tables():
                        rows = sorted(map(repr, opened.execute(f"SELECT * FROM {table}")))
                        digest.update("\n".join([table, *rows]).encode())
        return digest.hexdigest()


@pytest.fixture(scope="session")
def fast_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Path]]:
    """Makes new folders, in memory where the system has such a place: tests that count calls need not wait for a disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield lambda: tmp_path_factory.mktemp("some")
        return
    with TemporaryDirectory(dir=memory) as folder:
        yield lambda: Path(mkdtemp(dir=folder))


@pytest.fixture
def fast_path(fast_folders: Callable[[], Path]) -> Iterator[Path]:
    """Such a folder for one test."""
    folder = fast_folders()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A new archive that nobody writes to; `place` is a copy of it."""
    folder = tmp_path_factory.mktemp("pristine")
    actions.create(folder / "home", folder / "keys", ORIGIN, "system:test")
    return Place(folder / "home", folder / "keys")


@pytest.fixture
def place(pristine: Place, fast_path: Path) -> Place:
    """A new archive of this test's own."""
    return pristine.copy(fast_path)


def message(number: int, text: str | None = None, **more: object) -> bytes:
    """A line of NDJSON."""
    fields = {
        "id": f"m{number}",
        "conversation": "c1",
        "sender": "amy",
        "sent_at": f"2026-03-01T09:{number // 60 % 60:02}:{number % 60:02}Z",
    }
    return json.dumps({**fields, "text": text or f"word{number} 你好", **more}, ensure_ascii=False).encode() + b"\n"


def messages(path: Path, numbers: Sequence[int]) -> Path:
    """A file of such lines."""
    path.write_bytes(b"".join(message(number) for number in numbers))
    return path


def bring_in(
    archive: Archive,
    path: Path,
    connector: Connector = ndjson,
    account: Account = ACCOUNT,
    options: ImportOptions | None = None,
) -> BalanceSheet:
    """Import as `muniment import` does, with the projector in this process, one step a batch."""
    options = options or ImportOptions()
    with closing(open_catalog(archive.home.catalog)) as catalog, Leader(archive) as leader:
        leader.drain()
        projector = Projector(archive, catalog)
        projector.catch_up()
        spooled = spool(archive, path, connector.name, account.source, options)
        known = KnownParts(catalog, Pseudonyms(archive.kek), lambda: projector.catch_up() and None)
        try:
            sheet = Importer(leader, account, connector, options, known).run(spooled)
        except Refused:
            unspool(archive, spooled.import_id)
            raise
        unspool(archive, spooled.import_id)
        projector.catch_up()
    return sheet


def accept(archive: Archive, number: int, source: str = "b0123456789abcdef") -> bytes:
    """Put one item into intake; when this returns it is acknowledged. Returns its payload."""
    header = b'{"assurance":"api_tls","by":"ndjson","part":"message","v":1}\n'
    payload = header + message(number)
    archive.intake.accept([archive.sealer.seal(payload, log="records", type="rec", source=source)])
    return payload


def drain(archive: Archive) -> None:
    with Leader(archive) as leader:
        leader.drain()


def project(archive: Archive) -> None:
    with closing(open_catalog(archive.home.catalog)) as catalog:
        Projector(archive, catalog).catch_up()


@contextmanager
def database(place: Place, name: str) -> Iterator[Database]:
    """One of the databases of an archive, as a stranger with its address opens it: committed and closed at the end."""
    with stranger(place.location(name)) as opened:
        yield opened


@contextmanager
def stranger(location: Location) -> Iterator[Database]:
    """Any database, so opened; nothing of what our own opening checks or sets."""
    opened: Database
    if isinstance(location, Schema):
        opened = PostgresDatabase(_open(location, {}))
    else:
        opened = sqlite3.connect(location, isolation_level=None, factory=SqliteDatabase)
    with closing(opened):
        opened.begin()
        yield opened
        opened.commit()


def nowhere(name: str, folder: Path) -> Location:
    """Where a new database called `name` may lie: a file in `folder`, or a schema of a new PostgreSQL database."""
    if not on_postgres():
        return folder / f"{name}.sqlite3"
    server = parse_url(fresh())
    assert server is not None
    return Schema(server, name, ORIGIN)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Database]:
    """An empty database of the run's kind."""
    with closing(connect(nowhere("alone", tmp_path))) as opened:
        yield opened


def make_newer(place: Place, name: str) -> None:
    """Let a database say that a newer Muniment wrote it."""
    location = place.location(name)
    with stranger(location) as opened:
        if isinstance(location, Schema):
            opened.execute(f"COMMENT ON SCHEMA {name} IS 'muniment 99 {location.origin}'")
        else:
            opened.commit()
            opened.execute("PRAGMA user_version=99")
            opened.begin()


def raws(records: Sequence[Opened]) -> list[bytes]:
    """The raw bytes of records."""
    return [split_payload(record.payload)[1] for record in records if record.payload is not None]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def check(place: Place, *, settled: bool = True) -> dict[str, list[Opened]]:
    """Assert that an archive is whole: proofs, chains, keys, segments, no file too many; the opened records of both logs."""
    found = {}
    with place.open() as archive:
        for name in LOGS:
            log = archive.reader(name).log
            sealed = log.checkpoint()
            records = found[name] = list(archive.reader(name).opened(0, sealed.size, sealed.size))
            leaves = [record.leaf_bytes for record in records]
            assert len(leaves) == sealed.size
            assert root_of(leaves) == sealed.root
            prover = log.prover(sealed.size) if leaves else None
            history = [log.open_checkpoint(note) for _, note in log.checkpoints().notes()]
            assert history[0].size == 0 and history[-1] == sealed
            for old in history:
                assert root_of(leaves[: old.size]) == old.root
                if old.size and prover is not None:
                    verifier.verify_consistency(
                        old.size, sealed.size, prover.consistency(old.size), old.root, sealed.root
                    )
            last: dict[str, tuple[int, str]] = {}
            for index, data in enumerate(leaves):
                assert prover is not None
                hashed = hashlib.sha256(b"\0" + data).digest()
                verifier.verify_inclusion(index, sealed.size, hashed, prover.inclusion(index), sealed.root)
                leaf = parse_leaf(data)
                number, before = last.get(leaf.src, (-1, None))
                assert (leaf.pseq, leaf.ph) == (number + 1, before), (
                    f"leaf {index} of {name} does not follow its source's last"
                )
                last[leaf.src] = (leaf.pseq, hashed.hex())
            assert len({record.leaf.id for record in records}) == len(records)
            rows = archive.keys.wrapped(name, 0, sealed.size)
            assert set(rows) == set(range(sealed.size))
            frames = [
                frame for path in segment_files(archive.home.segments(name)) for frame in read_frames(path, name)[1]
            ]
            assert [frame.leaf for frame in frames] == list(range(sealed.size))
            if settled:
                assert archive.intake.log_state(name) == ((sealed.size, sealed.root) if sealed.size else None)
                assert archive.intake.source_states(name) == {
                    source: (n + 1, bytes.fromhex(h)) for source, (n, h) in last.items()
                }
                assert archive.keys.highest(name) == sealed.size - 1
            stray = [
                path
                for path in archive.home.log(name).rglob("*")
                if path.is_file()
                and path.name
                not in expected_files(sealed.size)[path.relative_to(archive.home.log(name)).parent.as_posix()]
            ]
            assert stray == []
        if settled:
            assert archive.intake.backlog() == (0, None)
            assert list(archive.home.spool.iterdir()) == []
    return found


def expected_files(size: int) -> "Files":
    """For each folder of a log of `size` leaves the names that may stand there (C2SP tlog-tiles, fewer than 256,000 leaves)."""
    files = Files({".": {"checkpoint", "checkpoints.log"}})
    level, width = 0, size
    while width:
        for kind in ("entries", str(level)) if level == 0 else (str(level),):
            files.setdefault(f"tile/{kind}", set()).update(f"{index:03}" for index in range(width // 256))
            if width % 256:
                files[f"tile/{kind}/{width // 256:03}.p"] = {str(width % 256)}
        level, width = level + 1, width // 256
    return files


class Files(dict[str, set[str]]):
    """Names by folder; a folder that is not there holds none."""

    def __missing__(self, folder: str) -> set[str]:
        return set()
