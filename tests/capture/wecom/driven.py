"""The connector as the worker drives it, one look at a time, with a clock that a test turns: its ledger, its catalog, its child."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from muniment.capture.archive import open_archive
from muniment.capture.feeds.errand import Connection, Errand, let_go
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.live import Live
from muniment.capture.wecom.keys import KeyPair
from muniment.capture.wecom.live import WeComLive
from muniment.catalog.read import unread
from muniment.desk.archive import actions
from muniment.desk.desk import Desk, open_desk
from muniment.record.clock import SECOND, now
from tests.archives import Place
from tests.capture.wecom.archive import CORP, Scenario

SOURCE = "a00000000000000wc"
HOUR = 3_600 * SECOND


def settings(scenario: Scenario, versions: tuple[int, ...] = (1,), **more: str) -> dict[str, str]:
    """What the firm enters, with these versions of its keys."""
    return {
        "corpid": CORP,
        "secret": str(scenario.folder),
        "private_keys": pem({version: scenario.keys[version] for version in versions}),
        "library_path": str(scenario.library),
        "library_sha256": scenario.sha256,
        **more,
    }


def pem(pairs: Mapping[int, KeyPair]) -> str:
    return "\n".join(f"version {version}\n{pair.private.decode()}" for version, pair in pairs.items())


def _fresh() -> Live:
    return cast("Live", WeComLive())


@dataclass
class Driven:
    """An archive with one account of WeCom. `ahead`: how far its clock is before ours (µs)."""

    desk: Desk
    live: Live = field(default_factory=_fresh)
    ahead: int = 0
    source: str = SOURCE
    entered: Mapping[str, str] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)
    """What the connector keeps in its thread, until what was entered is changed."""

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.desk.archive)

    def look(self, entered: Mapping[str, str]) -> Errand:
        """One look at the platform, and what came of it sealed and projected."""
        if entered != self.entered:
            let_go(self.kept)
            self.entered = dict(entered)
        connection = Connection(self.source, "wecom", entered)
        stop = threading.Event()
        errand = Errand(self.desk.archive, self.ledger, connection, self.live, stop, kept=self.kept, unread=unread)
        self.live.pull(errand)
        actions.settle(self.desk)
        return errand

    def restart(self) -> None:
        """As after a restart: only what is durable goes on."""
        let_go(self.kept)
        self.live = _fresh()

    def events(self, *kinds: str) -> list[tuple[str, str]]:
        """Kind and body of its events, in order."""
        rows = self.desk.catalog.execute(
            "SELECT event.kind, event.body FROM event JOIN record ON record.leaf = event.leaf WHERE record.source = ?",
            (self.source,),
        )
        found = [(kind, json.dumps(json.loads(body), sort_keys=True)) for kind, body in rows]
        return sorted(each for each in found if not kinds or each[0] in kinds)

    def records(self, part: str) -> int:
        """How many records of a part it has."""
        (number,) = self.desk.catalog.execute(
            "SELECT count(*) FROM record WHERE source = ? AND part = ?", (self.source, part)
        ).fetchone()
        return int(number)


@contextmanager
def driven(place: Place) -> Iterator[Driven]:
    """The archive at `place`, opened with a clock that can be turned."""
    with open_desk(place.home, place.keys, "system:test") as desk:
        found: list[Driven] = []
        with open_archive(place.home, place.keys, clock=lambda: now() + (found[0].ahead if found else 0)) as archive:
            found.append(Driven(replace(desk, archive=archive)))
            try:
                yield found[0]
            finally:
                let_go(found[0].kept)
