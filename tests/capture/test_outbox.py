"""The desk's outbox: its entries are sealed exactly once, whatever stops the leader, and they are counted while they wait."""

from contextlib import closing
from pathlib import Path

import pytest

from muniment.capture.archive import Archive
from muniment.capture.audit import Entry, decode_entry, encode_entry, write_entry
from muniment.capture.intake import COLUMNS, to_row
from muniment.capture.leader import SYSTEM, Leader
from muniment.desk.archive.verification import verify_archive
from muniment.desk.schema import make_desk
from muniment.journal.check import Finding
from muniment.record.errors import Busy, StorageFailed
from muniment.vault.database import connect
from tests.archives import Place, accept, check, drain, project, stranger
from tests.faults import FaultyDisk, How


@pytest.fixture(scope="module")
def with_desk(pristine: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An archive that a desk was opened on, and that nobody writes to."""
    made = pristine.copy(tmp_path_factory.mktemp("desk"))
    with made.open() as archive:
        make_desk(archive.home)
    return made


@pytest.fixture
def place(with_desk: Place, fast_path: Path) -> Place:
    """A copy of it."""
    return with_desk.copy(fast_path)


def enter(archive: Archive, *acts: str) -> None:
    """Actions of the desk, whose entries are in their transaction."""
    rows = [
        to_row(
            archive.sealer.seal(encode_entry(Entry(act=act, actor="user:amy")), log="audit", type="act", source=SYSTEM)
        )
        for act in acts
    ]
    with closing(connect(archive.home.desk)) as desk:
        desk.begin()
        desk.insert("outbox", COLUMNS, rows)
        desk.commit()


def acts(place: Place) -> list[str]:
    """What the audit log says, after the archive's own making."""
    return [decode_entry(record.payload)[0].act for record in check(place)["audit"] if record.payload is not None][1:]


def test_an_archive_without_a_desk_has_no_outbox(pristine: Place) -> None:
    with pristine.open() as archive:
        assert archive.outbox.backlog() == (0, None)
        assert archive.outbox.waiting(10) == []
        archive.outbox.remove(["x"])


def test_what_waits_in_both_queues_is_counted_and_drained(place: Place) -> None:
    with place.open() as archive:
        write_entry(archive, Entry(act="one", actor="user:amy"))
        enter(archive, "two", "three")
        accept(archive, 1)
        first = archive.intake.waiting("audit", 1)[0].received_at
        assert archive.backlog() == (4, first)
        assert archive.audit_backlog() == (3, first)
        with Leader(archive) as leader:
            assert leader.drain() == 4
        assert archive.backlog() == archive.audit_backlog() == (0, None)
    assert acts(place) == ["one", "two", "three"]


def test_a_desk_that_is_opened_later_is_seen_by_an_archive_that_is_open(pristine: Place, fast_path: Path) -> None:
    copy = pristine.copy(fast_path)
    with copy.open() as archive:
        assert archive.outbox.backlog()[0] == 0
        make_desk(archive.home)
        enter(archive, "one")
        assert archive.outbox.backlog()[0] == 1
        drain(archive)
    assert acts(copy) == ["one"]


STOPS = [
    ("commit", "keys"),
    ("write", "checkpoints.log"),
    ("fsync", "checkpoints.log"),
    ("commit", "desk"),
    ("commit", "intake"),
]


@pytest.mark.parametrize("how", [How.FAILED, How.PERSISTED])
@pytest.mark.parametrize(("what", "name"), STOPS)
def test_an_entry_is_sealed_once_whatever_call_fails(place: Place, what: str, name: str, how: How) -> None:
    armed = False
    disk = FaultyDisk(lambda _, call: armed and (call.what, call.path.name) == (what, name), how)
    with place.open(disk) as archive:
        enter(archive, *(f"act {number}" for number in range(5)))
        with Leader(archive) as leader:
            armed = True
            with pytest.raises(StorageFailed):
                leader.drain()
    assert disk.fired is not None
    with place.open() as archive:
        drain(archive)
        assert archive.outbox.backlog() == (0, None)
    assert acts(place) == [f"act {number}" for number in range(5)]


def test_verify_opens_what_waits_in_the_outbox(place: Place) -> None:
    def findings() -> list[str]:
        found: list[Finding] = []
        assert verify_archive(place.home, place.keys, found.append, actor="auditor").unrecorded is None
        return [str(finding) for finding in found]

    with place.open() as archive:
        project(archive)
        enter(archive, "one")
        desk = archive.home.desk
    assert findings() == []
    with stranger(desk) as database:
        database.execute("UPDATE outbox SET received_at = received_at + 3000000000")
    (said,) = findings()
    assert "its id or key group was not made at its time of receipt" in said


def test_the_outbox_is_emptied_before_intake_settles(place: Place) -> None:
    disk = FaultyDisk(lambda *_: False, How.FAILED)
    with place.open(disk) as archive:
        enter(archive, "one")
        with Leader(archive) as leader:
            del disk.calls[:]
            leader.drain()
    commits = [call.path.name for call in disk.calls if call.what == "commit"]
    assert commits == ["keys", "desk", "intake"]


def test_a_leader_may_wait_for_another(place: Place) -> None:
    with place.open() as one, place.open() as other:
        with Leader(one), pytest.raises(Busy, match="another process writes this archive"):
            Leader(other, wait=0.01)
        with Leader(other, wait=5) as leader:
            assert leader.drain() == 0
