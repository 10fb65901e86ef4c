"""Drives live connectors: each account that pulls has a thread of its own, and each that owes files another while it does.

Another thread shares the files out, and records the sends that a process left without an answer when it ended (sends.py).

A connector that fails is tried again, later each time; it never stops another, and no thread ends for good. Nothing here decides
what is kept: what a connector hands over is durable before its cursor moves (ledger.py).
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from typing import Any

from muniment.capture.archive import Archive
from muniment.capture.feeds.beside import Unread
from muniment.capture.feeds.errand import Connection, Errand, let_go
from muniment.capture.feeds.fetching import REST, fetch_some
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.live import Live
from muniment.capture.feeds.sends import Sends
from muniment.record.errors import MunimentError, StorageFailed

__all__ = ["Connection", "Errand", "Runner", "fetch_some"]

LOOK_SECONDS = 1.0
"""Between two looks whether an account was connected, changed, rung or disconnected."""
WORST_SECONDS = 900.0
"""The longest pause after failures in a row."""
FETCHING = 16
"""Accounts whose files are fetched at the same time; the others wait their turn."""
IDLE_LOOKS = 30
"""Looks in vain after which the thread that fetches an account's files ends."""
NO_CONNECTOR = "connector"
"""Our code for a connector that is not installed here, or does not understand its settings."""

_log = logging.getLogger(__name__)
_Thread = tuple[Connection, threading.Event, threading.Thread]


