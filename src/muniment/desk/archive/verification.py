"""Checks a whole archive and changes nothing in it: logs, segments, keys, intake, catalog and index, each against what it rests on.

Nothing is recovered first: what a crash left is named as such, for what an attacker appended looks the same. The leader's
lock is held, so that nothing moves meanwhile. At the end one audit entry says that the check ran, and with what result.

Trust: the keys folder. Whoever holds the keys can make another archive that checks; only a seal kept outside shows that.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from muniment.capture.archive import Archive, open_archive
from muniment.capture.audit import Entry, write_entry
from muniment.capture.feeds.errand import FOLDER
from muniment.capture.intake import Intake, Sealer
from muniment.capture.outbox import Outbox
from muniment.capture.spool import UPLOADS
from muniment.catalog.check import check_catalog, projected
from muniment.catalog.check_intake import IntakeCheck
from muniment.desk.catalog.schema import make_catalog
from muniment.desk.desk import system_user
from muniment.journal.check import Counts, Finding, LogState, Progress, Say, check_log
from muniment.journal.check_files import check_folders
from muniment.journal.check_finding import fault, file_of, leftover, refused
from muniment.journal.check_keys import Keys
from muniment.journal.check_schema import check_size
from muniment.journal.log import LogReader
from muniment.journal.reader import RecordReader
from muniment.journal.segment import SegmentReader
from muniment.proof import seal as sealing
from muniment.proof.note import Signer
from muniment.proof.verifier import Seal
from muniment.record.clock import now
from muniment.record.errors import Busy, Damaged, MunimentError, Refused
from muniment.record.words import _
from muniment.vault.database import ERRORS, Database, connect, exists
from muniment.vault.durable import Disk
from muniment.vault.home import LOGS, Home, open_home
from muniment.vault.kek import KeyEncryptionKey, open_kek
from muniment.vault.keytable import KeyTable
from muniment.vault.location import Location
from muniment.vault.signing import open_signer
from muniment.vault.sqlite import memory

SCRATCH = "catalog.verify"


@dataclass(slots=True)
class Verdict:
    """The outcome. `faults` are findings that mean damage, `leavings` those of the mild kind; `compared` whether the catalog was."""

    origin: str = ""
    counts: Counts = field(default_factory=Counts)
    sizes: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    leavings: int = 0
    compared: bool = False
    since: bool = False
    unrecorded: MunimentError | None = None
    """Why no audit entry could be written."""

    @property
    def sound(self) -> bool:
        """Whether there was no finding at all."""
        return not self.faults and not self.leavings


def verify_archive(
    path: Path,
    keys: Path,
    say: Say,
    *,
    actor: str | None = None,
    since: str | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Check the archive at `path`; every finding goes to `say` as it is made.

    `since` is a seal: the archive must extend it. Raises NotFound or WrongKey for keys that are not there or not this
    archive's, Refused for an archive of a newer format, Damaged for a seal that does not check, Busy when another process writes.
    """
    verdict = Verdict()
    spoiled: set[str] = set()

    def count(finding: Finding) -> None:
        verdict.faults += not finding.mild
        verdict.leavings += finding.mild
        if not finding.mild:
            spoiled.add(finding.file)
        say(finding)

    try:
        home = open_home(path, keys)
    except Damaged as error:
        count(refused("archive.json", error))
        return verdict
    verdict.origin = home.origin
    kek = open_kek(keys)
    signers = {name: open_signer(keys, name, home.log_origin(name)) for name in LOGS}
    seal = None if since is None else _open_seal(since, home, signers)
    with _lock(home):
        check_sealed(home, kek, signers, count, verdict, seal=seal, progress=progress)
        if verdict.faults == 0:
            with _scratch(home) as folder:
                _check_catalog(home, kek, signers, folder, count, verdict)
        _check_left(home, count)
    verdict.unrecorded = _record(home, actor or system_user(), verdict, spoiled)
    return verdict


def check_sealed(
    home: Home,
    kek: KeyEncryptionKey,
    signers: dict[str, Signer],
    say: Say,
    verdict: Verdict,
    *,
    seal: Seal | None = None,
    progress: Progress | None = None,
) -> None:
    """Everything but the catalog: logs, segments, keys and intake."""
    check_folders(home, say)
    with (
        _reading(home.intake, say) as (intake_database, intake_opened),
        _reading(home.key_table, say) as (key_database, keys_opened),
    ):
        intake = IntakeCheck(intake_database, home.intake, say, readable=intake_opened)
        intake.read()
        key_check = Keys(key_database, home.key_table, kek, say, verdict.counts, readable=keys_opened)
        key_check.projected = projected(home.catalog)
        key_check.check_table()
        sealed: set[str] = set()
        for name in LOGS:
            settled = intake.settled.get(name)
            state = check_log(
                home,
                name,
                signers[name].vkey,
                key_check,
                say,
                verdict.counts,
                others=verdict.sizes,
                roots_at={*([settled.size] if settled else []), *([_sealed(seal, name)[0]] if seal else [])},
                states_at=settled.size if settled else None,
                ids=intake.ids,
                progress=progress,
            )
            verdict.sizes[name] = state.size
            sealed |= state.sealed_ids
            intake.compare(name, state)
            if seal is not None:
                verdict.since = True
                _check_since(seal, name, state, say)
        intake.check_items(key_check, sealed, verdict.counts)
        if exists(home.desk):
            with _reading(home.desk, say) as (desk_database, desk_opened):
                if desk_opened:
                    intake.check_outbox(desk_database, home.desk, key_check, sealed, verdict.counts)
        key_check.finish()


