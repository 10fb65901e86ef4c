"""Drives live connectors: each account that pulls has a thread of its own, and one more fetches the files that are owed.

A connector that fails is tried again, later each time; it never stops another. Nothing here decides what is kept: what a
connector hands over is durable before its cursor moves (ledger.py).
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from muniment.capture.archive import Archive
from muniment.capture.feeds.captured import Captured, MediaDue, heard
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger, Owed
from muniment.capture.feeds.live import Live
from muniment.capture.feeds.shelf import Shelf, flags_of
from muniment.capture.outcome import Expired, Fetched, HashMismatch, Outcome, RetryAt, TooLarge, retry
from muniment.record.clock import SECOND
from muniment.record.errors import MunimentError, StorageFailed

LOOK_SECONDS = 1.0
"""Between two looks whether an account was connected, changed, rung or disconnected."""
WORST_SECONDS = 900.0
"""The longest pause after failures in a row."""
TRIES = 12
"""How often a file is tried before it is given up: after the platform's own end, or at all where it sets none."""
LATE_WAIT, LATE_LONGEST = 60 * SECOND, 6 * 3600 * SECOND
"""The first and the longest wait between such tries: together most of a day, so that an outage loses no file."""
FOLDER = "feeds"
"""Folder of the spool in which pieces of files lie until they are whole."""
FETCHES = 4
"""Files that are taken out of the ledger at a time."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connection:
    """An account that is connected: its source, its connector, and what the firm entered (secrets included)."""

    source: str
    connector: str
    settings: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Errand:
    """One connector at work for one account (`live.Work`)."""

    archive: Archive
    ledger: Ledger
    connection: Connection
    live: Live
    stop: threading.Event
    troubles: list[str] = field(default_factory=list)
    """Codes of what failed since it was last asked."""

    @property
    def source(self) -> str:
        return self.connection.source

    @property
    def settings(self) -> Mapping[str, str]:
        return self.connection.settings

    @property
    def cursor(self) -> str | None:
        feed = self.ledger.feed(self.source)
        return None if feed is None else feed.cursor

    @property
    def folder(self) -> Path:
        return self.archive.home.spool / FOLDER / self.source

    @property
    def bell(self) -> str | None:
        return self.ledger.bell(self.source)

    def now(self) -> int:
        return self.archive.clock()

    def stopped(self) -> bool:
        return self.stop.is_set()

    def pause(self, seconds: float) -> None:
        self.stop.wait(max(0.0, seconds))

    def accept(
        self,
        items: Sequence[Captured],
        *,
        cursor: str | None = None,
        due: Sequence[MediaDue] = (),
        gaps: Sequence[Gap] = (),
    ) -> None:
        live = self.live
        sealed = self.ledger.seal(self.source, live.name, live.version, live.assurance, items)
        named = [(live.name, gap) for gap in gaps]
        self.ledger.accept(self.source, sealed, cursor=cursor, due=due, gaps=named, pulled=True, heard=heard(items))

    def gap_once(self, name: str, gap: Gap) -> None:
        self.ledger.gap_once(self.source, self.live.name, name, gap)

    def gap_over(self, name: str) -> None:
        self.ledger.gap_over(self.source, name)

    def failed(self, code: str) -> None:
        self.troubles.append(code)
        self.ledger.failed(self.source, code)


class Runner:
    """Keeps one thread for each connection that pulls, and one for files. `connections` is asked again and again.

    `open_archive` opens the archive for a thread; `find` gives the connector of a name.
    """

    def __init__(
        self,
        open_archive: Callable[[], Archive],
        connections: Callable[[], Sequence[Connection]],
        find: Callable[[str], Live],
    ) -> None:
        self._open, self._connections, self._find = open_archive, connections, find
        self._pulling: dict[str, tuple[Connection, threading.Event, threading.Thread]] = {}
        self._known: dict[str, Connection] = {}

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; then every thread is asked to end, and waited for."""
        files = threading.Thread(target=self._files, args=(stop,), name="files", daemon=True)
        files.start()
        try:
            while not stop.is_set():
                try:
                    self.look()
                except MunimentError as error:  # a connector that is not installed any more, settings that do not open
                    _log.error("the connections could not be looked through: %s", type(error).__name__)
                stop.wait(LOOK_SECONDS)
        finally:
            stop.set()
            for _, ended, _ in self._pulling.values():
                ended.set()
            for _, _, thread in self._pulling.values():
                thread.join()
            files.join()

    def look(self) -> None:
        """Start what was connected, end what was disconnected, and start anew what was changed."""
        try:
            wanted = {each.source: each for each in self._connections()}
        except StorageFailed:
            _log.warning("the connections could not be read; going on with those that are known")
            return
        self._known = wanted
        for source, (connection, ended, thread) in list(self._pulling.items()):
            if wanted.get(source) != connection or not thread.is_alive():
                ended.set()
                if not thread.is_alive():
                    del self._pulling[source]
        for source, connection in wanted.items():
            if source not in self._pulling and self._find(connection.connector).looks(connection.settings):
                ended = threading.Event()
                thread = threading.Thread(
                    target=self._pull, args=(connection, ended), name=f"pull {source}", daemon=True
                )
                self._pulling[source] = (connection, ended, thread)
                thread.start()

    def _pull(self, connection: Connection, ended: threading.Event) -> None:
        live, failures = self._find(connection.connector), 0
        while not ended.is_set():
            try:
                with closing(self._open()) as archive:
                    ledger = Ledger(archive)
                    errand = Errand(archive, ledger, connection, live, ended)
                    while not ended.is_set():
                        began = archive.clock()
                        pause = live.pull(errand)
                        failures = 0
                        if not errand.troubles:
                            ledger.contacted(connection.source)
                            ledger.answered(connection.source, began)
                        errand.troubles.clear()
                        self._wait(ledger, connection.source, began, pause, ended)
            except StorageFailed as error:
                _log.error("%s: %s", connection.source, type(error).__name__)
                failures += 1
            except MunimentError as error:
                failures += 1
                self._tell(connection, type(error).__name__)
            except Exception as error:  # noqa: BLE001  # one connector's mistake stops no other
                failures += 1
                # Its kind alone: what an exception says may hold content.
                _log.error("%s of %s failed: %s", connection.connector, connection.source, type(error).__name__)
                self._tell(connection, type(error).__name__)
            if failures:
                ended.wait(min(WORST_SECONDS, 2.0**failures) * random.uniform(0.5, 1.0))

    def _tell(self, connection: Connection, code: str) -> None:
        try:
            with closing(self._open()) as archive:
                Ledger(archive).failed(connection.source, code)
        except MunimentError:
            _log.error("the failure of %s could not be written down", connection.source)

    def _wait(self, ledger: Ledger, source: str, began: int, seconds: float, ended: threading.Event) -> None:
        """Wait, unless the doorbell rings after `began`: one that a failed pull left waiting calls for no haste."""
        until = time.monotonic() + seconds
        while not ended.is_set() and (left := until - time.monotonic()) > 0:
            feed = ledger.feed(source)
            if feed is not None and feed.rung_at is not None and feed.rung_at > began:
                return
            ended.wait(min(left, LOOK_SECONDS))

    def _files(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with closing(self._open()) as archive:
                    ledger = Ledger(archive)
                    while not stop.is_set():
                        if not fetch_some(archive, ledger, self._known, self._find, stop):
                            stop.wait(LOOK_SECONDS)
            except MunimentError as error:
                _log.error("fetching files: %s", type(error).__name__)
                stop.wait(LOOK_SECONDS * 5)


def fetch_some(
    archive: Archive,
    ledger: Ledger,
    connections: Mapping[str, Connection],
    find: Callable[[str], Live],
    stop: threading.Event,
) -> int:
    """Try the files whose turn has come, of connections that are on; how many were tried."""
    tried = 0
    for owed in ledger.owed(FETCHES):
        connection = connections.get(owed.source)
        if connection is None or stop.is_set():
            ledger.again(owed, archive.clock() + 60 * SECOND, "disconnected", owed.progress, tried=False)
            continue
        live = find(connection.connector)
        errand = Errand(archive, ledger, connection, live, stop)
        tried += 1
        outcome: Outcome
        try:
            outcome, progress = live.fetch(errand, owed.due, owed.tries, owed.progress)
        except StorageFailed:
            raise
        except Exception as error:  # noqa: BLE001  # one file's trouble stops no other
            at = retry(archive.clock(), "", tries=owed.tries).at
            outcome, progress = RetryAt(at, type(error).__name__, asked=False), owed.progress
        _settle(errand, owed, outcome, progress)
    return tried


def _settle(errand: Errand, owed: Owed, outcome: Outcome, progress: bytes | None) -> None:
    """Write down what became of one attempt; what is lost is a gap, and no byte in hand is dropped before it is a record."""
    ledger, due, now = errand.ledger, owed.due, errand.now()
    shelf = Shelf(errand.folder)
    if isinstance(outcome, RetryAt):
        over = due.until is None or now >= due.until
        spent = owed.spent + int(over and outcome.asked)
        if spent < TRIES:
            at = max(outcome.at, now + _late_wait(spent)) if over else min(outcome.at, due.until or outcome.at)
            ledger.again(owed, at, outcome.reason, progress, spent=spent)
            return
    if isinstance(outcome, HashMismatch) and not shelf.held(due.media).set_aside:
        # Once more: what came may have been cut on its way. It is kept, for what is asked for again may not come.
        shelf.set_aside(due.media, outcome.content)
        ledger.again(owed, now, "hash mismatch")
        return
    if isinstance(outcome, HashMismatch):
        outcome = Fetched(
            content=outcome.content,
            content_type=outcome.content_type,
            name=outcome.name,
            flags=("hash_mismatch",),
        )
    if not isinstance(outcome, Fetched) and (content := shelf.in_hand(due.media)):
        why = "expired" if isinstance(outcome, Expired) else "unfinished"
        outcome = Fetched(content=content, content_type=due.content_type, flags=(why, *flags_of(due, content)))
    if isinstance(outcome, Fetched):
        _keep(errand, owed, outcome)
    else:
        _lose(errand, owed, outcome)
    shelf.drop(due.media)


def _late_wait(spent: int) -> int:
    """How long after the tries that are used up (µs): a minute, twice as long each time, six hours at most."""
    return min(LATE_WAIT << max(spent - 1, 0), LATE_LONGEST) if spent else 0


def _keep(errand: Errand, owed: Owed, found: Fetched) -> None:
    meta = {
        "name": found.name or owed.due.name,
        **({"type": found.content_type} if found.content_type else {}),
        **({"flags": list(found.flags)} if found.flags else {}),
    }
    item = Captured(raw=found.content, key=owed.due.media, part="attachment", meta=meta)
    live = errand.live
    sealed = errand.ledger.seal(owed.source, live.name, live.version, live.assurance, [item])
    flag = found.flags[0] if found.flags else None
    errand.ledger.fetched(owed, sealed, "flagged" if flag else "stored", flag)


def _lose(errand: Errand, owed: Owed, outcome: Expired | TooLarge | RetryAt) -> None:
    code = "too_large"
    if not isinstance(outcome, TooLarge):
        code = (outcome.code if isinstance(outcome, Expired) else outcome.reason)[:80]
    gap = Gap(
        reason=Reason.MEDIA,
        since=owed.wanted_at,
        until=errand.now(),
        count=1,
        code=code,
        about={"media": owed.id.hex()},
    )
    errand.ledger.fetched(owed, [], "lost", code, gap=(errand.live.name, gap))
