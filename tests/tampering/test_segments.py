"""An archive of several segments, one a month of receipt: which file is missing is known, and whose the misplaced bytes are."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.archive import create_archive, open_archive
from muniment.capture.leader import Leader
from muniment.journal.segment import read_frames
from muniment.record.clock import SECOND
from muniment.record.record import Assurance, Header, join_payload
from muniment.vault.home import LOGS, open_home
from muniment.vault.kek import open_kek
from muniment.vault.signing import open_signer
from tests.tampering.conftest import Copy, files

MONTH = 31 * 86_400 * SECOND
START = 1_767_225_600 * SECOND + 3600 * SECOND
EACH = 7


@pytest.fixture
def months(tmp_path: Path) -> Copy:
    """Four months, seven records each; long ones among them, so that some envelopes are compressed."""
    home, keys = tmp_path / "home", tmp_path / "home.keys"
    create_archive(home, keys, "example.com/broker")
    moment = [START]
    with open_archive(home, keys, clock=lambda: moment[0]) as archive, Leader(archive) as leader:
        header = Header(by="test", v=1, part="message", assurance=Assurance.EXPORT_TEXT)
        for month in range(4):
            moment[0] = START + month * MONTH
            payloads = [
                join_payload(header, b"record %d " % number * (1 + 400 * (number % 2))) for number in range(EACH)
            ]
            leader.commit("records", [archive.sealer.seal(p, log="records", type="rec", source="a1") for p in payloads])
    opened = open_home(home, keys)
    return Copy(opened, open_kek(keys), {name: open_signer(keys, name, opened.log_origin(name)) for name in LOGS}, "")


def test_the_archive_has_a_segment_a_month_and_is_sound(months: Copy) -> None:
    assert [path.name for path in sorted(months.home.segments("records").iterdir())] == [
        f"{n * EACH:016}.seg" for n in range(4)
    ]
    assert months.sealed_findings() == []


@pytest.mark.parametrize("place", range(4))
def test_the_segment_that_is_gone_is_named_with_its_leaves(months: Copy, place: int) -> None:
    path = months.home.segments("records") / f"{place * EACH:016}.seg"
    path.unlink()
    (finding,) = months.sealed_findings()
    assert (finding.file, finding.leaf) == (months.name(path), place * EACH)
    assert finding.values == {"first": place * EACH, "last": place * EACH + EACH - 1}


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("kept", [1, 4, 6])
def test_a_segment_cut_between_two_envelopes_is_named_with_what_it_lacks(months: Copy, place: int, kept: int) -> None:
    path = months.home.segments("records") / f"{place * EACH:016}.seg"
    frame = read_frames(path, "records")[1][kept - 1]
    os.truncate(path, frame.offset + frame.length)
    (finding,) = months.sealed_findings()
    assert (finding.file, finding.leaf) == (months.name(path), place * EACH + kept)


@pytest.mark.parametrize("place", range(4))
def test_what_is_added_behind_a_segment_is_mild_only_where_a_crash_could_leave_it(months: Copy, place: int) -> None:
    path = months.home.segments("records") / f"{place * EACH:016}.seg"
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"\0\0\0\x05hello")
    (finding,) = months.sealed_findings()
    assert (finding.file, finding.bytes, finding.mild) == (months.name(path), (size, size + 8), place == 3)


@pytest.mark.parametrize("change", [lambda first, second: (second, first), lambda first, _: (first, first)])
def test_two_envelopes_swapped_or_doubled_within_a_segment_are_named(
    months: Copy, change: Callable[[bytes, bytes], tuple[bytes, bytes]]
) -> None:
    path = months.home.segments("records") / f"{EACH:016}.seg"
    data = path.read_bytes()
    one, other = read_frames(path, "records")[1][2], read_frames(path, "records")[1][4]
    first, second = change(data[one.offset : one.offset + one.length], data[other.offset : other.offset + other.length])
    assert len(first) == len(second)
    changed = bytearray(data)
    changed[one.offset : one.offset + one.length] = first
    changed[other.offset : other.offset + other.length] = second
    path.write_bytes(changed)
    found = months.sealed_findings()
    assert files(found) == {months.name(path)}
    assert {finding.leaf for finding in found} <= {EACH + 2, EACH + 4}


def test_a_changed_length_of_a_compressed_envelope_is_named_with_all_that_it_hides(months: Copy) -> None:
    path = months.home.segments("records") / f"{EACH:016}.seg"
    data = path.read_bytes()
    frame = read_frames(path, "records")[1][3]
    path.write_bytes(data[: frame.offset - 1] + bytes([data[frame.offset - 1] ^ 3]) + data[frame.offset :])
    (finding,) = months.sealed_findings()
    assert (finding.file, finding.leaf) == (months.name(path), EACH + 3)
    assert finding.bytes == (frame.offset - 4, len(data) - 1)


def test_a_changed_length_costs_one_short_record_and_not_those_behind_it(months: Copy) -> None:
    path = months.home.segments("records") / f"{0:016}.seg"
    data = path.read_bytes()
    frame = read_frames(path, "records")[1][2]
    path.write_bytes(data[: frame.offset - 1] + bytes([data[frame.offset - 1] ^ 3]) + data[frame.offset :])
    (finding,) = months.sealed_findings()
    assert (finding.leaf, finding.bytes) == (2, (frame.offset - 4, frame.offset - 1))
