"""The whole-archive check of what is sealed: logs, segments and keys, each against the others and all against the signatures.

It reads and never mends: what a crash left is named, not removed, because what an attacker appended looks the same.
Trust: the signing keys' public halves and the key-encryption key, which come from the keys folder, and nothing else.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from muniment.journal.check_checkpoints import Checkpoints, Signed
from muniment.journal.check_files import check_log_files, check_segment_files
from muniment.journal.check_finding import Counts, Finding, Say, fault, refused, span
from muniment.journal.check_keys import Keys
from muniment.journal.check_segments import Segments
from muniment.journal.check_tree import Block, Tree
from muniment.proof.merkle import EMPTY_ROOT, Frontier
from muniment.record.errors import Damaged
from muniment.record.leaf import TYPES, Leaf, parse_leaf
from muniment.record.words import _
from muniment.vault.home import Home

__all__ = ["Counts", "Finding", "LogState", "Progress", "Say", "check_log"]

Progress = Callable[[str, int, int], None]
"""Told now and then: which log, leaves checked, leaves in all."""

SourceStates = dict[str, tuple[int, bytes | None]]

_RECEIVED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(slots=True)
class LogState:
    """What the check learned of a log: its sealed size and root, roots at the sizes asked for, where each source stood at one of them."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    roots: dict[int, bytes] = field(default_factory=dict)
    states: SourceStates = field(default_factory=dict)
    sealed_ids: set[str] = field(default_factory=set)
    whole: bool = False
    """Whether every leaf was read, so that `states` and `roots` are known."""


