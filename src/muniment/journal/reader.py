"""Opens records: leaf, envelope and key are brought together, and each is checked against the others.

Trust: nothing read here is believed because it lies in our folder; the envelope must hash to what the leaf says, open
with the key of that leaf, and its payload must bear the leaf's MAC.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from itertools import groupby

from muniment.journal.log import LogReader
from muniment.journal.segment import SegmentReader
from muniment.proof.tiles import WIDTH
from muniment.record.errors import Damaged
from muniment.record.leaf import Leaf, parse_leaf
from muniment.vault.envelope import mac, unseal
from muniment.vault.keytable import KeyTable

RUN = 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """One leaf with what its record holds; `payload` and `mac_key` are None when its key has been destroyed."""

    index: int
    leaf: Leaf
    leaf_bytes: bytes
    payload: bytes | None
    mac_key: bytes | None


class RecordReader:
    """Opens the records of one log in order or at random, up to a sealed size."""

    def __init__(self, name: str, log: LogReader, segments: SegmentReader, keys: KeyTable) -> None:
        self.name, self.log = name, log
        self._segments, self._keys = segments, keys

    def opened(self, first: int, last: int, size: int) -> Iterator[Opened]:
        """The records of the leaves from `first` to before `last` of the log sealed at `size`; raises Damaged or WrongKey."""
        while first < last:
            stop = min(last, first + RUN)
            leaves = self.log.leaves(first, stop, size)
            wrapped = self._keys.wrapped(self.name, first, stop)
            envelopes = self._segments.envelopes(first, stop)
            for index, (data, envelope) in enumerate(zip(leaves, envelopes, strict=True), start=first):
                yield self.open_one(index, data, envelope, wrapped.get(index))
            first = stop

    def pick(self, indexes: Sequence[int], size: int) -> Iterator[Opened]:
        """The records of these leaves, which ascend; raises Damaged or WrongKey."""
        for place, run in groupby(indexes, key=lambda index: index // WIDTH):
            some = list(run)
            first, stop = place * WIDTH, min(size, (place + 1) * WIDTH)
            leaves = self.log.leaves(first, stop, size)
            wrapped = self._keys.wrapped(self.name, some[0], some[-1] + 1)
            for index in some:
                (envelope,) = self._segments.envelopes(index, index + 1)
                yield self.open_one(index, leaves[index - first], envelope, wrapped.get(index))

    def open_one(self, index: int, leaf_bytes: bytes, envelope: bytes, key_row: tuple[int, bytes] | None) -> Opened:
        """Check one envelope against its leaf and open it with the row of the key table."""
        leaf = parse_leaf(leaf_bytes)
        if hashlib.sha256(envelope).hexdigest() != leaf.env:
            raise Damaged(
                "the envelope of leaf {index} in {log} is not the one that was sealed", index=index, log=self.name
            )
        if key_row is None:
            return Opened(index, leaf, leaf_bytes, None, None)
        key = self._keys.unwrap(key_row[1], leaf.kg, key_row[0], index)
        payload, mac_key = unseal(envelope, key, leaf.id, leaf.src, leaf.n)
        if not compare_digest(mac(mac_key, payload).hex(), leaf.raw):
            raise Damaged(
                "the payload of leaf {index} in {log} does not bear the MAC that was sealed", index=index, log=self.name
            )
        return Opened(index, leaf, leaf_bytes, payload, mac_key)