class Runner:
    """Keeps one thread for each connection that pulls, and one for each that owes files. `connections` is asked again and again.

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
        self._pulling: dict[str, _Thread] = {}
        self._fetching: dict[str, _Thread] = {}
        self._known: dict[str, Connection] | None = None
        """The connections that are on; None before they were first asked for."""
        self._resting: dict[str, str] = {}
        """Sources whose files rest, and why."""
        self._turns: dict[str, int] = {}
        """When each source last got a thread for its files, in turns."""
        self._crowded = False
        """More sources wait for such a thread than there may be: none keeps it for longer than a few files."""
        self._faults: dict[str, str] = {}
        """Of each connection that was met: why it cannot be used, or nothing."""

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; then every thread is asked to end, and waited for."""
        files = self._start_files(stop)
        try:
            while not stop.is_set():
                try:
                    self.look()
                except Exception as error:  # noqa: BLE001  # the next look may do better
                    _log.error("the connections could not be looked through: %s", type(error).__name__)
                if not files.is_alive():
                    files = self._start_files(stop)
                stop.wait(LOOK_SECONDS)
        finally:
            stop.set()
            files.join()
            started = [*self._pulling.values(), *self._fetching.values()]
            for _, ended, _ in started:
                ended.set()
            for _, _, thread in started:
                thread.join()

    def look(self) -> None:
        """Start what was connected, end what was disconnected, and start anew what was changed."""
        try:
            wanted = {each.source: each for each in self._connections()}
        except StorageFailed:
            _log.warning("the connections could not be read; going on with those that are known")
            return
        for threads in (self._pulling, self._fetching):
            _end(threads, wanted)
        for source, connection in wanted.items():
            if self._pulls(connection) and source not in self._pulling:
                self._pulling[source] = _start(self._pull, connection, "pull")
        self._known = wanted

    def _pulls(self, connection: Connection) -> bool:
        """Whether it can be used and pulls. What stands in its way stops no other, and is said once in its health."""
        fault, pulls = connection.fault, False
        if not fault:
            try:
                pulls = self._find(connection.connector).looks(connection.settings)
            except Exception:  # noqa: BLE001  # whatever a connector of the firm's own may raise
                fault = NO_CONNECTOR
        before = self._faults.get(connection.source)
        if fault != before:
            if fault:
                _log.error("%s cannot be used: %s", connection.source, fault)
                self._tell(connection, fault)
            elif before or not pulls:
                self._mended(connection)
            self._faults[connection.source] = fault
        return pulls

    def _pull(self, connection: Connection, ended: threading.Event) -> None:
        failures, kept = 0, list[Any]()
        while not ended.is_set():
            try:
                live = self._find(connection.connector)
                with closing(self._open()) as archive:
                    ledger = Ledger(archive)
                    errand = Errand(archive, ledger, connection, live, ended, kept=kept, unread=self._unread)
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
        let_go(kept)

    def _tell(self, connection: Connection, code: str) -> None:
        try:
            with closing(self._open()) as archive:
                Ledger(archive).failed(connection.source, code)
        except Exception as error:  # noqa: BLE001  # it shows by what does not come
            _log.error("a failure of %s could not be written down: %s", connection.source, type(error).__name__)

    def _mended(self, connection: Connection) -> None:
        with suppress(Exception), closing(self._open()) as archive:
            Ledger(archive).mended(connection.source)

    def _wait(self, ledger: Ledger, source: str, began: int, seconds: float, ended: threading.Event) -> None:
        """Wait, unless the doorbell rings after `began`: one that a failed pull left waiting calls for no haste."""
        until = time.monotonic() + seconds
        while not ended.is_set() and (left := until - time.monotonic()) > 0:
            feed = ledger.feed(source)
            if feed is not None and feed.rung_at is not None and feed.rung_at > began:
                return
            ended.wait(min(left, LOOK_SECONDS))

    # ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _start_files(self, stop: threading.Event) -> threading.Thread:
        thread = threading.Thread(target=self._files, args=(stop,), name="files", daemon=True)
        thread.start()
        return thread

    def _files(self, stop: threading.Event) -> None:
        """Give each account whose files are due a thread of its own, so that a slow platform holds up nobody else's."""
        while not stop.is_set():
            try:
                with closing(self._open()) as archive:
                    ledger = Ledger(archive)
                    sends = Sends(archive, ledger)
                    while not stop.is_set():
                        sends.forget()
                        if given_up := sends.give_up():
                            _log.error("%s calls were left without an answer; each is recorded as unanswered", given_up)
                        self._share_out(ledger, archive.clock())
                        stop.wait(LOOK_SECONDS)
            except Exception as error:  # noqa: BLE001  # whatever it was, files go on being owed
                _log.error("looking for files to fetch: %s", type(error).__name__)
                stop.wait(LOOK_SECONDS * 5)

    def _share_out(self, ledger: Ledger, now: int) -> None:
        known = self._known
        if known is None:
            return
        unusable = {source: fault for source, fault in dict(self._faults).items() if fault}
        for source in [each for each in self._resting if each in known and each not in unusable]:
            ledger.wake(source, self._resting.pop(source))
        crowded = False
        for source in sorted(ledger.due(), key=lambda each: self._turns.get(each, 0)):
            connection = known.get(source)
            if connection is None or source in unusable:
                self._resting[source] = unusable.get(source, "disconnected")
                ledger.rest(source, now + REST, self._resting[source])
            elif source not in self._fetching:
                if crowded := len(self._fetching) >= FETCHING:
                    break
                self._turns[source] = max(self._turns.values(), default=0) + 1
                self._fetching[source] = _start(self._fetch, connection, "files")
        self._crowded = crowded

    def _fetch(self, connection: Connection, ended: threading.Event) -> None:
        idle, kept = 0, list[Any]()
        try:
            with closing(self._open()) as archive:
                ledger, own = Ledger(archive), {connection.source: connection}
                while not ended.is_set() and idle < IDLE_LOOKS:
                    if fetch_some(archive, ledger, own, self._find, ended, source=connection.source, kept=kept):
                        idle = 0
                    else:
                        idle += 1
                        ended.wait(LOOK_SECONDS)
                    if self._crowded:
                        break
        except Exception as error:  # noqa: BLE001  # it is begun again while files are due
            _log.error("fetching files of %s: %s", connection.source, type(error).__name__)
            ended.wait(LOOK_SECONDS * 5)
        finally:
            let_go(kept)


def _start(work: Callable[[Connection, threading.Event], None], connection: Connection, what: str) -> _Thread:
    ended = threading.Event()
    name = f"{what} {connection.source}"
    thread = threading.Thread(target=work, args=(connection, ended), name=name, daemon=True)
    thread.start()
    return connection, ended, thread


def _end(threads: dict[str, _Thread], wanted: dict[str, Connection]) -> None:
    """Ask the threads to end whose connection is off or was changed, and forget those that ended."""
    for source, (connection, ended, thread) in list(threads.items()):
        if wanted.get(source) != connection or not thread.is_alive():
            ended.set()
            if not thread.is_alive():
                del threads[source]
