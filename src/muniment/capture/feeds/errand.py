"""One connector at work for one account: what it is given, and what it may say."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muniment.capture.archive import Archive
from muniment.capture.feeds.beside import AtWork, Unread
from muniment.capture.feeds.captured import Captured, MediaDue, heard, unopened
from muniment.capture.feeds.gap import Gap
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.live import Kept, Live

FOLDER = "feeds"
"""Folder of the spool in which pieces of files lie until they are whole."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connection:
    """An account that is connected: its source, its connector, and what the firm entered (secrets included)."""

    source: str
    connector: str
    settings: Mapping[str, str] = field(repr=False)
    fault: str = ""
    """Why it cannot be used at all: a code."""


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
    kept: list[Any] = field(default_factory=list)
    """What the connector keeps in this thread; whoever runs the thread closes it (`let_go`)."""
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
        named = [(live.name, gap) for gap in gaps]
        self.ledger.accept(
            self.source,
            sealed,
            cursor=cursor,
            due=due,
            gaps=named,
            pulled=True,
            heard=heard(items),
            unopened=unopened(items),
        )

    def gap_once(self, name: str, gap: Gap) -> None:
        self.ledger.gap_once(self.source, self.live.name, name, gap)

    def gap_over(self, name: str) -> None:
        self.ledger.gap_over(self.source, name)

    def keep(self, make: Callable[[], Kept]) -> Kept:
        if not self.kept:
            self.kept.append(make())
        found: Kept = self.kept[0]
        return found

    def behind(self, newest: int | None) -> None:
        feed = self.ledger.feed(self.source)
        if newest is not None or (feed is not None and feed.behind_since is not None):
            self.ledger.behind(self.source, newest)

    def failed(self, code: str) -> None:
        self.troubles.append(code)
        self.ledger.failed(self.source, code)


def let_go(kept: list[Any]) -> None:
    """Close what a connector kept in a thread that ends, whatever that raises."""
    while kept:
        try:
            kept.pop().close()
        except Exception as error:  # noqa: BLE001  # nothing of it is needed any more
            _log.error("what a connector kept could not be closed: %s", type(error).__name__)
