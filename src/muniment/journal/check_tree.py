"""Checks the tiles and entry bundles of a log against a signed root, from the root down.

What a tile says is believed only when the tile above it, and in the end the signature, says the same. So the file that
is at fault is the one named: a bundle is compared with its tile leaf by leaf, a tile with its parent hash by hash. Where a tile
does not agree with what is above it, it is made again from what is below it; if that agrees, the rest is believed again.

Memory: one path of tiles from the root to a leaf, whatever the size of the log.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from muniment.journal.check_finding import Say, differing, fault, span
from muniment.proof.merkle import EMPTY_ROOT, HEIGHT, WIDTH, leaf_hashes, root_of
from muniment.proof.tiles import entries_path, tile_path
from muniment.record.words import _

FULL = WIDTH * 32


class Block(NamedTuple):
    """The leaves of one bundle: bytes where they are the sealed ones, None where not; and their hashes where those are known."""

    first: int
    leaves: list[bytes | None]
    hashes: list[bytes | None]
    path: str


class Tree:
    """A log of `size` leaves with the signed `root`; `label` is its folder's name within the archive."""

    def __init__(self, folder: Path, label: str, size: int, root: bytes, say: Say) -> None:
        self._folder, self._label, self._size, self._root, self._say = folder, label, size, root, say

    def blocks(self) -> Iterator[Block]:
        """All leaves in order, a bundle at a time."""
        if self._size == 0:
            return
        top = (self._size.bit_length() - 1) // HEIGHT
        edge = self._edge(top)
        for level in range(top, 0, -1):
            index = (self._size >> HEIGHT * level) // WIDTH
            for place, root in enumerate(edge[level]):
                yield from self._descend(level - 1, index * WIDTH + place, root)
        width = self._size % WIDTH
        if width:
            yield self._bundle(self._size // WIDTH, width, edge[0])

    # The right edge: the partial tiles of all levels, whose hashes fold into the signed root.

    def _edge(self, top: int) -> list[list[bytes | None]]:
        places = [divmod(self._size >> HEIGHT * level, WIDTH) for level in range(top + 1)]
        stored = [self._hashes(level, index, width) for level, (index, width) in enumerate(places)]
        if self._folds([row or [] for row in stored]) and None not in stored:
            return [list(row or ()) for row in stored]
        made = [self._made(level, index, width) for level, (index, width) in enumerate(places)]
        # One file at fault is the rule: see whether making a single tile again from what it covers mends the root.
        trial: list[list[bytes]] | None = None
        for wrong in range(top + 1):
            rows = [
                made[level] if level == wrong or stored[level] is None else stored[level] for level in range(top + 1)
            ]
            trial = [row for row in rows if row is not None]
            if len(trial) == top + 1 and self._folds(trial):
                break
        else:
            trial = [row for row in made if row is not None]
            if len(trial) != top + 1 or not self._folds(trial):
                return self._undecided(places, stored, made)
        for level, (index, width) in enumerate(places):
            if stored[level] != trial[level]:
                self._blame(level, index, width, b"".join(trial[level]))
        return [list(row) for row in trial]

    def _undecided(
        self, places: list[tuple[int, int]], stored: list[list[bytes] | None], made: list[list[bytes] | None]
    ) -> list[list[bytes | None]]:
        """Nothing folds into the root: name every tile of the edge that is absent or not what lies below it."""
        named = False
        for level, (index, width) in enumerate(places):
            if stored[level] is None or stored[level] != made[level]:
                named = True
                self._blame(level, index, width, b"".join(made[level] or ()))
        if not named:
            self._say(
                fault(
                    f"{self._label}/checkpoint",
                    _("the tiles do not add up to the signed root of {size} leaves"),
                    size=self._size,
                )
            )
        unknown: list[list[bytes | None]] = [[None] * width for _index, width in places]
        return [[*(made[level] or stored[level] or unknown[level])] for level in range(len(places))]

    def _folds(self, rows: list[list[bytes]]) -> bool:
        right: list[bytes] = []
        for row in rows:
            if row or right:
                right = [root_of([*row, *right])]
        return (right[0] if right else EMPTY_ROOT) == self._root

    # Full tiles, from above.

    def _descend(self, level: int, index: int, root: bytes | None) -> Iterator[Block]:
        stored = self._hashes(level, index, WIDTH)
        unknown: list[bytes | None] = [None] * WIDTH
        rows: list[bytes | None]
        if stored is not None and root_of(stored) == root:
            rows = list(stored)
        else:
            made = self._made(level, index, WIDTH)
            if root is None:
                # What is above is in doubt: believe what agrees with what lies below.
                if stored is None or stored != made:
                    self._blame(level, index, WIDTH, b"".join(made or ()))
                rows = [*(made or stored or unknown)]
            else:
                self._blame(level, index, WIDTH, b"".join(made or ()))
                mended = made is not None and root_of(made) == root
                if made is not None and not mended and level == 0:
                    bundle = f"{self._label}/{entries_path(index)}"
                    self._say(
                        fault(bundle, _("the leaves of this bundle are not those that were signed"), leaf=index * WIDTH)
                    )
                rows = [*(made or ())] if mended else unknown
        if level == 0:
            yield self._bundle(index, WIDTH, rows)
            return
        for place, below in enumerate(rows):
            yield from self._descend(level - 1, index * WIDTH + place, below)

    def _made(self, level: int, index: int, width: int) -> list[bytes] | None:
        """The hashes of a tile, made from what lies below it; None when that is not whole."""
        if level == 0:
            data = self._read(entries_path(index, width)) if width else b""
            entries = cut(data) if data is not None else None
            return (
                leaf_hashes(data[at : at + size] for at, size in entries)
                if data is not None and entries is not None and len(entries) == width
                else None
            )
        rows = []
        for place in range(width):
            below = self._hashes(level - 1, index * WIDTH + place, WIDTH)
            if below is None:
                below = self._made(level - 1, index * WIDTH + place, WIDTH)
            if below is None:
                return None
            rows.append(root_of(below))
        return rows

    def _blame(self, level: int, index: int, width: int, wanted: bytes) -> None:
        """Name a tile that is absent, or that is not `wanted`."""
        if not width:
            return
        name, data = tile_path(level, index, width), self._read(tile_path(level, index, width))
        file = f"{self._label}/{name}"
        if data is None:
            self._say(fault(file, _("the tile is missing"), leaf=None))
        elif len(data) != width * 32:
            self._say(
                fault(
                    file,
                    _("the tile holds {got} bytes, expected {wanted}"),
                    at=differing(data, wanted) if wanted else span(0, len(data)),
                    got=len(data),
                    wanted=width * 32,
                )
            )
        elif not wanted:
            self._say(
                fault(
                    file,
                    _("the tile does not agree with the signed root, and cannot be made again to say where"),
                    at=span(0, len(data)),
                )
            )
        elif data != wanted:
            self._say(fault(file, _("the tile's hashes are not those of what it covers"), at=differing(data, wanted)))
        else:
            self._say(fault(file, _("the tile and all below it are not what was signed"), at=span(0, len(data))))

    # Leaves.

    def _bundle(self, index: int, width: int, hashes: list[bytes | None]) -> Block:
        """The leaves of one bundle, each compared with its hash."""
        name, first = entries_path(index, width), index * WIDTH
        file = f"{self._label}/{name}"
        data = self._read(name)
        if data is None:
            self._say(
                fault(
                    file,
                    _("the entry bundle is missing: leaves {first} to {last}"),
                    leaf=first,
                    first=first,
                    last=first + width - 1,
                )
            )
            return Block(first, [None] * width, hashes, file)
        entries = cut(data)
        whole = entries is not None and len(entries) == width
        leaves: list[bytes | None] = []
        for place, (at, size) in enumerate(entries if entries is not None else cut_lenient(data)):
            if place == width:
                break
            leaf = data[at : at + size]
            if hashes[place] is None and whole:
                hashes[place] = leaf_hashes([leaf])[0]  # in doubt already, and said so
            if leaf_hashes([leaf])[0] == hashes[place]:
                leaves.append(leaf)
            else:
                if not whole:
                    break
                self._say(
                    fault(
                        file,
                        _("the leaf is not the one that was sealed"),
                        leaf=first + place,
                        at=span(at - 2, size + 2),
                    )
                )
                leaves.append(None)
        if not whole:
            # Lengths lead astray from the first bad one on: everything behind it is in doubt.
            good = sum(len(leaf or b"") + 2 for leaf in leaves)
            self._say(
                fault(
                    file,
                    _("the bundle does not hold its {width} leaves: it is in disorder from leaf {first} on"),
                    leaf=first + min(len(leaves), width - 1),
                    at=span(good, len(data) - good),
                    width=width,
                    first=first + len(leaves),
                )
            )
            leaves.extend([None] * (width - len(leaves)))
        return Block(first, leaves, hashes, file)

    def _hashes(self, level: int, index: int, width: int) -> list[bytes] | None:
        """The hashes of a stored tile; None when it is absent or has another size."""
        if not width:
            return []
        data = self._read(tile_path(level, index, width))
        if data is None or len(data) != width * 32:
            return None
        return [data[at : at + 32] for at in range(0, len(data), 32)]

    def _read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None


def cut(data: bytes) -> list[tuple[int, int]] | None:
    """Offset and length of each entry of a bundle; None when a length runs past its end."""
    found, at, end = [], 0, len(data)
    while at < end:
        size = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + size > end:
            return None
        found.append((at + 2, size))
        at += 2 + size
    return found


def cut_lenient(data: bytes) -> Iterator[tuple[int, int]]:
    """`cut`, up to where it goes wrong."""
    at, end = 0, len(data)
    while at + 2 <= end:
        size = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + size > end:
            return
        yield at + 2, size
        at += 2 + size