def _open_seal(line: str, home: Home, signers: dict[str, Signer]) -> Seal:
    seal = sealing.open(line.strip(), [signers["records"].vkey])
    if seal.origin != home.origin:
        raise Refused(
            "the seal is of {got}, this archive is {origin}; give the seal of this archive",
            got=seal.origin,
            origin=home.origin,
        )
    return seal


def _sealed(seal: Seal, name: str) -> tuple[int, bytes]:
    return (seal.records_size, seal.records_root) if name == "records" else (seal.audit_size, seal.audit_root)


def _check_since(seal: Seal, name: str, state: LogState, say: Say) -> None:
    """The log begins with the leaves that were sealed: its root at the seal's size, made anew from them, is the seal's."""
    size, root = _sealed(seal, name)
    if size > state.size:
        say(
            fault(
                f"log/{name}/checkpoint",
                _("the log ends at {size} leaves, but the seal covers {sealed}: it was rolled back"),
                size=state.size,
                sealed=size,
            )
        )
    elif state.roots.get(size, root) != root:
        say(
            fault(
                f"log/{name}/checkpoint",
                _("the first {sealed} leaves are not those that the seal covers: the history was rewritten"),
                sealed=size,
            )
        )


class _Untouched(KeyTable):
    """The key table as a projector of the check sees it: a disposal that it reads of is not carried out."""

    def destroy(self, log: str, leaves: object) -> None:
        """Leave them."""


def _check_catalog(
    home: Home, kek: KeyEncryptionKey, signers: dict[str, Signer], folder: Path, say: Say, verdict: Verdict
) -> None:
    """Make the catalog again and compare; only sound logs can be read for that."""
    disk = Disk()
    with closing(_Untouched(home.key_table, kek, disk, readonly=True)) as table:
        readers = {
            name: RecordReader(
                name,
                LogReader(home.log(name), home.log_origin(name), signers[name].vkey),
                SegmentReader(home.segments(name), name),
                table,
            )
            for name in LOGS
        }
        intake = Intake(folder / "intake.sqlite3", disk)
        archive = Archive(
            home=home,
            disk=disk,
            clock=now,
            kek=kek,
            signers=signers,
            keys=table,
            intake=intake,
            sealer=Sealer(table, now),
            records=readers["records"],
            audit=readers["audit"],
            outbox=Outbox(home.desk, disk),
        )
        try:
            check_catalog(archive, folder, make_catalog, say, disposed=verdict.counts.disposed > 0)
            verdict.compared = True
        except MunimentError as error:
            say(refused(file_of(home.catalog), error))
        finally:
            intake.close()


def _check_left(home: Home, say: Say) -> None:
    """Files that a command which was killed has left beside the databases."""
    for name in ("catalog.rebuild.sqlite3", "archive.json.tmp"):
        if (home.path / name).exists():
            say(leftover(name, _("a command that was stopped left this file")))
    try:
        with closing(connect(home.intake, readonly=True)) as database:
            running = dict(database.execute("SELECT spool, name FROM import_run ORDER BY started_at").fetchall())
        strangers = sorted(
            entry.name for entry in os.scandir(home.spool) if entry.name not in {*running, FOLDER, UPLOADS}
        )
    except (*ERRORS, MunimentError, OSError):
        return
    for name in strangers:
        say(leftover(f"spool/{name}", _("no import is under way that this file belongs to")))
    # Nobody imports while the lock is held here: what has a row was interrupted.
    for spooled, name in running.items():
        words = _(
            "the import of {name} was interrupted, and this readable copy waits for it; run the same import again"
        )
        say(leftover(f"spool/{spooled}", words, name=name))


@contextmanager
def _lock(home: Home) -> Iterator[None]:
    """The leader's lock, without being the leader: nothing is recovered and no lease is written. Raises Busy, Damaged."""
    try:
        fd = os.open(home.path / "log", os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        raise Damaged(
            "the folder log is missing from {folder}; restore the archive from its backup", folder=str(home.path)
        ) from None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Busy("another process writes this archive; wait until it has finished, then verify again") from None
    finally:
        os.close(fd)


@contextmanager
def _reading(location: Location, say: Say) -> Iterator[tuple[Database, bool]]:
    """A database opened for reading, and True; an empty one in its place when it is not there or none, which is said."""
    database: Database
    file = file_of(location)
    try:
        database = connect(location, readonly=True)
        opened = True
    except MunimentError as error:
        say(refused(file, error))
        database, opened = memory(), False
    else:
        if isinstance(location, Path):
            check_size(file, location, database, say)
    try:
        yield database, opened
    finally:
        database.close()


@contextmanager
def _scratch(home: Home) -> Iterator[Path]:
    """A folder for copies of the catalog, which hold readable text: beside it, and elsewhere only when that disk is read-only."""
    folder = home.path / SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="muniment-verify-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _record(home: Home, actor: str, verdict: Verdict, spoiled: set[str]) -> MunimentError | None:
    """Write the audit entry; returns why that was not possible, for the check's result must be said all the same."""
    if spoiled & {file_of(home.intake), file_of(home.key_table)}:
        return Refused("the databases that an audit entry is written to are at fault themselves")
    counts = {"faults": verdict.faults, "leavings": verdict.leavings, "leaves": verdict.counts.leaves}
    result = "sound" if verdict.sound else "at fault"
    try:
        with open_archive(home.path, home.keys) as archive:
            write_entry(archive, Entry(act="verify", actor=actor, counts=counts, detail={"result": result}))
    except MunimentError as error:
        return error
    except (*ERRORS, OSError) as error:
        return Refused("the disk cannot be written: {reason}", reason=str(error))
    return None
