"""The leader: the one process that writes the logs, and the order in which it does.

For every batch: keys COMMIT → segments fsync → leaves fsync → checkpoint → outbox rows deleted → intake rows deleted.
That order is the only guarantee across files; whatever stops in between, the next leader's opening finds either leaves that
no checkpoint covers, which it writes over, or a checkpoint that covers leaves not yet settled in intake, whose rows it deletes
from both queues before it settles them: an entry of either queue is in the log once.

There is one leader because of a lock on the folder of the logs, which the system drops with the process; on PostgreSQL a
lock of the database keeps away a process that sees another copy of that folder. The lease row says who leads, for the
error that the second one gets.
"""

import fcntl
import os
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from types import TracebackType
from typing import Self

from muniment.capture.archive import Archive
from muniment.capture.intake import Sealed
from muniment.journal.log import LogWriter
from muniment.journal.segment import SegmentWriter
from muniment.proof.merkle import leaf_hash
from muniment.proof.verifier import Checkpoint
from muniment.record.clock import rfc3339
from muniment.record.codec import canonical
from muniment.record.errors import Busy, Damaged
from muniment.record.leaf import Leaf, encode_leaf, parse_leaf
from muniment.record.record import Assurance, Header, join_payload
from muniment.vault.database import ERRORS
from muniment.vault.home import LOGS

BATCH = 1024
"""Items that one checkpoint covers at most, when they come from intake."""

SYSTEM = "system"
"""The source of leaves that no account gave: heartbeats, disposals, audit entries."""

PAUSE_SECONDS = 0.05
"""Between two looks at a lock that another process holds."""

LOCK = "leader"

SourceStates = dict[str, tuple[int, bytes | None]]


@dataclass(frozen=True, slots=True)
class Pulse:
    """A live source that is on: when it last answered, and when it last brought something (µs UTC, None for never)."""

    source: str
    contacted_at: int | None
    received_at: int | None


