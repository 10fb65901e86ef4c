"""The crash table: each arrow of keys COMMIT → segment fsync → leaf fsync → checkpoint → intake delete, broken in two ways.

A row says at which call the disk stops and whether the batch is sealed by then, as an outsider would see it: whether the
last whole line of `checkpoints.log` covers it. Whatever the row, the next leader brings the archive to the same end.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.leader import Leader
from muniment.journal.checkpoints import CheckpointLog
from muniment.record.errors import StorageFailed
from tests.archives import Place, accept, bring_in, check, drain, message, messages, project, raws
from tests.faults import Call, FaultyDisk, How

FAILED, PERSISTED = How.FAILED, How.PERSISTED

# What is broken; whether that call belongs to the step; sealed if it failed; sealed if it failed but persisted.
STEPS: list[tuple[str, Callable[[Call], bool], bool, bool]] = [
    ("keys commit", lambda call: call == Call("commit", Path("keys")), False, False),
    ("segment write", lambda call: call.what == "write" and call.path.suffix == ".seg", False, False),
    ("segment fsync", lambda call: call.what == "fsync" and call.path.suffix == ".seg", False, False),
    ("leaf write", lambda call: call.what == "write" and "entries" in call.path.parts, False, False),
    (
        "leaf fsync",
        lambda call: call.what == "fsync" and call.path.name.endswith(".tmp") and "entries" in call.path.parts,
        False,
        False,
    ),
    ("leaf rename", lambda call: call.what == "rename" and "entries" in call.path.parts, False, False),
    ("tile rename", lambda call: call.what == "rename" and call.path.parent.parent.name == "0", False, False),
    ("leaf folder fsync", lambda call: call.what == "fsync" and call.path.name.endswith(".p"), False, False),
    ("checkpoint line write", lambda call: call.what == "write" and call.path.name == "checkpoints.log", False, True),
    ("checkpoint line fsync", lambda call: call.what == "fsync" and call.path.name == "checkpoints.log", True, True),
    ("checkpoint rename", lambda call: call.what == "rename" and call.path.name == "checkpoint", True, True),
    ("checkpoint folder fsync", lambda call: call.what == "fsync" and call.path.name == "records", True, True),
    ("old tile unlink", lambda call: call.what == "unlink" and ".p" in call.path.parent.name, True, True),
    ("intake delete", lambda call: call == Call("commit", Path("intake")), True, True),
]
TABLE = [
    pytest.param(belongs, how, sealed, id=f"{name}: {how}")
    for name, belongs, if_failed, if_persisted in STEPS
    for how, sealed in ((FAILED, if_failed), (PERSISTED, if_persisted))
]


class Break:
    """Picks the first call of a step once it is armed: opening has steps of the same kind, which are not the table's.

    With `settled` it arms itself when a batch that reaches that size has left intake, so that the next batch breaks.
    """

    def __init__(self, belongs: Callable[[Call], bool], place: Place, settled: int | None = None) -> None:
        self._belongs, self._place, self._settled = belongs, place, settled
        self.armed = False

    def __call__(self, number: int, call: Call) -> bool:
        if self._settled is not None and not self.armed:
            self.armed = call == Call("commit", Path("intake")) and sealed_size(self._place) >= self._settled
            return False
        return self.armed and self._belongs(call)


def sealed_size(place: Place) -> int:
    """Leaves that the last whole line of the records log's history covers."""
    _, _, note = CheckpointLog(place.home / "log" / "records" / "checkpoints.log").tail()
    return int(note.splitlines()[1])


@pytest.mark.parametrize(("belongs", "how", "sealed"), TABLE)
def test_items_of_intake_survive_a_crash_at_each_arrow(
    place: Place, belongs: Callable[[Call], bool], how: How, sealed: bool
) -> None:
    with place.open() as archive:
        payloads = [accept(archive, number) for number in range(3)]
        drain(archive)
    broken = Break(belongs, place)
    disk = FaultyDisk(broken, how)
    with place.open(disk) as archive:
        payloads += [accept(archive, number, source=f"{number % 2:016x}") for number in range(3, 8)]
        with Leader(archive) as leader:
            broken.armed = True
            with pytest.raises(StorageFailed):
                leader.drain()
            assert disk.fired is not None
            with pytest.raises(StorageFailed, match="stopped after an earlier disk error"):
                accept(archive, 99)
    assert sealed_size(place) == (8 if sealed else 3)

    with place.open() as archive:
        drain(archive)
        project(archive)
    assert [record.payload for record in check(place)["records"]] == payloads


@pytest.mark.parametrize(("belongs", "how", "sealed"), TABLE)
def test_an_import_survives_a_crash_at_each_arrow(
    place: Place,
    fast_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    belongs: Callable[[Call], bool],
    how: How,
    sealed: bool,
) -> None:
    monkeypatch.setattr("muniment.capture.importer.BATCH_PARTS", 4)
    with place.open() as archive:
        bring_in(archive, messages(fast_path / "first.ndjson", range(3)))
    file = messages(fast_path / "second.ndjson", range(3, 13))
    size = sealed_size(place)
    disk = FaultyDisk(Break(belongs, place, settled=size + 4), how)
    with place.open(disk) as archive, pytest.raises(StorageFailed):
        bring_in(archive, file)
    assert disk.fired is not None
    assert sealed_size(place) == size + (8 if sealed else 4)

    with place.open() as archive:
        sheet = bring_in(archive, file)
    assert sheet.balanced
    assert (sheet.counts["messages"].stored, sheet.counts["messages"].duplicate) == (10, 0)
    found = [raw for raw in raws(check(place)["records"]) if raw.startswith(b'{"id"')]
    assert found == [message(number) for number in range(13)]
