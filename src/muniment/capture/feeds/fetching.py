"""Fetches the files that messages name, a few at a time, and writes down what became of each attempt.

Trust: a file is lost on the platform's own word, or when its tries are used up; no byte in hand is dropped before it is a record.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from muniment.capture.archive import Archive
from muniment.capture.feeds.captured import Captured
from muniment.capture.feeds.errand import Connection, Errand, let_go
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger, Owed
from muniment.capture.feeds.live import Live
from muniment.capture.feeds.shelf import Shelf, flags_of
from muniment.capture.outcome import Expired, Fetched, HashMismatch, Outcome, RetryAt, TooLarge, retry
from muniment.record.clock import SECOND
from muniment.record.errors import StorageFailed
from muniment.vault.database import ERRORS

TRIES = 12
"""How often a file is tried before it is given up: after the platform's own end, or at all where it sets none."""
LATE_WAIT, LATE_LONGEST = 60 * SECOND, 6 * 3600 * SECOND
"""The first and the longest wait between such tries: together most of a day, so that an outage loses no file."""
FETCHES = 4
"""Files that are taken out of the ledger at a time."""
REST = 300 * SECOND
"""How long the files of an account rest for which nothing can be fetched (µs)."""

_log = logging.getLogger(__name__)


def fetch_some(
    archive: Archive,
    ledger: Ledger,
    connections: Mapping[str, Connection],
    find: Callable[[str], Live],
    stop: threading.Event,
    *,
    source: str | None = None,
    kept: list[Any] | None = None,
) -> int:
    """Try files whose turn has come, of one source or of any; how many were tried.

    `kept` is what the connector keeps for the source in this thread, which the caller then closes. Raises what a database raises.
    """
    tried = 0
    for owed in ledger.owed(FETCHES, source):
        if stop.is_set():
            break
        connection = connections.get(owed.source)
        if connection is None or connection.fault:
            code = "disconnected" if connection is None else connection.fault
            ledger.again(owed, archive.clock() + REST, code, owed.progress, tried=False)
            continue
        tried += 1
        own: list[Any] = []
        try:
            live = find(connection.connector)
            _try(Errand(archive, ledger, connection, live, stop, kept=own if kept is None else kept), owed)
        except (StorageFailed, *ERRORS):
            raise
        except Exception as error:  # noqa: BLE001  # one file's trouble stops no other
            # Its kind alone: what an exception says may hold content.
            _log.error("a file of %s could not be fetched: %s", owed.source, type(error).__name__)
            at = retry(archive.clock(), "", tries=owed.tries).at
            ledger.again(owed, at, type(error).__name__, owed.progress)
        finally:
            let_go(own)
    return tried


def _try(errand: Errand, owed: Owed) -> None:
    outcome, progress = errand.live.fetch(errand, owed.due, owed.tries, owed.progress)
    _settle(errand, owed, outcome, progress)


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
