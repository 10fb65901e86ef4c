import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.proof import tiles
from muniment.record.errors import Damaged, Refused


@pytest.mark.parametrize(
    "level, index, width, path",
    [
        (0, 0, 256, "tile/0/000"),
        (0, 999, 256, "tile/0/999"),
        (0, 1000, 256, "tile/0/x001/000"),
        (3, 1234067, 256, "tile/3/x001/x234/067"),
        (3, 1234067, 8, "tile/3/x001/x234/067.p/8"),
        (63, 1_000_000, 255, "tile/63/x001/x000/000.p/255"),
    ],
)
def test_paths_are_those_of_the_specification(level: int, index: int, width: int, path: str) -> None:
    assert tiles.tile_path(level, index, width) == path
    assert tiles.parse_path(path) == (level, index, width)


@given(level=st.none() | st.integers(0, 63), index=st.integers(0, 2**55), width=st.integers(1, 256))
def test_paths_read_back(level: int | None, index: int, width: int) -> None:
    path = tiles.entries_path(index, width) if level is None else tiles.tile_path(level, index, width)
    assert tiles.parse_path(path) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000/",
        "tile/entry/000",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/0/000\n",
    ],
)
def test_other_spellings_of_a_path_are_refused(path: str) -> None:
    with pytest.raises(Damaged, match="not the path of a tile"):
        tiles.parse_path(path)


@pytest.mark.parametrize("arguments", [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_there_is_no_tile_outside_the_bounds(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(Refused):
        tiles.tile_path(*arguments)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_entries_read_back(entries: list[bytes]) -> None:
    assert tiles.parse_entries(tiles.encode_entries(entries)) == entries


def test_the_length_comes_first_most_significant_byte_first() -> None:
    assert tiles.encode_entries([b"a" * 258, b""]) == b"\x01\x02" + b"a" * 258 + b"\x00\x00"


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x01", b"\x00\x01a\x00", b"\x00\x01a\x00\x02b", b"\xff\xff"])
def test_a_length_that_overruns_is_damage(data: bytes) -> None:
    with pytest.raises(Damaged, match="runs past its end"):
        tiles.parse_entries(data)


def test_a_bundle_holds_256_entries() -> None:
    with pytest.raises(Damaged, match="got 257"):
        tiles.parse_entries(tiles.encode_entries([b""] * 257))


def test_an_entry_holds_65535_bytes() -> None:
    assert tiles.parse_entries(tiles.encode_entries([b"x" * 65_535])) == [b"x" * 65_535]
    with pytest.raises(Refused, match="got 65536"):
        tiles.encode_entries([b"x" * 65_536])
