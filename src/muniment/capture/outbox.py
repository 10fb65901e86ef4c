"""The outbox: the second queue of audit entries, in the desk's own database.

What somebody does at the desk and the entry that tells of it are one transaction there: neither is kept without the other.
The leader moves the entries into the audit log as it does with intake's. The table is Django's (`desk.models.Outbox`), with
the columns of intake's `item`.

Trust: as with intake, whoever can change the desk's database can drop an entry that is not yet sealed, together with what it
tells of.
"""

from collections.abc import Sequence
from pathlib import Path

from muniment.capture.intake import COLUMNS, Sealed, from_row
from muniment.vault.database import Database, connect
from muniment.vault.durable import Disk
from muniment.vault.location import Location


class Outbox:
    """The leader's end of the queue. An archive that no desk was opened on has no such database, and nothing waits there."""

    def __init__(self, location: Location, disk: Disk) -> None:
        self._location, self._disk = location, disk
        self._database: Database | None = None
        self._made = False

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._database is not None:
            self._database.close()
            self._database, self._made = None, False

    def waiting(self, limit: int) -> list[Sealed]:
        """The oldest entries that are not yet in the log, in the order of their insertion."""
        database = self._open()
        if database is None:
            return []
        rows = database.execute(f"SELECT {COLUMNS} FROM outbox ORDER BY seq LIMIT ?", (limit,))
        return [from_row(row) for row in rows]

    def backlog(self) -> tuple[int, int | None]:
        """How many entries wait, and when the oldest was made (µs UTC)."""
        database = self._open()
        if database is None:
            return 0, None
        count, oldest = database.execute("SELECT count(*), min(received_at) FROM outbox").fetchone()
        return int(count), oldest

    def remove(self, ids: Sequence[str]) -> None:
        """Drop the entries with these ids, which a checkpoint covers. The write lock is taken only when one of them is here."""
        database = self._open()
        if database is None:
            return
        here = [
            identifier
            for start in range(0, len(ids), 500)
            for (identifier,) in database.execute(
                f"SELECT id FROM outbox WHERE id IN ({', '.join('?' * len(ids[start : start + 500]))})",
                ids[start : start + 500],
            )
        ]
        if here:
            with self._disk.transaction(database, "desk"):
                database.remove("outbox", "id", here)

    def _open(self) -> Database | None:
        """The desk's database, once its tables are made."""
        location = self._location
        if isinstance(location, Path) and not location.exists():
            self.close()  # or it was taken away, and perhaps another will be put in its place
            return None
        if self._database is None:
            # A file that is there; of a server the schema, which `init` made.
            self._database = connect(location, create=False, secure_delete=True)  # a row held a wrapped key
        self._made = self._made or "outbox" in self._database.tables()
        return self._database if self._made else None
