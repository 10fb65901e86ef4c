"""A row of the archive to the message in it: the firm's key, then the library, which may die of it.

A row that cannot be opened is a record all the same (part `sealed`), with everything that is needed to open it one day.
"""

from typing import Any

import msgspec

from muniment.capture.feeds import gap
from muniment.capture.feeds.captured import Captured
from muniment.capture.wecom import ids
from muniment.capture.wecom.codes import RETRIED
from muniment.capture.wecom.decode import MESSAGE, SEALED
from muniment.capture.wecom.host import Died, Host, Hung, Unable
from muniment.capture.wecom.keys import Keys
from muniment.capture.wecom.library import SHORTEST
from muniment.capture.wecom.rows import Row, read_row
from muniment.capture.wecom.wire import Answer

TRIES = 2
"""How often a row may kill the child, or hold it up, before it is left sealed."""

OF_KEY = frozenset({"no_key", "random_key", "10006", "10007", "10008"})
"""Reasons for which another key, or the right one, may open a row."""


def gap_name(why: str, version: object) -> str:
    """The gap that a row which did not open is part of: one for each version of the key, or for each other reason."""
    return f"{gap.OF_KEY}{version}" if why in OF_KEY else f"sealed {why}"


class Stopped(msgspec.Struct, frozen=True):
    """The row could not be tried: the child was killed from outside, or there is no library."""

    by: Died | Unable


def open_row(row: Row, corpid: str, keys: Keys, host: Host) -> Captured | Stopped:
    """The message in a row, or the row itself, sealed; `meta["sealed"]` says why."""
    if row.publickey_ver not in keys.versions:
        return _sealed(row, corpid, "no_key")
    key = keys.open(row.publickey_ver, row.encrypt_random_key)
    if key is None:
        return _sealed(row, corpid, "random_key")
    if len(row.encrypt_chat_msg) < SHORTEST:
        return _sealed(row, corpid, "short")
    why = ""
    for _ in range(TRIES):
        result = host.decrypt(key, row.encrypt_chat_msg)
        if isinstance(result, Unable) or (isinstance(result, Died) and not result.by_itself):
            return Stopped(result)
        if isinstance(result, Answer) and result.code == 0:
            return Captured(
                raw=result.data,
                key=ids.key_of(corpid, row.msgid),
                seq=row.seq,
                part=MESSAGE,
                meta=_meta(row, corpid),
            )
        why = _why(result)
        if isinstance(result, Answer) and result.code not in RETRIED:
            break
    return _sealed(row, corpid, why)


def open_sealed(item: Captured, keys: Keys, host: Host) -> Captured | Stopped:
    """Try a record of part `sealed` again, with keys that came since: a record of part `message`, or the same record."""
    row = read_row(item.raw)
    corpid = item.meta.get("corpid")
    if row is None or not isinstance(corpid, str):
        return item
    opened = open_row(row, corpid, keys, host)
    return item if isinstance(opened, Captured) and opened.part == SEALED else opened


def unreadable_row(raw: bytes, corpid: str) -> Captured:
    """A row that lacks what a row must have: kept as it came."""
    return Captured(raw=raw, part=SEALED, meta={"corpid": corpid, "sealed": "row"})


def _sealed(row: Row, corpid: str, why: str) -> Captured:
    return Captured(
        raw=row.raw,
        key=ids.key_of(corpid, row.msgid),
        seq=row.seq,
        part=SEALED,
        meta={**_meta(row, corpid), "sealed": why},
    )


def _meta(row: Row, corpid: str) -> dict[str, Any]:
    return {"corpid": corpid, "seq": row.seq, "msgid": row.msgid, "publickey_ver": row.publickey_ver}


def _why(result: Answer | Died | Hung) -> str:
    if isinstance(result, Answer):
        return str(result.code)
    return "hung" if isinstance(result, Hung) else f"signal {result.signal}"
