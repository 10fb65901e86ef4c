"""Grows a Merkle tree (RFC 6962) in tiles of 256 hashes and draws proofs from such tiles.

Checking proofs is the business of verifier.py; here they are made.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

import msgspec

from muniment.proof.verifier import EMPTY_ROOT, leaf_hash, node_hash
from muniment.record.errors import Damaged, Refused

__all__ = [
    "EMPTY_ROOT",
    "Frontier",
    "Prover",
    "ReadTile",
    "Tile",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "leaf_hashes",
    "node_hash",
    "root_of",
]

WIDTH = 256
"""Hashes in a full tile (C2SP tlog-tiles)."""
HEIGHT = 8
"""Levels of the tree that one tile spans."""

ReadTile = Callable[[int, int, int], bytes]
"""Reads a tile by level, index and width: `width` hashes of 32 bytes each. The full tile may be given for a partial."""

_sha256 = hashlib.sha256


class Tile(msgspec.Struct, frozen=True):
    """A hash tile to write: level, index, width (1 to 256) and its `width * 32` bytes."""

    level: int
    index: int
    width: int
    data: bytes


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """Leaf hashes of many leaves."""
    return [_sha256(b"\x00" + leaf).digest() for leaf in leaves]


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over these leaf hashes; the last one may stand for an incomplete subtree on the right."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [_sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)] + odd
    return row[0]


class Frontier:
    """The right edge of a growing tree: all that appending needs, whatever the tree's size.

    `_rows[level]` holds the hashes of the last, partial tile of that level (0 to 255 of them). Not safe for threads.
    """

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[list[bytes]] = [[]]
        self._full: list[Tile] = []
        self._written: list[int] = [0]

    @classmethod
    def resume(cls, size: int, read_tile: ReadTile) -> "Frontier":
        """Take up a tree of `size` leaves where it was left, from its partial tiles."""
        self = cls()
        self.size = size
        self._rows.clear()
        level = 0
        while level == 0 or size >> HEIGHT * level:
            count = size >> HEIGHT * level
            self._rows.append(_split(_read(read_tile, level, count // WIDTH, count % WIDTH)))
            level += 1
        self._written = [size >> HEIGHT * level for level in range(len(self._rows))]
        return self

    def append(self, hashes: Sequence[bytes]) -> None:
        """Add leaf hashes on the right."""
        self.size += len(hashes)
        self._extend(0, hashes)

    def _extend(self, level: int, hashes: Sequence[bytes]) -> None:
        if level == len(self._rows):
            self._rows.append([])
            self._written.append(0)
        row = self._rows[level]
        row.extend(hashes)
        if len(row) < WIDTH:
            return
        index = (self.size >> HEIGHT * level) // WIDTH - len(row) // WIDTH
        roots: list[bytes] = []
        cut = len(row) - len(row) % WIDTH
        for start in range(0, cut, WIDTH):
            data = b"".join(row[start : start + WIDTH])
            self._full.append(Tile(level, index, WIDTH, data))
            roots.append(_tile_root(data))
            index += 1
        del row[:cut]
        self._extend(level + 1, roots)

    def root(self) -> bytes:
        """Root hash of the tree as it stands."""
        return self._fold(self._rows)

    @staticmethod
    def _fold(rows: list[list[bytes]]) -> bytes:
        right: list[bytes] = []  # what lies to the right of a row's complete subtrees, as one hash or none
        for row in rows:
            if row or right:
                right = [root_of([*row, *right])]
        return right[0] if right else EMPTY_ROOT

    def take_tiles(self) -> list[Tile]:
        """Tiles that came to be since the last call: each full one once, then the partial ones that changed."""
        tiles, self._full = self._full, []
        for level, row in enumerate(self._rows):
            count = self.size >> HEIGHT * level
            if row and count != self._written[level]:
                tiles.append(Tile(level, count // WIDTH, len(row), b"".join(row)))
            self._written[level] = count
        return tiles


def _tile_root(data: bytes) -> bytes:
    while len(data) > 32:
        data = _parents(data)
    return data


def _parents(row: bytes) -> bytes:
    """Hashes of the complete pairs in a row of hashes."""
    return b"".join([_sha256(b"\x01" + row[i : i + 64]).digest() for i in range(0, len(row) - 63, 64)])


def _split(row: bytes) -> list[bytes]:
    return [row[i : i + 32] for i in range(0, len(row), 32)]


def _read(read_tile: ReadTile, level: int, index: int, width: int) -> bytes:
    if not width:
        return b""
    data = read_tile(level, index, width)
    if len(data) not in (width * 32, WIDTH * 32):
        raise Damaged(
            "tile {level}/{index} holds {got} bytes; expected {width} hashes of 32 bytes",
            level=level,
            index=index,
            got=len(data),
            width=width,
        )
    return data[: width * 32]


class Prover:
    """Draws proofs from the tiles of a tree of `size` leaves, keeping what it has read and hashed of them.

    Give the same Prover many indexes of one tree: neighbours share their tiles. At most `keep` leaf tiles are held,
    16 KiB each.
    """

    def __init__(self, size: int, read_tile: ReadTile, keep: int = 1024) -> None:
        self.size = size
        self._read_tile = read_tile
        self._keep = keep
        self._upper: dict[tuple[int, int], list[bytes]] = {}
        self._lower: dict[int, list[bytes]] = {}
        self._edges: dict[tuple[int, int], bytes] = {}

    def root(self) -> bytes:
        """Root hash of the tree."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Inclusion proof of leaf `index`, from the leaf's sibling upwards (RFC 6962 §2.1.1)."""
        if not 0 <= index < self.size:
            raise Refused("expected a leaf index below the tree size {size}, got {index}", size=self.size, index=index)
        upper: list[bytes] = []
        low, high = 0, self.size
        # Down from the root as long as the subtree is incomplete; below that, siblings are plain nodes.
        while (high - low) & (high - low - 1):
            middle = low + _split_point(high - low)
            if index < middle:
                upper.append(self._range(middle, high))
                high = middle
            else:
                upper.append(self._range(low, middle))
                low = middle
        proof = [self._node(level, index >> level ^ 1) for level in range((high - low).bit_length() - 1)]
        proof.extend(reversed(upper))
        return proof

    def consistency(self, old: int) -> list[bytes]:
        """Proof that this tree begins with the tree of its first `old` leaves, 1 <= old <= size (RFC 6962 §2.1.2)."""
        if not 0 < old <= self.size:
            raise Refused("expected an earlier size from 1 to {size}, got {old}", size=self.size, old=old)
        proof: list[bytes] = []
        low, high = 0, self.size
        while old != high:
            middle = low + _split_point(high - low)
            if old <= middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low = middle
        if low:
            proof.append(self._range(low, high))
        proof.reverse()
        return proof

    def _range(self, low: int, high: int) -> bytes:
        """Hash of the subtree over leaves low to high - 1, which begins at a multiple of a power of two >= its size."""
        size = high - low
        if not size & (size - 1):
            return self._node(size.bit_length() - 1, low >> size.bit_length() - 1)
        known = self._edges.get((low, high))
        if known is None:
            middle = low + _split_point(size)
            known = self._edges[low, high] = node_hash(self._range(low, middle), self._range(middle, high))
        return known

    def _node(self, level: int, index: int) -> bytes:
        """Hash of the complete subtree over leaves index << level to (index + 1) << level."""
        tile_level, row = divmod(level, HEIGHT)
        tile = index >> HEIGHT - row
        at = (index & (WIDTH >> row) - 1) * 32
        if tile_level == 0:
            rows = self._lower.get(tile)
            if rows is None:
                if len(self._lower) >= self._keep:
                    del self._lower[next(iter(self._lower))]
                rows = self._lower[tile] = self._load(0, tile)
        else:
            rows = self._upper.get((tile_level, tile)) or self._load(tile_level, tile)
            self._upper[tile_level, tile] = rows
        return rows[row][at : at + 32]

    def _load(self, level: int, index: int) -> list[bytes]:
        width = min(WIDTH, (self.size >> HEIGHT * level) - index * WIDTH)
        rows = [_read(self._read_tile, level, index, width)]
        for _ in range(HEIGHT - 1):
            rows.append(_parents(rows[-1]))
        return rows


def _split_point(size: int) -> int:
    """Largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, read_tile: ReadTile) -> list[bytes]:
    """Inclusion proof of one leaf; for many, keep a Prover."""
    return Prover(size, read_tile).inclusion(index)


def consistency_proof(old: int, new: int, read_tile: ReadTile) -> list[bytes]:
    """Proof that the tree of `new` leaves begins with that of `old`."""
    return Prover(new, read_tile).consistency(old)
