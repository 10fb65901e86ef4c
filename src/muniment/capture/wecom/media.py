"""Fetches a file that an archived message left with the platform: by pieces, on from where it was stopped, checked when it is whole.

Trust: what cannot be had as it was declared is kept as it came, and flagged; what cannot be had at all is a gap. Neither is silent.
"""

import hashlib
import random
from collections.abc import Callable

from muniment.capture.connector import LARGEST
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.shelf import Shelf, flags_of
from muniment.capture.wecom.codes import EXPIRED, Means, means
from muniment.capture.wecom.host import Host, Hung, Unable
from muniment.capture.wecom.pace import SPARED, Pace, wait
from muniment.capture.wecom.seam import MediaOutcome
from muniment.capture.wecom.wire import Answer
from muniment.record.clock import SECOND, Clock, now

ATTACHMENT = "attachment"
WHOLE_TRIES = 3
"""How often a file is fetched whole before one that is not as declared is kept as it is."""
ALARMED = 300 * SECOND
WRONG_ID = 10005


class MediaFetcher:
    """Fetches for one corporation, through the child that pulls its archive too."""

    def __init__(
        self,
        host: Host,
        corpid: str,
        shelf: Shelf,
        *,
        limit: int = LARGEST,
        clock: Clock = now,
        chance: Callable[[], float] = random.random,
        pace: Pace | None = None,
    ) -> None:
        self._host, self._corpid, self._shelf, self._limit, self._clock = host, corpid, shelf, limit, clock
        self._chance, self._pace = chance, pace or Pace()

    def fetch(self, due: MediaDue, tries: int = 0) -> MediaOutcome:
        """Fetch what is still missing of a file, after `tries` others."""
        if due.size is not None and due.size > self._limit:
            return self._lost(due, "too_large")
        held = self._shelf.held(due.media)
        while not held.last:
            at = self._clock()
            free = self._pace.take(at, SPARED)
            if free > at:
                return MediaOutcome(state="retry", code="pace", next_at=free, asked=False)
            result = self._host.fetch(due.media, held.index)
            if not isinstance(result, Answer):
                return self._without(result, tries)
            if result.code:
                return self._told(due, result.code, tries)
            if held.size + len(result.data) > self._limit:
                return self._lost(due, "too_large")
            following = result.index
            if not result.last and (following == held.index or (not following and not result.data)):
                # Nothing that leads on: another call would give the same again.
                return self._checked(due, tries, stopped=True)
            held = self._shelf.add(due.media, held, result.data, following, result.last)
        return self._checked(due, tries)

    def dropped(self, due: MediaDue) -> None:
        """The file's record is durable, or its loss is: forget the pieces."""
        self._shelf.drop(due.media)

    def _checked(self, due: MediaDue, tries: int, *, stopped: bool = False) -> MediaOutcome:
        content = self._shelf.content(due.media)
        flags = flags_of(due, content, stopped)
        if not flags:
            return MediaOutcome(state="stored", item=self._item(due, content, ()))
        if self._shelf.held(due.media).set_aside + 1 < WHOLE_TRIES:
            self._shelf.set_aside(due.media)
            return MediaOutcome(
                state="retry", flags=flags, code=flags[0], next_at=self._clock() + wait(tries, self._chance)
            )
        return MediaOutcome(state="flagged", item=self._item(due, content, flags), flags=flags, code=flags[0])

    def _told(self, due: MediaDue, code: int, tries: int) -> MediaOutcome:
        what = means(code)
        if what is Means.RETRY:
            return MediaOutcome(state="retry", code=str(code), next_at=self._clock() + wait(tries, self._chance))
        if code not in {EXPIRED, WRONG_ID}:  # the firm's own affair: its address, its certificate, its licence
            return MediaOutcome(state="retry", code=str(code), next_at=self._clock() + ALARMED, asked=False)
        content = self._shelf.in_hand(due.media)
        if not content:
            return self._lost(due, str(code))
        flags = ("expired", *flags_of(due, content))
        return MediaOutcome(state="flagged", item=self._item(due, content, flags), flags=flags, code=str(code))

    def _without(self, result: object, tries: int) -> MediaOutcome:
        code = "library" if isinstance(result, Unable) else "hung" if isinstance(result, Hung) else "died"
        if isinstance(result, Unable):
            return MediaOutcome(state="retry", code=code, next_at=self._clock() + ALARMED, asked=False)
        return MediaOutcome(state="retry", code=code, next_at=self._clock() + wait(tries, self._chance))

    def _lost(self, due: MediaDue, code: str) -> MediaOutcome:
        about = {"corpid": self._corpid, "media": due.media}
        return MediaOutcome(state="lost", code=code, gap=Gap(reason=Reason.MEDIA, count=1, code=code, about=about))

    def _item(self, due: MediaDue, content: bytes, flags: tuple[str, ...]) -> Captured:
        meta: dict[str, object] = {
            "corpid": self._corpid,
            "name": due.name,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        if due.content_type is not None:
            meta["type"] = due.content_type
        if due.digest is None:
            meta["unchecked"] = True  # the message claims no hash: size alone was compared
        if flags:
            meta["flags"] = list(flags)
        return Captured(raw=content, key=due.media, part=ATTACHMENT, meta=meta)
