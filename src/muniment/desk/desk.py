"""Who sits at the desk: an opened archive, its catalog, and the person in whose name everything is read and done."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from muniment.capture.archive import Archive, open_archive
from muniment.capture.audit import Entry, write_entry
from muniment.catalog.database import open_catalog
from muniment.desk.authority import SYSTEM, Authority
from muniment.record.clock import Clock, now
from muniment.record.leaf import LeafType
from muniment.vault.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """One actor's access to one archive.

    `actor` is what the audit log says: `system:<user>` on the command line, the name given by --as, or `user:<name>` of
    somebody who signed in. `authority` is what that actor may do; `person` is who stands behind the sign-in.
    """

    archive: Archive
    catalog: Database
    actor: str
    authority: Authority = SYSTEM
    user: int | None = None
    person: int | None = None
    token: int | None = None
    """The number of the access token by which a program sits here in that name; None for the person."""

    def now(self) -> datetime:
        """This moment by the archive's own clock, for the desk's tables: what is compared must come from one clock."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.archive.clock())

    def audit(self, entry: Entry, *, type: LeafType = "act") -> str:
        """Make an entry of the audit log durable; content leaves the process only after this has returned."""
        return write_entry(self.archive, self.marked(entry), type=type)

    def marked(self, entry: Entry) -> Entry:
        """The entry, with the token in it where a program sits at the desk: what it did is told from what its owner did."""
        if self.token is None:
            return entry
        return msgspec.structs.replace(entry, detail={**entry.detail, "token": self.token})


def system_user() -> str:
    """The actor of whoever runs a command without --as; a user without a name, as in some containers, is a number."""
    try:
        return f"system:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"system:{os.getuid()}"


@contextmanager
def open_desk(home: Path, keys: Path, actor: str | None = None, *, clock: Clock = now) -> Iterator[Desk]:
    """Open the archive and its catalog for `actor`; raises NotFound, WrongKey, Damaged or Refused."""
    with open_archive(home, keys, clock=clock) as archive:
        catalog = open_catalog(archive.home.catalog)
        try:
            yield Desk(archive, catalog, actor or system_user())
        finally:
            catalog.close()
