"""Opening records: leaf, envelope and key are each held against the others, and none is believed alone."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.journal.segment import read_frames
from muniment.record.errors import Damaged, WrongKey
from tests.archives import Place, accept, database, drain


@pytest.fixture
def filled(place: Place) -> Place:
    with place.open() as archive:
        for number in range(4):
            accept(archive, number)
        drain(archive)
    return place


def payloads(place: Place) -> list[bytes | None]:
    with place.open() as archive:
        size = archive.records.log.checkpoint().size
        return [record.payload for record in archive.records.opened(0, size, size)]


def test_every_record_opens_to_what_was_accepted(filled: Place) -> None:
    with filled.open() as archive:
        expected = [accept(archive, number) for number in range(4)]
    assert payloads(filled) == expected


def test_a_record_whose_key_is_destroyed_has_its_leaf_and_nothing_else(filled: Place) -> None:
    with filled.open() as archive:
        archive.keys.destroy("records", [2])
        opened = list(archive.records.opened(0, 4, 4))
    assert [record.payload is None for record in opened] == [False, False, True, False]
    assert (opened[2].mac_key, opened[2].leaf.pseq) == (None, 2)


def segment(place: Place) -> Path:
    return place.home / "seg" / "records" / "0000000000000000.seg"


def change_envelope(place: Place) -> None:
    frame = read_frames(segment(place), "records")[1][1]
    data = bytearray(segment(place).read_bytes())
    data[frame.offset + 20] ^= 1
    segment(place).write_bytes(data)


def swap_envelopes(place: Place) -> None:
    first, second = read_frames(segment(place), "records")[1][:2]
    data = segment(place).read_bytes()
    one, two = (
        data[first.offset - 4 : first.offset + first.length],
        data[second.offset - 4 : second.offset + second.length],
    )
    segment(place).write_bytes(data.replace(one + two, two + one))


def cut_segment(place: Place) -> None:
    segment(place).write_bytes(segment(place).read_bytes()[:-1])


def drop_segment(place: Place) -> None:
    segment(place).unlink()


def change_key(place: Place) -> None:
    with database(place, "keys") as keys:
        keys.execute("UPDATE records_key SET wrapped = ? WHERE leaf = 1", (bytes(40),))


def swap_keys(place: Place) -> None:
    with database(place, "keys") as keys:
        one, two = keys.execute("SELECT wrapped FROM records_key WHERE leaf IN (1, 2) ORDER BY leaf").fetchall()
        keys.execute("UPDATE records_key SET wrapped = ? WHERE leaf = 1", two)
        keys.execute("UPDATE records_key SET wrapped = ? WHERE leaf = 2", one)


def change_group(place: Place) -> None:
    with database(place, "keys") as keys:
        keys.execute("UPDATE records_key SET key_group = 9 WHERE leaf = 1")


def change_leaf(place: Place) -> None:
    path = place.home / "log" / "records" / "tile" / "entries" / "000.p" / "4"
    path.write_bytes(path.read_bytes().replace(b'"n":1', b'"n":2', 1))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (change_envelope, Damaged, "the envelope of leaf 1"),
        (swap_envelopes, Damaged, "the envelope of leaf 0"),
        (cut_segment, Damaged, "in the middle of the envelope of leaf 3"),
        (drop_segment, Damaged, "no segment holds leaf 0"),
        (change_key, WrongKey, "the key of leaf 1"),
        (swap_keys, WrongKey, "an envelope does not open with its key"),
        (change_group, Damaged, "the key of leaf 1 names key group 9"),
        (change_leaf, Damaged, "bytes"),
    ],
)
def test_nothing_is_believed_because_it_lies_there(
    filled: Place, change: Callable[[Place], None], error: type[Exception], words: str
) -> None:
    change(filled)
    with pytest.raises(error, match=words):
        payloads(filled)


def test_records_of_another_archive_do_not_open(filled: Place, pristine: Place, fast_path: Path) -> None:
    other = pristine.copy(fast_path / "other")
    with other.open() as archive:
        for number in range(4):
            accept(archive, number)
        drain(archive)
    shutil.copy(segment(other), segment(filled))
    with pytest.raises(Damaged, match="the envelope of leaf 0"):
        payloads(filled)
