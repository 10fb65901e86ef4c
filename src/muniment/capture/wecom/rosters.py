"""Asks who is in the groups in which somebody writes. The archive itself never tells; each answer is kept as a record.

A group is asked about when a message came in it, and not again for half a day: so there is a roster near every message, and none
for groups that are silent. Which were asked is remembered while the process lives, and nowhere on disk.
"""

from collections.abc import Sequence

import msgspec

from muniment.capture.feeds.captured import Captured
from muniment.capture.feeds.live import Work
from muniment.capture.wecom.companion import Companion
from muniment.capture.wecom.decode import MESSAGE
from muniment.capture.wecom.ids import EXTERNAL_SUFFIX
from muniment.record.clock import SECOND

EVERY = 12 * 3600 * SECOND
"""A group is asked about so long after the last time, once somebody writes in it."""
AT_ONCE = 50
"""Groups asked about after one look at the archive; the others wait for the next."""


class _Said(msgspec.Struct, frozen=True):
    roomid: str = ""
    msgid: str = ""


_decode = msgspec.json.Decoder(_Said).decode


class Rosters:
    """The groups of one corporation. Groups with clients need the contacts' own secret: without it they are not asked about."""

    def __init__(self, archive: Companion, contacts: Companion | None) -> None:
        self._archive, self._contacts = archive, contacts
        self._asked: dict[str, int] = {}
        self._due: dict[str, bool] = {}
        """By group: whether it has clients in it."""

    def seen(self, items: Sequence[Captured], now: int) -> None:
        """Messages came: their groups are due, unless they were asked about a while ago."""
        for item in items:
            if item.part != MESSAGE:
                continue
            try:
                said = _decode(item.raw)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                continue
            external = said.msgid.endswith(EXTERNAL_SUFFIX)
            if said.roomid and now - self._asked.get(said.roomid, -EVERY) >= EVERY:
                self._due[said.roomid] = external or self._due.get(said.roomid, False)

    def ask(self, work: Work) -> None:
        """Ask about some of the groups that are due. What the platform refuses is told, and asked for again after EVERY."""
        for room, external in list(self._due.items())[:AT_ONCE]:
            if work.stopped():
                return
            companion = self._contacts if external else self._archive
            if companion is None:
                del self._due[room]
                continue
            asked = companion.external_room(room) if external else companion.internal_room(room)
            if asked.state == "retry":
                if asked.code != "pace":
                    work.failed(asked.code or asked.state)
                return
            del self._due[room]
            self._asked[room] = work.now()
            if asked.item is not None:
                work.accept([asked.item])
            elif asked.code:
                work.failed(asked.code)
