"""Checks intake against the logs: what it remembers of them is true, and what waits in it opens."""

from dataclasses import dataclass

from muniment.capture.intake import COLUMNS, STEPS
from muniment.journal.check import LogState
from muniment.journal.check_finding import Counts, Say, fault, file_of, leftover, unreadable
from muniment.journal.check_keys import BATCH, Keys
from muniment.journal.check_schema import check_header, check_layout, layout_from, layout_of
from muniment.proof.merkle import EMPTY_ROOT
from muniment.record.clock import month, uuid7
from muniment.record.errors import MunimentError
from muniment.record.leaf import TYPES
from muniment.record.words import _
from muniment.vault.database import ERRORS, Database
from muniment.vault.envelope import mac, unseal
from muniment.vault.keytable import unwrap_key
from muniment.vault.location import Location, Schema


@dataclass(frozen=True, slots=True)
class Settled:
    """What intake says of a log: the size and root up to which it has settled, and where each source stands."""

    size: int
    root: bytes
    sources: dict[str, tuple[int, bytes | None]]


class IntakeCheck:
    """The intake database, opened for reading; all of it is read as it stood at one moment."""

    def __init__(self, database: Database, location: Location, say: Say, *, readable: bool = True) -> None:
        self._database, self._say = database, say
        self._location, self._file = location, file_of(location)
        self.settled: dict[str, Settled] = {}
        self.ids: frozenset[str] = frozenset()
        self.sound = readable

    def read(self) -> None:
        """Check the database itself, and take from it what is compared with the logs."""
        if not self.sound:
            return
        database, run = self._database, self._database.execute
        name = self._location.name if isinstance(self._location, Schema) else "main"
        try:
            wanted = layout_from(database, STEPS)
            database.begin_reading()
            check_layout(self._file, layout_of(database, name), wanted, self._say)
            check_header(self._file, database, self._location, len(STEPS[database.dialect]), self._say)
            for log in TYPES:
                row = run("SELECT size, root FROM log_state WHERE log = ?", (log,)).fetchone() or (0, EMPTY_ROOT)
                sources = run("SELECT source, next, last FROM source_state WHERE log = ?", (log,)).fetchall()
                self.settled[log] = Settled(
                    row[0], row[1], {source: (following, last) for source, following, last in sources}
                )
            for table in ("log_state", "source_state", "item"):
                for (log,) in run(f"SELECT DISTINCT log FROM {table}"):
                    if log not in TYPES:
                        self._say(
                            fault(
                                self._file, _("{table} speaks of a log {log} that there is not"), table=table, log=log
                            )
                        )
            self.ids = frozenset(row[0] for row in run("SELECT id FROM item"))
        except ERRORS as error:
            self.sound = False
            self._say(unreadable(self._file, error))

    def compare(self, log: str, state: LogState) -> None:
        """What intake remembers of a log against the log itself."""
        settled = self.settled.get(log)
        if settled is None:
            return
        if settled.size > state.size:
            self._say(
                fault(
                    f"log/{log}/checkpoint",
                    _("the log ends at {size} leaves, but {settled} were acknowledged: it was rolled back"),
                    size=state.size,
                    settled=settled.size,
                )
            )
            return
        if settled.size < state.size - BATCH:
            self._say(
                fault(
                    self._file,
                    _("it has settled {settled} leaves of {log}, which has {size}: it was rolled back"),
                    settled=settled.size,
                    log=log,
                    size=state.size,
                )
            )
        elif settled.size < state.size:
            self._say(
                leftover(
                    self._file,
                    _("the last {count} leaves of {log} are not yet settled"),
                    count=state.size - settled.size,
                    log=log,
                )
            )
        root = state.roots.get(settled.size)
        if root is not None and root != settled.root:
            self._say(
                fault(
                    self._file,
                    _("log_state has another root of {log} at {size} leaves than the log"),
                    log=log,
                    size=settled.size,
                )
            )
        if not state.whole:
            return
        for source in sorted(state.states.keys() | settled.sources.keys()):
            if state.states.get(source) != settled.sources.get(source):
                self._say(
                    fault(
                        self._file,
                        _("source_state does not say of source {source} in {log} what its last leaf says"),
                        source=source,
                        log=log,
                    )
                )

    def check_items(self, keys: Keys, sealed: set[str], counts: Counts) -> None:
        """Every item that waits is one that the log can take."""
        if not self.sound:
            return
        try:
            for row in self._database.stream(f"SELECT seq, {COLUMNS} FROM item ORDER BY seq"):
                counts.waiting += 1
                self._check_item(self._file, row, keys, sealed)
            self._database.rollback()
        except ERRORS as error:
            self._say(unreadable(self._file, error))

    def check_outbox(self, desk: Database, location: Location, keys: Keys, sealed: set[str], counts: Counts) -> None:
        """The same of what waits in the desk's outbox, where the desk has one."""
        file = file_of(location)
        try:
            if "outbox" not in desk.tables():
                return
            for row in desk.stream(f"SELECT seq, {COLUMNS} FROM outbox ORDER BY seq"):
                counts.waiting += 1
                self._check_item(file, row, keys, sealed)
        except ERRORS as error:
            self._say(unreadable(file, error))

    def _check_item(self, file: str, row: tuple, keys: Keys, sealed: set[str]) -> None:  # type: ignore[type-arg]
        number, log, identifier, kind, source, _sseq, received_at, _ref, group, size, raw, wrapped, envelope = row
        keys.use(group)
        problem = ""
        try:
            if kind not in TYPES.get(log, ()):
                problem = _("its type is not one of its log")
            elif identifier[:13] != uuid7(received_at, bytes(10))[:13] or not group.startswith(
                f"{month(received_at)}."
            ):
                problem = _("its id or key group was not made at its time of receipt")
            elif group not in keys.groups:
                problem = _("its key group is missing or does not open")
            else:
                payload, mac_key = unseal(
                    envelope, unwrap_key(keys.groups[group][1], wrapped, number), identifier, source, size
                )
                if mac(mac_key, payload) != raw:
                    problem = _("its payload does not bear its MAC")
        except MunimentError as error:
            problem = str(error)
        except (ValueError, OverflowError, OSError):
            problem = _("its time of receipt is none")
        if problem:
            self._say(fault(file, _("item {row}: {what}"), row=number, what=problem))
        elif identifier in sealed:
            self._say(leftover(file, _("item {row} is in the log {log} already"), row=number, log=log))
