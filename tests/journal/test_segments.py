"""Segments: one key group a file, appended and never changed, read back by leaf; what a crash leaves at the end is cut off."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.journal import segment
from muniment.journal.segment import SegmentReader, SegmentWriter, first_of, read_frames, segment_files
from muniment.record.errors import Damaged
from muniment.vault.durable import Disk
from tests.faults import WatchedDisk

MARCH, APRIL = "2026-03.0", "2026-04.0"


def envelopes(count: int, start: int = 0) -> list[bytes]:
    return [f"envelope {number} ".encode() * (number % 7) for number in range(start, start + count)]


@pytest.fixture
def writer(tmp_path: Path) -> SegmentWriter:
    return SegmentWriter(tmp_path, "records", Disk())


def test_a_segment_is_a_line_and_then_frames(tmp_path: Path, writer: SegmentWriter) -> None:
    writer.append(0, MARCH, [b"one", b"", b"three"])
    path = tmp_path / "0000000000000000.seg"
    head, _, frames = path.read_bytes().partition(b"\n")
    assert json.loads(head) == {"first": 0, "kg": MARCH, "log": "records", "v": 1}
    assert frames == b"\0\0\0\3one" + b"\0\0\0\0" + b"\0\0\0\5three"
    group, found = read_frames(path, "records")
    assert (group, [(frame.leaf, frame.length) for frame in found]) == (MARCH, [(0, 3), (1, 0), (2, 5)])
    assert [path.read_bytes()[frame.offset :][: frame.length] for frame in found] == [b"one", b"", b"three"]


def test_another_key_group_or_a_full_segment_begins_a_new_file(
    tmp_path: Path, writer: SegmentWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "ROLL_BYTES", 500)
    writer.append(0, MARCH, envelopes(4))
    writer.append(4, APRIL, envelopes(2, 4))
    writer.append(6, APRIL, [b"x" * 600])
    writer.append(7, APRIL, envelopes(3, 7))
    writer.append(10, MARCH, envelopes(1, 10))
    assert [first_of(path) for path in segment_files(tmp_path)] == [0, 4, 7, 10]
    found = list(SegmentReader(tmp_path, "records").envelopes(0, 11))
    assert found == [*envelopes(6), b"x" * 600, *envelopes(4, 7)]


@given(
    st.lists(
        st.tuples(st.sampled_from([MARCH, APRIL]), st.lists(st.binary(max_size=60), min_size=1, max_size=9)),
        min_size=1,
        max_size=8,
    ),
    st.data(),
)
def test_any_run_of_leaves_is_read_as_it_was_written(
    fast_folders: Callable[[], Path], batches: list[tuple[str, list[bytes]]], data: st.DataObject
) -> None:
    folder = fast_folders()
    writer, written = SegmentWriter(folder, "records", Disk()), list[bytes]()
    for group, batch in batches:
        writer.append(len(written), group, batch)
        written += batch
    writer.close()
    reader = SegmentReader(folder, "records")
    for _ in range(4):
        first = data.draw(st.integers(0, len(written)))
        last = data.draw(st.integers(first, len(written)))
        assert list(reader.envelopes(first, last)) == written[first:last]


def test_a_reader_sees_what_is_appended_after_it_began(tmp_path: Path, writer: SegmentWriter) -> None:
    reader = SegmentReader(tmp_path, "records")
    written = list[bytes]()
    for number in range(20):
        batch = envelopes(number, len(written))
        if batch:
            writer.append(len(written), MARCH if number % 5 else APRIL, batch)
        written += batch
        assert list(reader.envelopes(0, len(written))) == written


def test_long_envelopes_are_read_across_the_readers_own_blocks(
    tmp_path: Path, writer: SegmentWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "WALK_BYTES", 16)
    monkeypatch.setattr(segment, "RUN_FRAMES", 3)
    writer.append(0, MARCH, envelopes(30))
    assert list(SegmentReader(tmp_path, "records").envelopes(0, 30)) == envelopes(30)


@pytest.mark.parametrize(
    "tail",
    [b"", b"\0", b"\0\0\0\x09half", bytes(200), b"\xff" * 9],
    ids=["clean", "byte", "half a frame", "zeros", "noise"],
)
@pytest.mark.parametrize("sealed", [1, 3, 5])
def test_what_a_crash_left_behind_the_last_seal_is_cut_off(
    tmp_path: Path, writer: SegmentWriter, tail: bytes, sealed: int
) -> None:
    writer.append(0, MARCH, envelopes(5))
    writer.append(5, APRIL, envelopes(2, 5))
    writer.close()
    with (tmp_path / "0000000000000000.seg").open("ab") as file:
        file.write(tail)
    again = SegmentWriter(tmp_path, "records", Disk())
    again.resume(sealed)
    assert [first_of(path) for path in segment_files(tmp_path)] == [0]
    again.append(sealed, MARCH, [b"new"])
    again.close()
    assert list(SegmentReader(tmp_path, "records").envelopes(0, sealed + 1)) == [*envelopes(sealed), b"new"]
    assert len(read_frames(tmp_path / "0000000000000000.seg", "records")[1]) == sealed + 1


def test_an_untouched_segment_is_taken_up_without_a_write(tmp_path: Path, writer: SegmentWriter) -> None:
    writer.append(0, MARCH, envelopes(5))
    disk = WatchedDisk()
    SegmentWriter(tmp_path, "records", disk).resume(5)
    assert disk.calls == []


def test_a_segment_that_ends_before_the_log_is_damage(tmp_path: Path, writer: SegmentWriter) -> None:
    writer.append(0, MARCH, envelopes(5))
    with pytest.raises(Damaged, match="holds 5 envelopes, the log has 6 leaves"):
        SegmentWriter(tmp_path, "records", Disk()).resume(6)
    with pytest.raises(Damaged, match="no envelope for leaf 5"):
        list(SegmentReader(tmp_path, "records").envelopes(0, 6))


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("0000000000000000.seg", b'{"first":0,"kg":"2026-03.0","log":"audit","v":1}\n'),
        ("0000000000000000.seg", b'{"first":1,"kg":"2026-03.0","log":"records","v":1}\n'),
        ("0000000000000000.seg", b'{"first":0,"kg":"2026-03.0","log":"records","v":2}\n'),
        ("0000000000000000.seg", b'{"first":0, "kg":"2026-03.0","log":"records","v":1}\n'),
        ("0000000000000000.seg", b'{"first":0,"kg":"2026-03.0","log":"records","v":1}'),
        ("0000000000000000.seg", b"\xff\xfe"),
        ("0000000000000000.seg", b""),
    ],
)
def test_a_head_line_that_is_not_its_own_is_damage(tmp_path: Path, name: str, head: bytes) -> None:
    (tmp_path / name).write_bytes(head)
    with pytest.raises(Damaged, match="does not begin with its own head line"):
        read_frames(tmp_path / name, "records")


@pytest.mark.parametrize(
    "name", ["1.seg", "000000000000000a.seg", "0000000000000000.txt", "00000000000000000.seg", "٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠.seg"]
)
def test_a_file_that_is_no_segment_is_damage(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(Damaged, match="is not a segment"):
        segment_files(tmp_path)
