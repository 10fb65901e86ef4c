"""An error at every single call that changes what is kept, through a small archive's whole life; and the power cut there.

The calls are counted once on a disk that does not fail; then the same life is lived once for each of them.
"""

from contextlib import suppress
from pathlib import Path

import pytest

from muniment.capture.archive import Archive, create_archive
from muniment.record.errors import NotFound, Refused, StorageFailed
from muniment.vault.durable import Disk
from tests.archives import ORIGIN, Place, accept, bring_in, check, database, drain, message, raws
from tests.faults import Call, FaultyDisk, How, PowerCut, PowerDisk, ShortDisk, WatchedDisk
from tests.postgres import on_postgres

SHORT = [message(20), b"no message\n", message(21), message(22)]
LONG = [*SHORT, b"\n", message(23, "x" * 3000), message(24), message(25), message(26)]
LINES = [pytest.param(SHORT, id="short"), pytest.param(LONG, id="long", marks=pytest.mark.deep)]
OURS = "b000000000000000"


class Life:
    """One archive's life on one disk: what was acknowledged, and what was merely asked for."""

    def __init__(self, place: Place, folder: Path, lines: list[bytes]) -> None:
        self.place, self.lines = place, lines
        self.file = folder / "some.ndjson"
        self.file.write_bytes(b"".join(lines))
        self.asked: list[bytes] = []
        self.acknowledged: list[bytes] = []

    def live(self, disk: Disk) -> None:
        """Intake, sequencing, import and projection; raises what the disk makes of it."""
        with self.place.open(disk) as archive:
            for number in range(2):
                self._accept(archive, number)
            drain(archive)
            self._accept(archive, 2)
            bring_in(archive, self.file)

    def _accept(self, archive: Archive, number: int) -> None:
        self.asked.append(message(number))
        accept(archive, number, source=f"{OURS}{number % 2}")
        self.acknowledged.append(self.asked[-1])

    def recover(self) -> None:
        """Go on with a sound disk, and assert that nothing acknowledged is lost, doubled or out of order."""
        with self.place.open() as archive:
            sheet = bring_in(archive, self.file)
        assert sheet.balanced
        assert sheet.counts["bytes"].seen == sum(map(len, self.lines))
        records = check(self.place)["records"]
        taken = [raw for record, raw in zip(records, raws(records), strict=True) if record.leaf.src.startswith(OURS)]
        # An item that was asked for when the disk failed may have been kept without anybody being told.
        assert taken in (self.acknowledged, self.asked[: len(self.acknowledged) + 1])
        brought = [
            raw for record, raw in zip(records, raws(records), strict=True) if not record.leaf.src.startswith(OURS)
        ]
        assert brought[:-1] == self.lines, "each line once, in the file's order; the manifest behind them"
        with database(self.place, "catalog") as catalog:
            assert catalog.execute("SELECT count(*) FROM record").fetchone() == (len(records),)
            read = [line for line in self.lines if line != b"\n"]
            assert catalog.execute("SELECT count(*) FROM event").fetchone() == (len(taken) + len(read),)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file comes in several batches."""
    monkeypatch.setattr("muniment.capture.importer.BATCH_PARTS", 2)


def calls_of(pristine: Place, folder: Path, lines: list[bytes]) -> list[Call]:
    """Every call of a life in which nothing fails."""
    disk = WatchedDisk()
    life = Life(pristine.copy(folder / "counted"), folder, lines)
    life.live(disk)
    life.recover()
    return disk.calls


def moments(calls: list[Call], lines: list[bytes]) -> list[int]:
    """The numbers of the calls to fail at: every one.

    In PostgreSQL each life takes a second. Files fail there as they do elsewhere: the short form takes every commit, and every
    fourth of the other calls.
    """
    if lines is LONG or not on_postgres():
        return list(range(len(calls)))
    return [number for number, call in enumerate(calls) if call.what == "commit" or number % 4 == 0]


@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize("how", How)
def test_an_error_at_any_call_loses_nothing_that_was_acknowledged(
    pristine: Place, fast_path: Path, how: How, lines: list[bytes]
) -> None:
    tried = 0
    calls = calls_of(pristine, fast_path, lines)
    for number in range(len(calls)) if how is How.TORN else moments(calls, lines):
        if how is How.TORN and calls[number].what != "write":
            continue  # only a write can be half done; the other calls have had their turn
        life = Life(pristine.copy(fast_path / str(number)), fast_path, lines)
        with pytest.raises(StorageFailed):
            life.live(FaultyDisk(lambda at, _, number=number: at == number, how))  # type: ignore[misc]
        life.recover()
        tried += 1
    assert tried > 20


@pytest.mark.parametrize("lines", LINES)
def test_a_power_cut_at_any_call_loses_nothing_that_was_acknowledged(
    pristine: Place, fast_path: Path, lines: list[bytes]
) -> None:
    for number in moments(calls_of(pristine, fast_path, lines), lines):
        life = Life(pristine.copy(fast_path / str(number)), fast_path, lines)
        disk = PowerDisk(number)
        with pytest.raises(PowerCut):
            life.live(disk)
        disk.lose()
        life.recover()


def test_short_writes_are_written_to_their_end(pristine: Place, fast_path: Path) -> None:
    life = Life(pristine.copy(fast_path / "short"), fast_path, LONG)
    life.live(ShortDisk())
    life.recover()


@pytest.mark.parametrize("how", [How.FAILED, How.PERSISTED, How.TORN])
def test_an_error_at_any_call_of_init_leaves_a_whole_archive_or_none(fast_path: Path, how: How) -> None:
    watched = WatchedDisk()
    create_archive(fast_path / "counted", fast_path / "counted.keys", ORIGIN, watched)
    for number in range(len(watched.calls)):
        place = Place(fast_path / f"{number}", fast_path / f"{number}.keys")
        with pytest.raises(StorageFailed):
            create_archive(place.home, place.keys, ORIGIN, FaultyDisk(lambda at, _, number=number: at == number, how))  # type: ignore[misc]
        try:
            place.open().close()
        except NotFound:
            # What is there is no archive: a second init says so, or finds nothing in its way.
            with suppress(Refused):
                create_archive(place.home, place.keys, ORIGIN)
                check(place)
        else:
            check(place)
