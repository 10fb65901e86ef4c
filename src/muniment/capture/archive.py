"""An opened archive: its keys, its logs to read, and its intake. `Leader` (leader.py) is the one that writes the logs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from muniment.capture.intake import Intake, Sealer
from muniment.capture.outbox import Outbox
from muniment.journal.log import LogReader, LogWriter
from muniment.journal.reader import RecordReader
from muniment.journal.segment import SegmentReader
from muniment.proof.note import Signer
from muniment.record.clock import Clock, now
from muniment.vault.database import connect
from muniment.vault.durable import Disk
from muniment.vault.home import LOGS, Home, create, mark, open_home
from muniment.vault.kek import KeyEncryptionKey, create_kek, open_kek
from muniment.vault.keytable import KeyTable
from muniment.vault.location import Schema
from muniment.vault.signing import create_signer, open_signer


@dataclass(frozen=True, slots=True)
class Archive:
    """What one process holds of an archive. Times come from `clock`, in microseconds UTC."""

    home: Home
    disk: Disk
    clock: Clock
    kek: KeyEncryptionKey
    signers: dict[str, Signer]
    keys: KeyTable
    intake: Intake
    sealer: Sealer
    records: RecordReader
    audit: RecordReader
    outbox: Outbox
    """The second queue of audit entries, in the desk's own database."""

    def backlog(self) -> tuple[int, int | None]:
        """How many items wait for the leader, in intake and in the outbox, and when the oldest was received (µs UTC)."""
        return _together(self.intake.backlog(), self.outbox.backlog())

    def audit_backlog(self) -> tuple[int, int | None]:
        """How many audit entries are durable and not yet in the log, in both queues, and when the oldest was made (µs UTC)."""
        return _together(self.intake.backlog("audit"), self.outbox.backlog())

    def reader(self, log: str) -> RecordReader:
        """The reader of `records` or `audit`."""
        return self.records if log == "records" else self.audit

    def close(self) -> None:
        """Close the databases."""
        self.keys.close()
        self.intake.close()
        self.outbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _together(one: tuple[int, int | None], other: tuple[int, int | None]) -> tuple[int, int | None]:
    return one[0] + other[0], min((at for at in (one[1], other[1]) if at is not None), default=None)


def create_archive(path: Path, keys: Path, origin: str, disk: Disk | None = None) -> Home:
    """Make an archive: folders, keys, two empty logs with their first checkpoints, databases; raises Refused."""
    disk = disk or Disk()
    home = create(path, keys, origin, disk)
    create_kek(keys, disk)
    for name in LOGS:
        signer = create_signer(keys, name, home.log_origin(name), disk)
        writer = LogWriter(home.log(name), signer, disk)
        writer.create()
        writer.close()
    KeyTable(home.key_table, open_kek(keys), disk, new=True).close()
    Intake(home.intake, disk, new=True).close()
    if isinstance(home.desk, Schema):
        connect(home.desk).close()  # empty until the desk is opened; a file is made then
    mark(home, disk)
    return home


def open_archive(path: Path, keys: Path, *, disk: Disk | None = None, clock: Clock = now) -> Archive:
    """Open an archive for reading and for intake; raises NotFound, WrongKey, Damaged or Refused."""
    disk = disk or Disk()
    home = open_home(path, keys)
    kek = open_kek(keys)
    signers = {name: open_signer(keys, name, home.log_origin(name)) for name in LOGS}
    table = KeyTable(home.key_table, kek, disk)
    readers = {
        name: RecordReader(
            name,
            LogReader(home.log(name), home.log_origin(name), signers[name].vkey),
            SegmentReader(home.segments(name), name),
            table,
        )
        for name in LOGS
    }
    try:
        intake = Intake(home.intake, disk)
    except BaseException:
        table.close()
        raise
    return Archive(
        home=home,
        disk=disk,
        clock=clock,
        kek=kek,
        signers=signers,
        keys=table,
        intake=intake,
        sealer=Sealer(table, clock),
        records=readers["records"],
        audit=readers["audit"],
        outbox=Outbox(home.desk, disk),
    )
