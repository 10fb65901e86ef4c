"""How the archive runs, for whoever looks after it: logs, leader, databases, keys, versions, disk. No content and no secret."""

import platform
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

import django
from django.conf import settings

from muniment.capture.registry import decoder, decoders
from muniment.catalog.database import VERSION as CATALOG
from muniment.desk import jobs
from muniment.desk.archive.access import readings
from muniment.desk.authority import Capability
from muniment.desk.channels.access import looked_at
from muniment.desk.dashboard import access
from muniment.desk.dashboard.facts import Facts, FeedFacts, LogFacts, RunFacts
from muniment.desk.desk import Desk
from muniment.desk.people import access as people
from muniment.desk.register import access as register
from muniment.journal.checkpoints import END_BYTES
from muniment.record.clock import SECOND
from muniment.record.errors import Damaged
from muniment.search import tokens
from muniment.vault.home import LOGS
from muniment.vault.location import Location, Schema

JOBS = 20
RUNS = 20
CHECKPOINTS = 10


@dataclass(frozen=True, slots=True)
class CheckpointLine:
    """One checkpoint that was signed."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class LogState:
    """One log."""

    name: str
    origin: str
    size: int
    root: str
    note: str
    """The newest checkpoint as it is signed."""
    vkey: str
    segments: int
    """Bytes of its envelopes."""
    projected: int
    checkpoints: tuple[CheckpointLine, ...]
    """The newest, newest first."""


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """One database: where it lies, and how many bytes it takes; None where that could not be asked."""

    name: str
    kind: str
    size: int | None


@dataclass(frozen=True, slots=True)
class BackupState:
    """One backup on record."""

    at: int
    leaf: int
    name: str


@dataclass(frozen=True, slots=True)
class Machine:
    """Everything that the system page shows."""

    now: int
    origin: str
    logs: tuple[LogState, ...]
    log: LogFacts
    databases: tuple[DatabaseState, ...]
    kek: str
    key_groups: int
    keys_proven_at: int | None
    versions: tuple[tuple[str, str], ...]
    jobs: tuple[jobs.Seen, ...]
    runs: tuple[RunFacts, ...]
    backups: tuple[BackupState, ...]
    seal_at: int | None
    feeds: tuple[FeedFacts, ...]
    """Connected accounts, alarms first."""
    files: readings.Tally
    disk_free: int
    disk_total: int


def machine(desk: Desk) -> Machine:
    """How the archive runs now; raises NotFound for whoever may not see it."""
    desk.authority.require(Capability.SYSTEM)
    archive, home = desk.archive, desk.archive.home
    positions = dict(desk.catalog.execute("SELECT log, position FROM cursor").fetchall())
    total, _, free = shutil.disk_usage(home.path)
    (groups,) = archive.keys.database.execute("SELECT count(*) FROM key_group").fetchone()
    return Machine(
        now=archive.clock(),
        origin=home.origin,
        logs=tuple(_log(desk, name, int(positions.get(name, 0))) for name in LOGS),
        log=access.log_facts(desk),
        databases=tuple(
            _database(desk, name, where)
            for name, where in (
                ("catalog", home.catalog),
                ("intake", home.intake),
                ("keys", home.key_table),
                ("desk", home.desk),
            )
        ),
        kek=archive.kek.id,
        key_groups=int(groups),
        keys_proven_at=access.last(desk, access.KEYS_PROVEN),
        versions=versions(),
        jobs=tuple(jobs.latest(JOBS)),
        runs=tuple(access.last_runs(desk, RUNS)),
        backups=tuple(_backups(desk)),
        seal_at=access.last(desk, access.SEAL),
        feeds=tuple(access.feeds(desk, Capability.SYSTEM)),
        files=readings.tally(desk),
        disk_free=free,
        disk_total=total,
    )


def needs(desk: Desk, found: Machine) -> Facts:
    """Of what the checks look at, what concerns who runs the machine: nothing of conversations, and no account that is not theirs."""
    desk.authority.require(Capability.SYSTEM)
    firm = people.firm()
    today = datetime.fromtimestamp(found.now / SECOND, UTC).astimezone(ZoneInfo(firm.zone)).date()
    due = register.due(desk, capability=Capability.SYSTEM)
    return Facts(
        now=found.now,
        today=today,
        owners=access.owners(today),
        log=found.log,
        feeds=found.feeds,
        looked_at=looked_at(),
        failed_jobs=tuple(access.failed(found.now)),
        last_run=found.runs[0] if found.runs else None,
        seal_at=found.seal_at,
        backup_at=found.backups[0].at if found.backups else None,
        keys_proven_at=found.keys_proven_at,
        no_second_factor=() if firm.demonstration else tuple(access.without_second_factor(today)),
        examiners=tuple(access.examiners(today)),
        posture_failed=due.failed,
        posture_overdue=due.overdue,
        disk_free=found.disk_free,
        disk_total=found.disk_total,
        archive_since=access.first(desk),
    )


def _log(desk: Desk, name: str, projected: int) -> LogState:
    reader = desk.archive.reader(name).log
    note = reader.checkpoint_text()
    sealed = reader.open_checkpoint(note)
    return LogState(
        name=name,
        origin=sealed.origin,
        size=sealed.size,
        root=sealed.root.hex(),
        note=note,
        vkey=desk.archive.signers[name].vkey,
        segments=sum(path.stat().st_size for path in desk.archive.home.segments(name).iterdir() if path.is_file()),
        projected=projected,
        checkpoints=tuple(_newest(reader.checkpoints().path, CHECKPOINTS)),
    )


def _newest(path: Path, number: int) -> list[CheckpointLine]:
    """The newest lines of `checkpoints.log`; what is damaged is for the whole-archive check to name."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - number * END_BYTES))
        lines = file.read().splitlines()[-number:]
    found = []
    for line in reversed(lines):
        try:
            _, tree, root = _members(line)
        except (ValueError, Damaged):
            continue
        found.append(CheckpointLine(tree, root))
    return found


