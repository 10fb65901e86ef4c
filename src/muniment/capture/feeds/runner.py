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
from muniment.capture.feeds.beside import AtWork, Unread
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger, Owed
from muniment.capture.feeds.live import Live
from muniment.capture.outcome import Expired, Fetched, HashMismatch, RetryAt, TooLarge, retry
from muniment.record.clock import SECOND
from muniment.record.errors import MunimentError, StorageFailed

LOOK_SECONDS = 1.0
"""Between two looks whether an account was connected, changed, rung or disconnected."""
WORST_SECONDS = 900.0
"""The longest pause after failures in a row."""
TRIES = 12
"""How often a file is tried before it is given up, where the platform sets no end itself."""
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
    unread: Unread | None = None

    @property
    def beside(self) -> AtWork:
        return AtWork(self.archive, self.ledger, self.source, self.live, self.unread)

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
        self.ledger.accept(self.source, sealed, cursor=cursor, due=due, gaps=[(live.name, gap) for gap in gaps])

    def gap_once(self, name: str, gap: Gap) -> None:
        self.ledger.gap_once(self.source, self.live.name, name, gap)

    def gap_over(self, name: str) -> None:
        self.ledger.gap_over(self.source, name)

    def failed(self, code: str) -> None:
        self.troubles.append(code)
        self.ledger.failed(self.source, code)


class Runner:
    """Keeps one thread for each connection that pulls, and one for files. `connections` is asked again and again.

    `open_archive` opens the archive for a thread; `find` gives the connector of a name; `unread` knows which records could not
    be read when they came.
    """

    def __init__(
        self,
        open_archive: Callable[[], Archive],
        connections: Callable[[], Sequence[Connection]],
        find: Callable[[str], Live],
        unread: Unread | None = None,
    ) -> None:
        self._unread = unread
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
                    errand = Errand(archive, ledger, connection, live, ended, unread=self._unread)
                    while not ended.is_set():
                        began = archive.clock()
                        pause = live.pull(errand)
                        failures = 0
                        if not errand.troubles:
                            ledger.contacted(connection.source)
                        errand.troubles.clear()
                        ledger.answered(connection.source, began)
                        self._wait(ledger, connection.source, pause, ended)
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

    def _wait(self, ledger: Ledger, source: str, seconds: float, ended: threading.Event) -> None:
        """Wait, unless the doorbell rings."""
        until = time.monotonic() + seconds
        while not ended.is_set() and (left := until - time.monotonic()) > 0:
            feed = ledger.feed(source)
            if feed is not None and feed.rung_at is not None:
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
        try:
            outcome, progress = live.fetch(errand, owed.due, owed.tries, owed.progress)
        except StorageFailed:
            raise
        except Exception as error:  # noqa: BLE001  # one file's trouble stops no other
            outcome, progress = retry(archive.clock(), type(error).__name__, tries=owed.tries), owed.progress
        if _settle(archive, ledger, live, owed, outcome, progress):
            live.kept(errand, owed.due)
    return tried


def _settle(archive: Archive, ledger: Ledger, live: Live, owed: Owed, outcome: object, progress: bytes | None) -> bool:
    """Write down what became of one attempt, and whether it was the last; what is lost is a gap."""
    due = owed.due
    if isinstance(outcome, RetryAt):
        # Up to the platform's own end, and once more then: it may know better than we do.
        late = due.until is not None and archive.clock() >= due.until
        if not late and (due.until is not None or owed.tries + 1 < TRIES):
            at = outcome.at if due.until is None else min(outcome.at, due.until)
            ledger.again(owed, at, outcome.reason, progress)
            return False
        outcome = Expired("out of time" if late else outcome.reason)
    if isinstance(outcome, HashMismatch) and owed.tries == 0:
        ledger.again(owed, archive.clock(), "hash mismatch")  # once more: what came may have been cut on its way
        return False
    if isinstance(outcome, (Fetched, HashMismatch)):
        flags = outcome.flags if isinstance(outcome, Fetched) else ("hash_mismatch",)
        meta = {
            "name": outcome.name or due.name,
            **({"type": outcome.content_type} if outcome.content_type else {}),
            **({"flags": list(flags)} if flags else {}),
        }
        item = Captured(raw=outcome.content, key=due.media, part="attachment", meta=meta)
        sealed = ledger.seal(owed.source, live.name, live.version, live.assurance, [item])
        ledger.fetched(owed, sealed, "flagged" if flags else "stored", flags[0] if flags else None)
        return True
    code = outcome.code if isinstance(outcome, Expired) else "too_large" if isinstance(outcome, TooLarge) else "failed"
    gap = Gap(
        reason=Reason.MEDIA,
        since=owed.wanted_at,
        until=archive.clock(),
        count=1,
        code=code[:80],
        about={"media": owed.id.hex()},
    )
    ledger.fetched(owed, [], "lost", code[:80], gap=(live.name, gap))
    return True
