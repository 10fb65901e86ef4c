"""Pulls the archive: from the last number that is durable on, page by page, each row to a record, and never past a row it did not keep.

Nothing here sleeps or keeps a clock of its own: `once` looks one time and says when to look again.

Trust: the cursor moves only in the transaction that makes the records before it durable. A stop repeats rows; the ids of the
messages tell them apart.
"""

import hashlib
import random
from collections.abc import Callable
from typing import Literal

from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.wecom.batch import Batch
from muniment.capture.wecom.codes import Means, means
from muniment.capture.wecom.decode import MESSAGE, SEALED
from muniment.capture.wecom.host import Died, Host, Hung, Unable
from muniment.capture.wecom.keys import Keys
from muniment.capture.wecom.library import LARGEST_PAGE
from muniment.capture.wecom.owed import owed_by, sent_at
from muniment.capture.wecom.pace import Backoff, Pace
from muniment.capture.wecom.rows import Page, read_page
from muniment.capture.wecom.seam import Outcome, Sink
from muniment.capture.wecom.unseal import Stopped, gap_name, open_row, unreadable_row
from muniment.capture.wecom.wire import Answer
from muniment.record.clock import SECOND, Clock, now

IDLE = 15 * SECOND
"""Between two looks where there was nothing more: the platform's own doorbell rings no oftener."""
ALARMED = 300 * SECOND
"""Between two looks while a person is needed."""
BATCH_BYTES = 8 * 2**20
EXPIRED = "expired"
"""Name of the gap that is open from the platform's 10010 until it gives out rows again."""
STUCK = "stuck"
"""Our code for a page that came with rows and moved nothing: asked again, it would come again."""