class Leader:
    """Holds the lock while it lives; opening it recovers from a crash. Raises Busy when another process leads for `wait` seconds more."""

    def __init__(self, archive: Archive, wait: float = 0) -> None:
        self.archive = archive
        self._lock = self._acquire(wait)
        try:
            home, disk = archive.home, archive.disk
            self._logs = {name: LogWriter(home.log(name), archive.signers[name], disk) for name in LOGS}
            self._segments = {name: SegmentWriter(home.segments(name), name, disk) for name in LOGS}
            self._states: dict[str, SourceStates] = {name: archive.intake.source_states(name) for name in LOGS}
            for name in LOGS:
                self._logs[name].resume()
                self._segments[name].resume(self._logs[name].size)
                self._recover(name)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files and of the lock."""
        for writer in (*getattr(self, "_logs", {}).values(), *getattr(self, "_segments", {}).values()):
            writer.close()
        if self._lock >= 0:
            with suppress(*ERRORS):  # a connection that is gone holds no lock either
                self.archive.intake.database.unlock(LOCK)
            os.close(self._lock)
            self._lock = -1

    def heartbeat(self, live: Sequence[Pulse] = ()) -> int:
        """Seal that the archive was alive, what still waited and which live sources were heard when: silence is then a record too.

        Returns the leaf.
        """
        waiting, oldest = self.archive.backlog()
        connectors = [
            {"contacted": _time(each.contacted_at), "received": _time(each.received_at), "source": each.source}
            for each in live
        ]
        raw = canonical({"connectors": connectors, "oldest": _time(oldest), "waiting": waiting})
        payload = join_payload(Header(by="muniment", v=1, part="heartbeat", assurance=Assurance.INTERNAL), raw)
        self.commit("records", [self.archive.sealer.seal(payload, log="records", type="hb", source=SYSTEM)])
        return self.size("records") - 1

    def size(self, log: str) -> int:
        """Leaves in the log."""
        return self._logs[log].size

    def commit(self, log: str, items: Sequence[Sealed]) -> Checkpoint:
        """Put items into the log and seal them; when this returns they are proven. Items that came from intake leave it."""
        writer, states = self._logs[log], self._states[log]
        first, settled = writer.size, dict[str, tuple[int, bytes | None]]()
        leaves, hashes, keys = [], [], []
        for index, item in enumerate(items, start=first):
            following, last = settled.get(item.source) or states.get(item.source, (0, None))
            leaf = encode_leaf(_leaf(item, following, last))
            digest = leaf_hash(leaf)
            settled[item.source] = (following + 1, digest)
            leaves.append(leaf)
            hashes.append(digest)
            keys.append((index, self.archive.keys.group(item.key_group)[0], item.wrapped))
        self.archive.keys.put(log, keys)
        start = first
        for group, run in groupby(items, key=lambda item: item.key_group):
            envelopes = [item.envelope for item in run]
            self._segments[log].append(start, group, envelopes)
            start += len(envelopes)
        writer.append(leaves, hashes)
        sealed = writer.seal()
        ids = [item.id for item in items]
        if log == "audit":
            self.archive.outbox.remove(ids)
        self.archive.intake.settle(log, sealed.size, sealed.root, ids, settled)
        states.update(settled)
        return sealed

    def drain(self) -> int:
        """Put everything that waits in intake and in the outbox into the logs; returns how many items there were.

        An audit entry that was made before a record came is sealed before it: an account is known before its first record is.
        """
        count = 0
        while True:
            records = self.archive.intake.waiting("records", BATCH)  # looked at before the entries, sealed behind them
            count += self._drain_audit()
            if not records:
                return count
            self.commit("records", records)
            count += len(records)

    def _drain_audit(self) -> int:
        count = 0
        for waiting in (partial(self.archive.intake.waiting, "audit"), self.archive.outbox.waiting):
            while items := waiting(BATCH):
                self.commit("audit", items)
                count += len(items)
        return count

    def checkpoint(self, log: str) -> Checkpoint:
        """The newest checkpoint."""
        return self._logs[log].checkpoint()

    def _acquire(self, wait: float) -> int:
        fd = os.open(self.archive.home.path / "log", os.O_RDONLY | os.O_DIRECTORY)
        try:
            until = time.monotonic() + wait
            while not self._lock_both(fd):
                if time.monotonic() >= until:
                    row = self.archive.intake.database.execute("SELECT holder, since FROM lease").fetchone()
                    holder, since = (row[0], rfc3339(row[1])) if row else ("another process", "now")
                    raise Busy(
                        "another process writes this archive: {holder}, since {since}; wait until it has finished, then try again",
                        holder=holder,
                        since=since,
                    )
                time.sleep(PAUSE_SECONDS)
            self.archive.intake.lead(f"{socket.gethostname()} pid {os.getpid()}", self.archive.clock())
        except BaseException:
            os.close(fd)
            raise
        return fd

    def _lock_both(self, fd: int) -> bool:
        """The folder's lock and the database's, or neither."""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if self.archive.intake.database.try_lock(LOCK):
            return True
        fcntl.flock(fd, fcntl.LOCK_UN)
        return False

    def _recover(self, name: str) -> None:
        """Settle what the log holds and intake does not know of; raises Damaged when the log knows less than intake."""
        writer, intake = self._logs[name], self.archive.intake
        state = intake.log_state(name)
        settled = 0 if state is None else state[0]
        if settled > writer.size:
            raise Damaged(
                "the log {log} ends at {size} leaves, but {settled} were acknowledged: it was rolled back;"
                " restore the newer log, and run `muniment verify`",
                log=name,
                size=writer.size,
                settled=settled,
            )
        if state is not None and settled and writer.prover(settled).root() != state[1]:
            raise Damaged(
                "the log {log} is not the one that was acknowledged at {settled} leaves; run `muniment verify`",
                log=name,
                settled=settled,
            )
        while settled < writer.size:
            stop = min(writer.size, settled + BATCH)
            ids, states = [], dict[str, tuple[int, bytes | None]]()
            for data in writer.leaves(settled, stop, writer.size):
                leaf = parse_leaf(data)
                ids.append(leaf.id)
                states[leaf.src] = (leaf.pseq + 1, leaf_hash(data))
            if name == "audit":
                self.archive.outbox.remove(ids)
            intake.settle(name, stop, writer.prover(stop).root(), ids, states)
            self._states[name].update(states)
            settled = stop


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _leaf(item: Sealed, following: int, last: bytes | None) -> Leaf:
    return Leaf(
        env=item.envelope_sha256,
        id=item.id,
        kg=item.key_group,
        n=item.size,
        ph=None if last is None else last.hex(),
        pseq=following,
        raw=item.raw.hex(),
        ref=item.ref,
        rx=rfc3339(item.received_at),
        src=item.source,
        sseq=item.source_seq,
        t=item.type,
        v=1,
    )