def _members(line: bytes) -> tuple[str, int, str]:
    """The origin, size and root (hex) of a line, unchecked: they are shown, and nothing rests on them."""
    import base64
    import json

    origin, size, root, *_ = json.loads(line)["note"].split("\n")
    return origin, int(size), base64.b64decode(root).hex()


def _database(desk: Desk, name: str, where: Location) -> DatabaseState:
    if isinstance(where, Schema):
        row = desk.catalog.execute(
            "SELECT sum(pg_total_relation_size(pg_class.oid)) FROM pg_class"
            " JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace WHERE nspname = ? AND relkind = 'r'",
            (where.name,),
        ).fetchone()
        return DatabaseState(name, "PostgreSQL", None if row is None or row[0] is None else int(row[0]))
    files = [where, where.with_name(where.name + "-wal")]
    return DatabaseState(name, "SQLite", sum(path.stat().st_size for path in files if path.exists()))


def _backups(desk: Desk) -> list[BackupState]:
    rows = desk.catalog.execute(
        "SELECT leaf, received_at, body FROM audit_entry WHERE act = ? ORDER BY received_at DESC, leaf DESC LIMIT 10",
        (access.BACKUP,),
    )
    return [BackupState(at, leaf, str(access.decode(body).detail.get("name", ""))) for leaf, at, body in rows]


def versions() -> tuple[tuple[str, str], ...]:
    """What this build is made of."""
    return (
        ("Muniment", str(settings.VERSION)),
        ("catalog", str(CATALOG)),
        ("tokeniser", f"{tokens.VERSION}/{tokens.TABLES[:16]}"),
        *((f"decoder {name}", str(decoder(name).version)) for name in decoders()),
        ("time zones", metadata.version("tzdata")),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("SQLite", sqlite3.sqlite_version),
    )
