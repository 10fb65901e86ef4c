"""Every change to the archive, as verbs. Each leaves its entry in the audit log, in the same durable step as the change or before it."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from muniment.capture.archive import Archive, create_archive, open_archive
from muniment.capture.audit import Entry, write_entry
from muniment.capture.balance import BalanceSheet
from muniment.capture.connector import ImportOptions
from muniment.capture.importer import Account, Importer, Progress
from muniment.capture.leader import Leader
from muniment.capture.registry import connector as find_connector
from muniment.capture.spool import spool, unspool
from muniment.catalog.database import put_in_place
from muniment.catalog.known import KnownParts
from muniment.catalog.projector import Projector
from muniment.catalog.rebuild import replace_catalog
from muniment.desk.archive.accounts import find_account
from muniment.desk.catalog.schema import make_catalog
from muniment.desk.desk import Desk, system_user
from muniment.proof import seal as sealing
from muniment.record.clock import Clock, now
from muniment.record.errors import Damaged, MunimentError, Refused, StorageFailed
from muniment.vault.database import beside
from muniment.vault.durable import Disk
from muniment.vault.home import Home
from muniment.vault.pseudonym import Pseudonyms

WORTH_A_PROCESS = 4 * 1024 * 1024
"""Bytes of a file from which on importing and projecting it run side by side."""


def create(path: Path, keys: Path, origin: str, actor: str, *, clock: Clock = now) -> Home:
    """Make an archive, its first audit entry included; raises Refused."""
    home = create_archive(path, keys, origin)
    # A whole catalog or none: one without its tables would pass for a damaged one.
    fresh = beside(home.catalog, "new")
    make_catalog(fresh)
    put_in_place(Disk(), fresh, home.catalog)
    with open_archive(path, keys, clock=clock) as archive, Leader(archive) as leader:
        write_entry(archive, Entry(act="archive.create", actor=actor, object=origin), type="sys")
        leader.drain()
    return home


def bring_in(
    desk: Desk,
    path: Path,
    connector: str,
    account: str,
    options: ImportOptions,
    progress: Progress | None = None,
    *,
    lead: Callable[[Archive], Leader] = Leader,
    name: str | None = None,
    upload: str | None = None,
) -> BalanceSheet:
    """Import one file into an account, as the leader; seals and projects before it returns. Raises Refused, NotFound or Busy.

    `lead` makes the leader: one that waits for others, perhaps. `name` is how an upload was called, whose id is `upload`.
    """
    found = find_connector(connector)
    with lead(desk.archive) as leader:
        leader.drain()
        Projector(desk.archive, desk.catalog).catch_up()
        home = _account(desk, leader, account, connector)
        spooled = spool(desk.archive, path, connector, home.source, options, name=name)
        try:
            with _projecting(desk, spooled.source.size) as step:
                known = KnownParts(desk.catalog, Pseudonyms(desk.archive.kek), step)
                sheet = Importer(leader, home, found, options, known).run(spooled, progress)
        except Refused:
            unspool(desk.archive, spooled.import_id)
            raise
        counts = {
            f"{what}.{fate}": getattr(count, fate)
            for what, count in sheet.counts.items()
            for fate in ("seen", "stored", "duplicate", "rejected")
        }
        desk.audit(
            Entry(
                act="import",
                actor=desk.actor,
                object=sheet.import_id,
                counts=counts,
                detail=_sheet(sheet, home.source, connector, upload),
            )
        )
        leader.drain()
        unspool(desk.archive, spooled.import_id)
        Projector(desk.archive, desk.catalog).catch_up()
    return sheet


def _sheet(sheet: BalanceSheet, source: str, connector: str, upload: str | None) -> dict[str, Any]:
    """The rest of the balance sheet for the audit entry: which records each number is made of. No names, which must be able to go."""
    return {
        "account": source,
        "connector": connector,
        "balanced": sheet.balanced,
        "size": sheet.size,
        "manifest": sheet.manifest,
        "missing": sheet.missing_count,
        "vanished": sheet.vanished,
        "unattributed": sum(length for _, _, length in sheet.unattributed),
        "lists": {
            name: {
                "runs": [[first, count, *filter(None, [what])] for first, count, what in found.runs],
                "whole": found.whole,
            }
            for name, found in sheet.lists.items()
            if found.runs
        },
        **({} if upload is None else {"upload": upload}),
    }


def settle(desk: Desk, lead: Callable[[Archive], Leader] = Leader) -> None:
    """Seal what waits in intake and project it; raises Busy when another process leads (which then does it)."""
    with lead(desk.archive) as leader:
        leader.drain()
        Projector(desk.archive, desk.catalog).catch_up()


def make_seal(desk: Desk) -> str:
    """The one-line seal over everything sealed so far, for somebody outside to keep; that it was given out is audited."""
    with Leader(desk.archive) as leader:
        leader.drain()
        records, audit = leader.checkpoint("records"), leader.checkpoint("audit")
        line = sealing.make(desk.archive.home.origin, records, audit, desk.archive.signers["records"])
        desk.audit(Entry(act="seal.give", actor=desk.actor, detail={"seal": line}))
        leader.drain()
        Projector(desk.archive, desk.catalog).catch_up()
    return line


def rebuild(path: Path, keys: Path, actor: str | None = None, progress: Progress | None = None) -> str:
    """Make the catalog again from the logs, and put it in the old one's place, which may be missing or broken; its logical hash.

    `progress` is told how many records of how many are projected. Raises Busy when another process leads.
    """
    with open_archive(path, keys) as archive, Leader(archive) as leader:
        write_entry(archive, Entry(act="catalog.rebuild", actor=actor or system_user()))
        leader.drain()
        return replace_catalog(archive, make_catalog, progress)


def _account(desk: Desk, leader: Leader, name: str, connector: str) -> Account:
    """The account called `name`, added on its first import; raises Refused when it belongs to another connector."""
    found = find_account(desk, name, connector)
    if found is not None:
        return Account(name, found)
    source = f"a{secrets.token_hex(8)}"
    detail = {"connector": connector, "name": name, "source": source}
    desk.audit(Entry(act="account.add", actor=desk.actor, object=source, detail=detail), type="cfg")
    leader.drain()
    Projector(desk.archive, desk.catalog).catch_up()
    return Account(name, source)


@contextmanager
def _projecting(desk: Desk, size: int) -> Iterator[Callable[[], object]]:
    """Run the projector in a process of its own while the caller imports; when this ends, everything sealed is projected.

    Yields a step for whoever waits for the projector: it raises Damaged when that process has ended early. A small file
    is not worth a process; there the step does the projector's work.
    """
    if size < WORTH_A_PROCESS:
        projector = Projector(desk.archive, desk.catalog)
        yield projector.catch_up
        projector.catch_up()
        return
    home = desk.archive.home
    environment = {**os.environ, "MUNIMENT_HOME": str(home.path), "MUNIMENT_KEYS": str(home.keys)}
    # In a session of its own: what interrupts the importer from the keyboard must not end its projector first.
    child = subprocess.Popen(
        [sys.executable, "-m", "muniment.catalog.follow"],
        stdin=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    assert child.stdin is not None

    def alive() -> None:
        if child.poll() is not None:
            raise _stopped(child.returncode)

    try:
        yield alive
    finally:
        child.stdin.close()  # the end of its input tells it to finish what is sealed, and to stop
        code = child.wait()
    if code != 0:
        raise _stopped(code)


def _stopped(code: int) -> MunimentError:
    if code == StorageFailed.exit_code:
        return StorageFailed(
            "the catalog could not be written; what was imported is sealed; free or repair the disk, then run the same command again"
        )
    return Damaged(
        "the projector stopped with exit code {code}; what was imported is sealed; run `muniment rebuild`, then the same command again",
        code=code,
    )