class Puller:
    """The archive of one corporation. `cursor` is what the sink last made durable, None for the beginning."""

    def __init__(
        self,
        host: Host,
        corpid: str,
        keys: Keys,
        sink: Sink,
        *,
        cursor: str | None = None,
        limit: int = LARGEST_PAGE,
        clock: Clock = now,
        chance: Callable[[], float] = random.random,
        pace: Pace | None = None,
    ) -> None:
        self._host, self._corpid, self._keys = host, corpid, keys
        self._limit, self._clock = min(limit, LARGEST_PAGE), clock
        self._pace, self._backoff = pace or Pace(), Backoff(chance)
        self.resume(sink, cursor)
        # What has expired is asked for from 0 on: the platform then begins with the oldest row it still has.
        self._walk: int | None = None
        self._stuck_at = b""

    def resume(self, sink: Sink, cursor: str | None) -> None:
        """Go on with another sink, from what it last made durable."""
        self._sink, self._durable = sink, int(cursor) if cursor else 0

    @property
    def cursor(self) -> str:
        """The number of the last row that is durable."""
        return str(self._durable)

    def once(self) -> Outcome:
        """Ask for one page and keep it. Whatever the library does comes back as an outcome; the sink's own faults are raised."""
        at = self._clock()
        free = self._pace.take(at)
        if free > at:
            return Outcome(state="retry", cursor=self.cursor, next_at=free, code="pace")
        result = self._host.pull(self._durable if self._walk is None else self._walk, self._limit)
        if not isinstance(result, Answer):
            return self._without(result)
        if result.code:
            return self._told(result.code)
        page = read_page(result.data)
        if page is None:
            return self._failed("retry", "answer")
        if page.errcode:
            return self._told(page.errcode)
        digest = hashlib.sha256(result.data).digest()
        if digest == self._stuck_at:
            return self._failed("alarm", STUCK)
        outcome = self._keep(page)
        self._stuck_at = digest if outcome.code == STUCK else b""
        return outcome

    def _keep(self, page: Page) -> Outcome:
        """Keep what a page holds: its rows in order, then what is no row."""
        before, walk = self._durable, self._walk
        rows = page.rows if walk is None else tuple(row for row in page.rows if row.seq > before)
        batch = Batch(before, self._corpid, walk is not None)
        captured = sealed = 0
        newest: int | None = None
        for row in rows:
            opened = open_row(row, self._corpid, self._keys, self._host)
            if isinstance(opened, Stopped):
                captured, sealed = captured + len(batch.items), sealed + self._accept(batch)
                return self._without(opened.by, captured, sealed)
            batch.add(row.seq, opened)
            if opened.part == MESSAGE and row is rows[-1]:
                newest = sent_at(opened.raw)
            if batch.weight >= BATCH_BYTES:
                captured, sealed = captured + len(batch.items), sealed + self._accept(batch)
                batch = Batch(self._durable, self._corpid)
        batch.items += [unreadable_row(raw, self._corpid) for raw in page.unreadable]
        captured, sealed = captured + len(batch.items), sealed + self._accept(batch)
        came = bool(page.rows or page.unreadable)
        if walk is not None and self._walk is not None and page.rows:
            self._walk = page.rows[-1].seq
        moved = self._durable > before or (walk is not None and self._walk != walk)
        if came and not moved:
            return self._failed("alarm", STUCK, captured, sealed)
        self._backoff.worked()
        more = len(page.rows) + len(page.unreadable) >= self._limit
        return Outcome(
            state="ok" if walk is None else "gap",
            cursor=self.cursor,
            next_at=self._clock() + (0 if more else IDLE),
            captured=captured,
            sealed=sealed,
            more=more,
            newest=newest,
        )

    def _accept(self, batch: Batch) -> int:
        """Hand over what has come together; how many of it are sealed."""
        if not batch.items:
            return 0
        at = self._clock()
        due: list[MediaDue] = []
        sealed = 0
        for item in batch.items:
            if item.part == MESSAGE:
                due += owed_by(item.raw, at)
            elif item.part == SEALED:
                sealed += 1
                self._say_sealed(item)
        self._sink.accept(batch.items, str(batch.reached), due, batch.gaps())
        if batch.reached > self._durable:
            self._durable = batch.reached
            if self._walk is not None:
                self._walk = None
                self._sink.gap_over(EXPIRED)
        return sealed

    def _say_sealed(self, item: Captured) -> None:
        """A row came that did not open: one gap for each key version, or for each other reason, until it is over."""
        why, version = str(item.meta["sealed"]), item.meta.get("publickey_ver")
        about = {"corpid": self._corpid, "sealed": why}
        if version is not None:
            about["publickey_ver"] = version
        self._sink.gap_once(gap_name(why, version), Gap(reason=Reason.UNREADABLE, code=why, about=about))

    def _told(self, code: int) -> Outcome:
        """The library or the platform answered with an error."""
        what = means(code)
        if what is not Means.EXPIRED:
            return self._failed("retry" if what is Means.RETRY else "alarm", str(code))
        again, self._walk = self._walk is not None, 0
        about = {"corpid": self._corpid}
        self._sink.gap_once(EXPIRED, Gap(reason=Reason.EXPIRED, after=self._durable, code=str(code), about=about))
        return Outcome(
            state="gap", cursor=self.cursor, next_at=self._clock() + (ALARMED if again else 0), code=str(code)
        )

    def _without(self, result: Died | Hung | Unable, captured: int = 0, sealed: int = 0) -> Outcome:
        """There was no answer."""
        if isinstance(result, Unable):
            return self._failed("alarm", str(result.code) if result.code > 0 else "library", captured, sealed)
        code = "hung" if isinstance(result, Hung) else f"signal {result.signal}"
        return self._failed("retry", code, captured, sealed)

    def _failed(self, state: Literal["retry", "alarm"], code: str, captured: int = 0, sealed: int = 0) -> Outcome:
        wait = self._backoff.failed()
        return Outcome(
            state=state,
            cursor=self.cursor,
            next_at=self._clock() + (ALARMED if state == "alarm" else wait),
            captured=captured,
            sealed=sealed,
            code=code,
            failures=self._backoff.failures,
        )
