"""Keeps an archive moving: seals what waits, projects what is sealed, and writes down that it was alive.

It leads only while there is something to do, so that an import gets its turn; while an import leads, that does all of this
itself. Trust: as the leader's; what it does can be checked in the logs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muniment.capture.leader import Leader, Pulse
from muniment.catalog.projector import Projector
from muniment.desk.desk import Desk
from muniment.record.clock import SECOND
from muniment.record.errors import Busy
from muniment.vault.home import LOGS

HEARTBEAT = 3600 * SECOND
"""Microseconds between two heartbeats while no connector is live."""
HEARTBEAT_LIVE = 60 * SECOND
"""And while one is."""
RECENT = 10_000
"""Leaves that are searched for the last heartbeat; where none of them is one, it is time for one."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    sealed: int = 0
    projected: int = 0
    beat: bool = False
    busy: bool = False
    """Another process leads; it does what there was to do."""


class Keeper:
    """One process's hand on one archive; `keep` is one round, called every second or so. `live` gives the sources that are on."""

    def __init__(self, desk: Desk, live: Callable[[], Sequence[Pulse]] = tuple) -> None:
        self._desk, self._live = desk, live
        self._last_beat = self._newest_heartbeat()

    def keep(self) -> Round:
        """Do what there is to do; raises StorageFailed or Damaged when it cannot be done."""
        ago = self._desk.archive.clock() - self._last_beat
        live = self._live() if ago >= HEARTBEAT_LIVE else ()
        due = ago >= (HEARTBEAT_LIVE if live else HEARTBEAT)
        if not due and not self._waiting() and not self._behind():
            return Round()
        try:
            with Leader(self._desk.archive) as leader:
                sealed = leader.drain()
                if due:
                    leader.heartbeat(live)
                    self._last_beat = self._desk.archive.clock()
                projected = Projector(self._desk.archive, self._desk.catalog).catch_up()
        except Busy:
            return Round(busy=True)
        return Round(sealed, projected, beat=due)

    def _waiting(self) -> bool:
        return bool(self._desk.archive.backlog()[0])

    def _behind(self) -> bool:
        """Whether something is sealed that the catalog does not hold."""
        positions = dict(self._desk.catalog.execute("SELECT log, position FROM cursor"))
        return any(self._desk.archive.reader(name).log.checkpoint().size > int(positions.get(name, 0)) for name in LOGS)

    def _newest_heartbeat(self) -> int:
        """When the last heartbeat was sealed (µs UTC); long ago where none is near."""
        row = self._desk.catalog.execute(
            "SELECT max(received_at) FROM record WHERE type = 'hb' AND leaf > (SELECT coalesce(max(leaf), 0) FROM record) - ?",
            (RECENT,),
        ).fetchone()
        return 0 if row[0] is None else int(row[0])
