"""Brings a file in: every part of it becomes a record, is recognised as one, or is rejected and kept all the same.

The importer does not trust a connector to have read everything: it tiles the file with the parts' spans, and the balance
sheet does not balance while a byte belongs to no record, or a record holds other bytes than its span of the file.
"""

import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from muniment.capture.balance import BalanceSheet, Seen, Tiling
from muniment.capture.connector import PIECE, Connector, Extent, ImportOptions, Part, Snapshot, SourceFile, Unreadable
from muniment.capture.intake import Sealed
from muniment.capture.leader import Leader
from muniment.capture.manifest import PART as MANIFEST
from muniment.capture.manifest import Runs, Vanished, encode_manifest
from muniment.capture.spool import Spooled
from muniment.journal.log import LARGEST_BATCH
from muniment.record.errors import MunimentError
from muniment.record.record import Assurance, Header, join_payload
from muniment.vault.pseudonym import SIZE, Pseudonyms

BATCH_PARTS = LARGEST_BATCH
BATCH_BYTES = 8 * 1024 * 1024
AHEAD = 32 * 1024
"""Records that may be sealed before the catalog knows of them; their keys are held in memory until it does."""

DRAIN_SECONDS = 2.0
"""How often what others put into intake and outbox meanwhile gets its turn: they wait for this leader, not for the import's end."""

Progress = Callable[[int, int], None]
"""Told after each batch how many bytes of how many have been read."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose messages these are: the account's name and the opaque id that stands for it in the leaves."""

    name: str
    source: str


class KnownPart(msgspec.Struct, frozen=True):
    """A record that bears a certain key: its leaf, the digest of its raw bytes, and the import that brought it."""

    leaf: int
    content: bytes
    import_id: str | None


class Known(Protocol):
    """What the archive knows already; the catalog answers."""

    def position(self) -> int:
        """Leaves of the records log that the answers take into account."""
        ...

    def parts(self, keys: Sequence[bytes]) -> dict[bytes, KnownPart]:
        """The first records that bear these key digests."""
        ...

    def variant(self, key: bytes, content: bytes) -> KnownPart | None:
        """The record that bears this key digest with this content digest: a divergence that came before, perhaps."""
        ...

    def timeline(self, source: str, conversation: str, first_at: int, last_at: int) -> Iterator[tuple[bytes, Vanished]]:
        """The messages of a conversation sent within a time (µs UTC, both ends included), with their key digests."""
        ...


