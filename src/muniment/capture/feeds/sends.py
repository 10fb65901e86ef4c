"""What the firm sends, in intake: calls that were begun and have no answer yet, and the ids of those that were told to us.

A call is durable before it is made. Whatever ends the process that made it, the call stands here until its answer is a record,
or until nobody can be waiting for one any more: then it becomes a record that says so. None is forgotten, none is made again.
"""

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap, Reason, seal_gap
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.relay import Call, Relay, Told
from muniment.capture.intake import Sealed
from muniment.record.clock import SECOND
from muniment.record.errors import WrongKey
from muniment.record.record import Assurance
from muniment.vault.pseudonym import Pseudonyms
from muniment.vault.sealedtext import SealedText

LONGEST = 180 * SECOND
"""How long a call may be under way (µs), however slowly names are found and connections made: far beyond what a relay waits."""
KNOWN = 90 * 86_400 * SECOND
"""How long the id of a told call is known (µs), so that another telling under it is seen."""
AT_ONCE = 100
"""Calls that are given up at a time."""


class _Begun(msgspec.Struct, frozen=True):
    """What a call leaves when no answer ever comes."""

    by: str
    version: int
    assurance: Assurance
    item: Captured
    due: tuple[MediaDue, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Begun).decode


class Sends:
    """The calls of one archive. Any process may write; each method is one durable step."""

    def __init__(self, archive: Archive, ledger: Ledger) -> None:
        self._archive, self._ledger = archive, ledger
        self._database = archive.intake.database
        self._text = SealedText(archive.kek, "send")
        self._names = Pseudonyms(archive.kek)

    def begin(self, source: str, relay: Relay, call: Call, item: Captured) -> None:
        """The call is about to be made: when this returns, it leaves a record whatever happens."""
        begun = _Begun(relay.name, relay.version, relay.assurance, item, call.due)
        sealed = self._text.seal(_encode(begun), f"{source} {call.id}")
        now = self._archive.clock()
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "INSERT INTO send (id, source, connector, sealed, began_at, until) VALUES (?, ?, ?, ?, ?, ?)",
                (call.id, source, relay.name, sealed, now, now + LONGEST),
            )

    def end(self, source: str, relay: Relay, call: Call, item: Captured) -> None:
        """It was answered, or given up: its record. One that was given up here before is recorded beside that."""
        sealed = self._ledger.seal(source, relay.name, relay.version, relay.assurance, [item])
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute("DELETE FROM send WHERE id = ?", (call.id,))
            self._ledger.put(source, sealed, call.due)

    def waiting(self) -> int:
        """How many calls have no answer yet."""
        return int(self._database.execute("SELECT count(*) FROM send").fetchone()[0])

    def give_up(self) -> int:
        """Record the calls for whose answer nobody can be waiting any more; how many there were."""
        rows = self._database.execute(
            "SELECT id, source, connector, sealed, began_at FROM send WHERE until <= ? ORDER BY began_at LIMIT ?",
            (self._archive.clock(), AT_ONCE),
        ).fetchall()
        found = 0
        for identifier, source, connector, sealed, began_at in rows:
            items, due = self._left(identifier, source, connector, sealed, began_at)
            with self._archive.disk.transaction(self._database, "intake"):
                gone = self._database.execute("DELETE FROM send WHERE id = ?", (identifier,)).rowcount
                if gone:  # else its answer came at the last moment, or another worker was first
                    self._ledger.put(source, items, due)
                    found += 1
        return found

    def _left(
        self, identifier: str, source: str, connector: str, sealed: bytes, began_at: int
    ) -> tuple[list[Sealed], tuple[MediaDue, ...]]:
        """What a call leaves without an answer: its record, or a gap where what was kept of it does not open any more."""
        try:
            begun = _decode(self._text.open(sealed, f"{source} {identifier}"))
        except (WrongKey, msgspec.DecodeError):
            gap = Gap(reason=Reason.UNREADABLE, since=began_at, until=self._archive.clock(), count=1, code="send")
            return [seal_gap(self._archive.sealer, source, connector, gap)], ()
        return self._ledger.seal(source, begun.by, begun.version, begun.assurance, [begun.item]), begun.due

    def take(self, source: str, relay: Relay, told: Told) -> bool:
        """Keep what a program tells of a call of its own; False when the same id came with other content before."""
        name, content = self._names.key(source, "send", told.id), self._names.content(told.content)
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "INSERT INTO told (source, id, content, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (source, name, content, self._archive.clock()),
            )
            row = self._database.execute(
                "SELECT content FROM told WHERE source = ? AND id = ?", (source, name)
            ).fetchone()
            same = bytes(row[0]) == content
            item = told.item if same else told.differing
            sealed = self._ledger.seal(source, relay.name, relay.version, relay.assurance, [item])
            self._ledger.put(source, sealed, told.due)
        return same

    def forget(self) -> None:
        """Forget the ids of calls that were told long ago; their records stay."""
        old = self._archive.clock() - KNOWN
        if self._database.execute("SELECT 1 FROM told WHERE at < ? LIMIT 1", (old,)).fetchone() is not None:
            with self._archive.disk.transaction(self._database, "intake"):
                self._database.execute("DELETE FROM told WHERE at < ?", (old,))
