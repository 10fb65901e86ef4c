"""Opens rows that came when their key was not there: each becomes the message that it holds, beside the sealed row.

Every look goes on behind the last row that was tried, in the order of the log; other keys begin from the front. Where it stands is
kept in one step with what was opened, so that a stop repeats nothing.
"""

from collections.abc import Sequence

import msgspec

from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.live import Work
from muniment.capture.wecom.decode import SEALED
from muniment.capture.wecom.host import Host
from muniment.capture.wecom.keys import Keys
from muniment.capture.wecom.owed import owed_by
from muniment.capture.wecom.seen import seen_in
from muniment.capture.wecom.unseal import OF_KEY, Stopped, gap_name, open_sealed
from muniment.record.clock import SECOND

MARK = "reopened"
AT_ONCE = 100
"""Rows that become durable together."""
LONGEST = 10 * SECOND
"""How long one look opens before messages have their turn again (µs)."""


class _Mark(msgspec.Struct, omit_defaults=True):
    """How far the rows were tried with which keys; the gaps of which rows were opened, and those of which rows stay shut."""

    keys: str
    leaf: int = -1
    opened: list[str] = []
    shut: list[str] = []


def reopen(work: Work, keys: Keys, host: Host) -> bool:
    """Try what is sealed and was not tried with these keys; whether there is more than fits into one look."""
    until = work.now() + LONGEST
    stored = work.beside.mark(MARK)
    mark = _Mark(keys.fingerprint) if stored is None else msgspec.json.decode(stored, type=_Mark)
    if mark.keys != keys.fingerprint:
        mark = _Mark(keys.fingerprint)
    while not work.stopped():
        rows = work.beside.unread(SEALED, mark.leaf, AT_ONCE)
        if not rows:
            _end(work, mark)
            return False
        if not _open_some(work, mark, rows, keys, host):
            return False
        if work.now() >= until:
            return True
    return False


def _open_some(work: Work, mark: _Mark, rows: Sequence[tuple[int, Captured]], keys: Keys, host: Host) -> bool:
    """Try these, and keep what opened; False where the library cannot be had, so that the rest waits for another look."""
    items, due, stopped = list[Captured](), list[MediaDue](), False
    for leaf, item in rows:
        why = str(item.meta.get("sealed"))
        if why in OF_KEY:
            opened = open_sealed(item, keys, host)
            if isinstance(opened, Stopped):
                stopped = True
                break
            name = gap_name(why, item.meta.get("publickey_ver"))
            if opened.part == SEALED:
                mark.shut = sorted({*mark.shut, name})
            else:
                mark.opened = sorted({*mark.opened, name})
                items.append(msgspec.structs.replace(opened, ref=leaf))
                due += owed_by(opened.raw, work.now())
        mark.leaf = leaf
    if items:
        work.beside.speaks_of(seen_in(items))
    work.beside.store(items, due, {MARK: _text(mark)})
    return not stopped


def _end(work: Work, mark: _Mark) -> None:
    """All were tried: a gap of which every row was opened is over."""
    if not mark.opened:
        return
    for name in mark.opened:
        if name not in mark.shut:
            work.gap_over(name)
    mark.opened = []
    work.beside.store((), (), {MARK: _text(mark)})


def _text(mark: _Mark) -> str:
    return msgspec.json.encode(mark).decode()
