"""Our copy of a file while it is imported: the same bytes on resume, and none left behind."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.capture.archive import Archive
from muniment.capture.connector import ImportOptions
from muniment.capture.spool import interrupted, spool, unspool
from muniment.record.errors import NotFound, Refused, StorageFailed
from tests.archives import Place, bring_in, check, message, messages
from tests.faults import FaultyDisk, How

NONE = ImportOptions()


@pytest.fixture
def archive(place: Place) -> Iterator[Archive]:
    with place.open() as opened:
        yield opened


def copies(archive: Archive) -> list[str]:
    return sorted(path.name for path in archive.home.spool.iterdir())


def test_the_copy_is_the_file_and_its_owners_alone(archive: Archive, fast_path: Path) -> None:
    content = os.urandom(10_000_000)
    (fast_path / "big").write_bytes(content)
    spooled = spool(archive, fast_path / "big", "ndjson", "a1", NONE)
    assert (spooled.source.size, spooled.source.sha256, spooled.source.name) == (
        len(content),
        hashlib.sha256(content).hexdigest(),
        "big",
    )
    assert spooled.source.path.read_bytes() == content
    assert spooled.source.path.stat().st_mode & 0o777 == 0o600
    assert (spooled.resumed, spooled.source.beside) == (False, fast_path)
    unspool(archive, spooled.import_id)
    assert copies(archive) == []


def test_an_interrupted_import_is_known_by_its_bytes_whatever_the_name(archive: Archive, fast_path: Path) -> None:
    first = spool(archive, messages(fast_path / "a", range(3)), "ndjson", "a1", NONE)
    again = spool(archive, messages(fast_path / "renamed", range(3)), "ndjson", "a1", NONE)
    assert (again.import_id, again.resumed) == (first.import_id, True)
    assert copies(archive) == [first.import_id]
    for connector, account in (("whatsapp", "a1"), ("ndjson", "a2")):
        other = spool(archive, fast_path / "a", connector, account, NONE)
        assert not other.resumed and other.import_id != first.import_id
    assert len(copies(archive)) == 3


def test_the_same_file_with_other_options_replaces_the_import_that_was_interrupted(
    archive: Archive, fast_path: Path
) -> None:
    first = spool(archive, messages(fast_path / "a", range(3)), "ndjson", "a1", NONE)
    second = spool(archive, fast_path / "a", "ndjson", "a1", ImportOptions(timezone="Asia/Tokyo"))
    assert not second.resumed and second.import_id != first.import_id
    assert copies(archive) == [second.import_id]
    assert [left.import_id for left in interrupted(archive)] == [second.import_id]
    unspool(archive, second.import_id)
    assert (copies(archive), interrupted(archive)) == ([], [])


def test_an_interrupted_import_is_named_until_it_is_finished(archive: Archive, fast_path: Path) -> None:
    assert interrupted(archive) == []
    begun = archive.clock()
    for name, numbers in (("b", range(4)), ("a", range(3))):
        spool(archive, messages(fast_path / name, numbers), "ndjson", "a1", NONE)
    assert [left.name for left in interrupted(archive)] == ["b", "a"], "the oldest comes first"
    assert begun <= interrupted(archive)[0].started_at <= interrupted(archive)[1].started_at <= archive.clock()
    unspool(archive, interrupted(archive)[0].import_id)
    assert [left.name for left in interrupted(archive)] == ["a"]


def test_a_copy_without_an_import_is_removed_and_one_with_is_kept(archive: Archive, fast_path: Path) -> None:
    kept = spool(archive, messages(fast_path / "a", range(3)), "ndjson", "a1", NONE)
    (archive.home.spool / "left-by-a-crash").write_bytes(b"readable text")
    spooled = spool(archive, messages(fast_path / "b", range(4)), "ndjson", "a1", NONE)
    assert copies(archive) == sorted([kept.import_id, spooled.import_id])


def test_a_disk_that_fails_while_copying_leaves_nothing_for_long(place: Place, fast_path: Path) -> None:
    file = messages(fast_path / "a", range(3))
    disk = FaultyDisk(lambda _, call: call.what == "fsync" and call.path.parent.name == "spool", How.FAILED)
    with place.open(disk) as archive, pytest.raises(StorageFailed):
        spool(archive, file, "ndjson", "a1", NONE)
    with place.open() as archive:
        assert len(copies(archive)) == 1
        bring_in(archive, messages(fast_path / "b", range(5)))
    check(place)


def test_what_cannot_be_read_is_refused_plainly(
    archive: Archive, fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound, match="there is no file"):
        spool(archive, fast_path / "nothing", "ndjson", "a1", NONE)
    with pytest.raises(NotFound, match="there is no file"):
        spool(archive, messages(fast_path / "a", range(3)) / "below", "ndjson", "a1", NONE)
    with pytest.raises(Refused, match="is not a file"):
        spool(archive, fast_path, "ndjson", "a1", NONE)
    (fast_path / "loop").symlink_to(fast_path / "loop")
    with pytest.raises((NotFound, Refused)):
        spool(archive, fast_path / "loop", "ndjson", "a1", NONE)
    if os.geteuid():
        (fast_path / "a").chmod(0)
        with pytest.raises(Refused, match="check its permissions"):
            spool(archive, fast_path / "a", "ndjson", "a1", NONE)
    assert copies(archive) == []


def test_a_name_that_is_no_text_does_not_stop_the_import(place: Place, archive: Archive, fast_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(fast_path) + b"/\xff\xfe.ndjson"))
    path.write_bytes(message(1))
    assert bring_in(archive, path).balanced
    check(place)