class Importer:
    """Imports files into one account, as the leader."""

    def __init__(
        self, leader: Leader, account: Account, connector: Connector, options: ImportOptions, known: Known
    ) -> None:
        self._leader, self._account, self._connector, self._options, self._known = (
            leader,
            account,
            connector,
            options,
            known,
        )
        self._sealer = leader.archive.sealer
        self._names = Pseudonyms(leader.archive.kek)
        self._recent: dict[bytes, KnownPart] = {}
        self._order: deque[tuple[int, bytes]] = deque()

    def run(self, spooled: Spooled, progress: Progress | None = None) -> BalanceSheet:
        """Import one spooled file. Raises Refused before anything is stored when an option is missing or wrong."""
        with spooled.source.path.open("rb") as file:
            self._file = file.fileno()
            return self._run(spooled, progress)

    def _run(self, spooled: Spooled, progress: Progress | None) -> BalanceSheet:
        import_id, source = spooled.import_id, spooled.source
        # Which keys came already matters only to an import that goes on, and to an export that claims to be whole.
        self._resumed = spooled.resumed
        self._track = spooled.resumed or self._connector.snapshots
        sheet = BalanceSheet(source.name, source.size, import_id)
        tiling, runs, seen = Tiling(), Runs(), set[bytes]()
        extents: list[Extent] = []
        snapshot: Snapshot | None = None
        batch: list[Part] = []
        weight = read = 0
        drained = time.monotonic()
        for item in self._parts(source):
            if isinstance(item, Snapshot):
                snapshot = item
            elif isinstance(item, Extent):
                extents.append(item)
                tiling.add(None, *item.packed)
            else:
                batch.append(item)
                weight += len(item.raw)
                del item  # the batch alone holds its bytes, which may be many
                if len(batch) >= BATCH_PARTS or weight >= BATCH_BYTES:
                    self._store(batch, sheet, tiling, runs, seen)
                    read += weight
                    batch, weight = [], 0
                    if time.monotonic() - drained >= DRAIN_SECONDS:
                        self._leader.drain()
                        drained = time.monotonic()
                    if progress is not None:
                        progress(read, source.size)
        self._store(batch, sheet, tiling, runs, seen)
        sheet.unattributed = tiling.overlaps + tiling.gaps(None, source.size)
        for extent in extents:
            sheet.unattributed += tiling.gaps(extent.member, extent.size)
        vanished = self._vanished(snapshot, seen)
        sheet.vanished = len(vanished)
        sheet.manifest = self._store_manifest(import_id, source, runs, vanished)
        return sheet

    def _parts(self, source: SourceFile) -> Iterator[Part | Extent | Snapshot]:
        try:
            yield from self._connector.read(source, self._options)
        except Unreadable as refusal:
            # No option would help: the bytes are evidence all the same, so they are kept whole.
            yield from _whole(source, str(refusal))
        except MunimentError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault in a reader must not lose the bytes it did not read
            # The sheet will not balance, and says so: what the reader handed over before is there twice now.
            reason = f"the reader of {self._connector.name} failed ({type(error).__name__}); the file is kept whole"
            yield from _whole(source, reason)

    def _store(self, batch: list[Part], sheet: BalanceSheet, tiling: Tiling, runs: Runs, seen: set[bytes]) -> None:
        """Seal the parts of a batch that are new, and count them all. Takes the parts out of the batch."""
        if not batch:
            return
        self._make_room()
        names = [_key(part) for part in batch]
        keys = [self._names.key(self._account.source, part.kind, name) for part, name in zip(batch, names, strict=True)]
        contents = [self._names.content(part.raw) for part in batch]
        known = self._known.parts([key for key in keys if key not in self._recent])
        items: list[Sealed] = []
        fates: list[tuple[Seen, int, str]] = []
        first = self._leader.size("records")
        batch.reverse()
        for name, key, content in zip(names, keys, contents, strict=True):
            part = batch.pop()
            stored = "stored" if part.rejected is None else "rejected"
            counted = sheet.saw(part)
            if self._faithful(part):
                tiling.add(part.member, *part.at)
            before = self._recent.get(key) or known.get(key)
            if before is not None and before.content != content:
                # The key came with other content; whether it came with this content too is a question of its own.
                key += content
                before = self._recent.get(key) or self._known.variant(key[:SIZE], content)
            if before is not None:
                # An import that goes on after an interruption finds its own records; they are stored, not duplicates.
                again = self._resumed and before.import_id == sheet.import_id and key not in seen
                fate = stored if again else "duplicate"
                leaf = before.leaf
            else:
                leaf = first + len(items)
                payload = [self._payload(part, name, sheet.import_id)]
                del part
                # Out of the list: the sealer holds the payload alone, and lets go of it before the next part.
                items.append(self._sealer.seal(payload.pop(), log="records", type="rec", source=self._account.source))
                fate = stored
                self._recent[key] = KnownPart(leaf, content, sheet.import_id)
                self._order.append((leaf, key))
            if self._track:
                seen.add(key)
            fates.append((counted, leaf, fate))
        if items:
            self._leader.commit("records", items)
        for counted, leaf, fate in fates:
            sheet.fate(counted, leaf, fate)
            runs.add(counted.member, counted.at[0], counted.at[1], leaf)

    def _faithful(self, part: Part) -> bool:
        """Whether a part holds the very bytes of the span it claims; what does not, attributes no byte."""
        offset, length = part.at
        return len(part.raw) == length and (part.member is not None or os.pread(self._file, length, offset) == part.raw)

    def _payload(self, part: Part, key: str, import_id: str) -> bytes:
        meta: dict[str, Any] = part.meta if part.rejected is None else {**part.meta, "rejected": part.rejected}
        header = Header(
            by=self._connector.name,
            v=self._connector.version,
            part=part.kind,
            assurance=self._connector.assurance,
            imp=import_id,
            key=key,
            member=part.member,
            at=part.at,
            meta=meta,
        )
        return join_payload(header, part.raw)

    def _make_room(self) -> None:
        """Forget keys that the catalog knows by now; wait for it when it is too far behind."""
        pause = 0.002
        while True:
            position = self._known.position()
            while self._order and self._order[0][0] < position:
                self._recent.pop(self._order.popleft()[1], None)
            if len(self._order) < AHEAD:
                return
            time.sleep(pause)
            pause = min(pause * 2, 0.05)

    def _vanished(self, snapshot: Snapshot | None, seen: set[bytes]) -> list[Vanished]:
        if snapshot is None:
            return []
        timeline = self._known.timeline(
            self._account.source, snapshot.conversation, snapshot.first_at, snapshot.last_at
        )
        here = {key[:SIZE] for key in seen}
        return [message for key, message in timeline if key not in here]

    def _store_manifest(self, import_id: str, source: SourceFile, runs: Runs, vanished: Sequence[Vanished]) -> int:
        """Seal the manifest, unless the same file came before, whose manifest stands; its leaf."""
        raw = encode_manifest(source, self._connector.name, self._options, runs, vanished)
        key = source.sha256
        digest = self._names.key(self._account.source, MANIFEST, key)
        if before := self._recent.get(digest) or self._known.parts([digest]).get(digest):
            return before.leaf
        header = Header(
            by=self._connector.name,
            v=self._connector.version,
            part=MANIFEST,
            assurance=Assurance.EXPORT_TEXT,
            imp=import_id,
            key=key,
        )
        self._leader.commit(
            "records",
            [self._sealer.seal(join_payload(header, raw), log="records", type="rec", source=self._account.source)],
        )
        return self._leader.size("records") - 1


def _whole(source: SourceFile, reason: str) -> Iterator[Part]:
    """A file that no reader reads, in pieces that fit in memory: the first says why, the others are its further bytes."""
    with source.path.open("rb") as file:
        for offset in range(0, max(source.size, 1), PIECE):
            raw = file.read(PIECE)
            yield Part(kind="span", raw=raw, at=(offset, len(raw)), rejected=None if offset else reason, unread=True)


def _key(part: Part) -> str:
    # A part without a key of its own (blank lines, what was rejected) is recognised by where it lies and what it is:
    # by its place alone, another file's line there would pass for a divergence from it.
    if part.key is not None:
        return part.key
    return f"at:{part.member or ''}:{part.at[0]}:{part.at[1]}:{hashlib.sha256(part.raw).hexdigest()}"