def check_log(
    home: Home,
    name: str,
    vkey: str,
    keys: Keys,
    say: Say,
    counts: Counts,
    *,
    others: dict[str, int] | None = None,
    roots_at: Iterable[int] = (),
    states_at: int | None = None,
    ids: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> LogState:
    """Check one log with its segments and keys.

    `others` are sizes of other logs that a `ref` may point into. The roots at `roots_at`, the sources' states at the
    size `states_at`, and which of the leaf ids in `ids` are sealed are returned for comparison with what others remember.
    Raises WrongKey when the log is signed in its own name by another key.
    """
    label, folder = f"log/{name}", home.log(name)
    checkpoints = Checkpoints(folder, label, home.log_origin(name), vkey, say)
    newest = checkpoints.newest()
    state = LogState()
    if newest is None:
        for _signed in checkpoints.lines():
            pass
        say(fault(f"{label}/checkpoint", _("no checkpoint of this log checks, so that nothing in it can be believed")))
        return state
    state.size, state.root = newest.size, newest.root
    check_log_files(folder, label, state.size, say)
    segments = Segments(
        check_segment_files(home.segments(name), f"seg/{name}", state.size, say), f"seg/{name}", name, say, counts
    )
    log_keys = keys.log(name)
    leaves = Leaves(name, say, {**(others or {}), name: state.size})
    roots = Roots(checkpoints.lines(), f"{label}/checkpoints.log", sorted(roots_at), say)
    with closing(segments):
        for block in Tree(folder, label, state.size, state.root, say).blocks():
            roots.add(block)
            parsed = leaves.check(block, states_at)
            if ids:
                state.sealed_ids.update(leaf.id for leaf in parsed if leaf is not None and leaf.id in ids)
            log_keys.open(block.first, parsed, segments.envelopes(block.first, parsed))
            counts.leaves += len(parsed)
            if progress is not None:
                progress(name, block.first + len(parsed), state.size)
        segments.finish(state.size)
    log_keys.finish(state.size)
    state.roots = roots.finish()
    counts.checkpoints += checkpoints.count
    state.states = leaves.at if states_at is not None and states_at < state.size else leaves.states
    state.whole = not leaves.broken
    return state


class Roots:
    """The root of the log as it grows, compared with every checkpoint that was signed."""

    def __init__(self, signed: Iterator[Signed], history: str, wanted: list[int], say: Say) -> None:
        self._signed, self._history, self._say = signed, history, say
        self._wanted = wanted
        self._frontier: Frontier | None = Frontier()
        self._found: dict[int, bytes] = {}
        self._next = next(signed, None)
        self._reach()

    def add(self, block: Block) -> None:
        """The next leaves."""
        if self._frontier is None:
            return
        hashes = [digest for digest in block.hashes if digest is not None]
        if len(hashes) != len(block.hashes):
            self._frontier = None  # what is not known has been said; no root from here on can be compared
            return
        start = 0
        while start < len(hashes):
            size = self._frontier.size
            stops = [size + len(hashes) - start]
            if self._next is not None:
                stops.append(self._next.size)
            if self._wanted:
                stops.append(self._wanted[0])
            stop = start + max(min(stops) - size, 1)
            self._frontier.append(hashes[start:stop])
            start = stop
            self._reach()
        self._frontier.take_tiles()

    def finish(self) -> dict[int, bytes]:
        """The roots that were asked for; checkpoints beyond the leaves are named."""
        while self._next is not None:
            signed, self._next = self._next, next(self._signed, None)
            if self._frontier is not None:
                self._say(
                    fault(
                        self._history,
                        _("a checkpoint of {size} leaves was signed, of which the log has fewer"),
                        at=span(signed.offset, signed.length),
                        size=signed.size,
                    )
                )
        return self._found

    def _reach(self) -> None:
        """Compare what was signed at the size that is reached."""
        if self._frontier is None:
            return
        size, root = self._frontier.size, b""
        while self._next is not None and self._next.size <= size:
            signed = self._next
            root = root or self._frontier.root()
            if signed.size == size and signed.root != root:
                self._say(
                    fault(
                        self._history,
                        _("a checkpoint of {size} leaves was signed over other leaves than these"),
                        at=span(signed.offset, signed.length),
                        size=size,
                    )
                )
            self._next = next(self._signed, None)
        while self._wanted and self._wanted[0] <= size:
            self._found[self._wanted.pop(0)] = root = root or self._frontier.root()


class Leaves:
    """What each leaf must be by itself, and as the next one of its source."""

    def __init__(self, log: str, say: Say, sizes: dict[str, int]) -> None:
        self._log, self._say, self._sizes = log, say, sizes
        self._types = TYPES[log]
        self.states: SourceStates = {}
        self.at: SourceStates = {}
        self.broken = False

    def check(self, block: Block, states_at: int | None) -> list[Leaf | None]:
        """The leaves of a block, parsed; None for each that is at fault, which has then been said."""
        parsed: list[Leaf | None] = []
        offset = 0
        for index, (data, digest) in enumerate(zip(block.leaves, block.hashes, strict=True), start=block.first):
            if index == states_at:
                self.at = dict(self.states)
            leaf = None if data is None else self._leaf(index, data, block.path, offset)
            if leaf is None:
                self.broken = True
                self.states.clear()
            else:
                self._follow(index, leaf, digest, block.path, offset, len(data or b""))
            parsed.append(leaf)
            offset += 2 + len(data or b"")
        return parsed

    def _leaf(self, index: int, data: bytes, path: str, offset: int) -> Leaf | None:
        try:
            leaf = parse_leaf(data)
        except Damaged as error:
            self._say(refused(path, error, leaf=index, at=span(offset, len(data) + 2)))
            return None
        what = self._odd(index, leaf)
        if what:
            self._say(
                fault(path, _("the leaf is signed, but {what}"), leaf=index, at=span(offset, len(data) + 2), what=what)
            )
        return leaf

    def _odd(self, index: int, leaf: Leaf) -> str | None:
        """What no writer of ours would have put into a leaf."""
        if leaf.t not in self._types:
            return _("its type is not one of this log")
        if not (
            _RECEIVED.fullmatch(leaf.rx)
            and _UUID7.fullmatch(leaf.id)
            and _HEX.fullmatch(leaf.env)
            and _HEX.fullmatch(leaf.raw)
        ):
            return _("a time, id or hash in it has another form")
        try:
            received = datetime.fromisoformat(leaf.rx)
        except ValueError:
            return _("its time of receipt is none")
        if (received - _EPOCH) // _MILLISECOND != int(leaf.id[:8] + leaf.id[9:13], 16):
            return _("its id was not made at its time of receipt")
        if leaf.kg.partition(".")[0] != leaf.rx[:7]:
            return _("its key group is not of its month of receipt")
        if leaf.ref is not None and not 0 <= leaf.ref < (
            index if self._log == "records" else self._sizes.get("records", 0)
        ):
            return _("it refers to a leaf that was not there")
        if leaf.n < 0 or leaf.pseq < 0 or (leaf.t == "del" and leaf.ref is None):
            return _("a number in it is missing or negative")
        return None

    def _follow(self, index: int, leaf: Leaf, digest: bytes | None, path: str, offset: int, length: int) -> None:
        known = self.states.get(leaf.src)
        number, previous = known if known is not None else (0, None)
        if (known is not None or not self.broken) and (
            leaf.pseq != number or leaf.ph != (None if previous is None else previous.hex())
        ):
            self._say(
                fault(
                    path,
                    _("the leaf does not follow the one before it of its source"),
                    leaf=index,
                    at=span(offset, length + 2),
                )
            )
        self.states[leaf.src] = (leaf.pseq + 1, digest)
