"""A small log in memory, and the tree of RFC 6962 written down naively, to measure ours against."""

import hashlib
from collections.abc import Callable, Sequence

import pytest

from muniment.proof.merkle import Frontier, ReadTile


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = _k(len(hashes))
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1, word for word."""
    if len(hashes) == 1:
        return []
    k = _k(len(hashes))
    if index < k:
        return [*naive_path(index, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(index - k, hashes[k:]), naive_root(hashes[:k])]


def naive_consistency(old: int, hashes: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2, word for word."""
    if old == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = _k(len(hashes))
    if old <= k:
        return [*naive_consistency(old, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_consistency(old - k, hashes[k:], False), naive_root(hashes[:k])]


def _k(size: int) -> int:
    k = 1
    while 2 * k < size:
        k *= 2
    return k


class Naive:
    """The naive tree, as a fixture hands it out."""

    root = staticmethod(naive_root)
    path = staticmethod(naive_path)
    consistency = staticmethod(naive_consistency)


class Stored:
    """A frontier and the tiles that it gave up, kept as the files of a log are: partial ones beside full ones."""

    def __init__(self) -> None:
        self.frontier = Frontier()
        self.tiles: dict[tuple[int, int, int], bytes] = {}

    def append(self, hashes: Sequence[bytes]) -> None:
        self.frontier.append(hashes)
        for tile in self.frontier.take_tiles():
            self.tiles[tile.level, tile.index, tile.width] = tile.data

    @property
    def read(self) -> ReadTile:
        return lambda level, index, width: self.tiles[level, index, width]


@pytest.fixture(scope="session")
def naive() -> type[Naive]:
    return Naive


@pytest.fixture
def stored() -> Callable[[], Stored]:
    return Stored


@pytest.fixture(scope="session")
def hashes() -> list[bytes]:
    """Leaf hashes enough for three levels of tiles."""
    return [hashlib.sha256(b"\x00" + str(n).encode()).digest() for n in range(70_000)]
