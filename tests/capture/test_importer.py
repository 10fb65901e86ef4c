"""Bringing a file in: what comes again adds nothing, what differs is kept beside, and no byte goes unaccounted for."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

from muniment.capture import importer
from muniment.capture.archive import Archive
from muniment.capture.balance import Count
from muniment.capture.connector import Extent, ImportOptions, Part, Snapshot, SourceFile
from muniment.capture.leader import Leader
from muniment.capture.ndjson import connector as ndjson
from muniment.catalog.database import open_catalog
from muniment.record.errors import Refused
from muniment.record.event import Event
from muniment.record.record import Assurance, Header
from tests.archives import Place, bring_in, check, message, messages, raws


@pytest.fixture
def archive(place: Place) -> Iterator[Archive]:
    with place.open() as opened:
        yield opened


def write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"".join(lines))
    return path


def sealed(archive: Archive) -> list[bytes]:
    size = archive.records.log.checkpoint().size
    return raws(list(archive.records.opened(0, size, size)))


def kinds(archive: Archive) -> dict[str, int]:
    with closing(open_catalog(archive.home.catalog)) as catalog:
        return dict(catalog.execute("SELECT kind, count(*) FROM event GROUP BY kind"))


def test_the_same_file_again_adds_nothing(archive: Archive, fast_path: Path) -> None:
    file = messages(fast_path / "a", range(10))
    assert bring_in(archive, file).counts["messages"].stored == 10
    before = sealed(archive)
    again = bring_in(archive, file)
    assert again.balanced
    assert [(count.stored, count.duplicate, count.seen) for count in again.counts.values()] == [
        (0, n, n) for n in (file.stat().st_size, 10, 10, 0, 0)
    ]
    assert sealed(archive) == before


def test_an_overlapping_file_adds_what_is_new(archive: Archive, fast_path: Path) -> None:
    bring_in(archive, messages(fast_path / "a", range(10)))
    sheet = bring_in(archive, messages(fast_path / "b", range(5, 15)))
    assert (sheet.counts["messages"].stored, sheet.counts["messages"].duplicate) == (5, 5)
    assert sheet.duplicate_runs == [(5, 5)] and sheet.stored_runs == [(11, 5)]


def test_the_same_file_into_another_account_is_new(place: Place, archive: Archive, fast_path: Path) -> None:
    from muniment.capture.importer import Account

    file = messages(fast_path / "a", range(3))
    bring_in(archive, file)
    assert bring_in(archive, file, account=Account("other", "a000000000000000f")).counts["messages"].stored == 3
    check(place)


def test_an_id_with_other_words_is_kept_beside_the_first_and_known_when_it_comes_again(
    place: Place, archive: Archive, fast_path: Path
) -> None:
    first = write(fast_path / "a", message(1), message(2))
    other = write(fast_path / "b", message(1, "other words"), message(2))
    third = write(fast_path / "c", message(1, "third words"), message(1, "other words"), message(1))
    bring_in(archive, first)
    sheet = bring_in(archive, other)
    assert (sheet.counts["messages"].stored, sheet.counts["messages"].duplicate) == (1, 1)
    assert kinds(archive) == {"message": 2, "source_divergence": 1}
    assert (message(1) in sealed(archive)) and (message(1, "other words") in sealed(archive))
    for _ in range(2):
        again = bring_in(archive, other)
        assert (again.balanced, again.counts["messages"].stored, again.counts["messages"].duplicate) == (True, 0, 2)
    sheet = bring_in(archive, third)
    assert (sheet.counts["messages"].stored, sheet.counts["messages"].duplicate) == (1, 2)
    assert bring_in(archive, third).counts["messages"].duplicate == 3
    assert kinds(archive) == {"message": 2, "source_divergence": 2}
    check(place)


def test_the_same_id_twice_in_one_file_is_one_message_or_a_divergence(archive: Archive, fast_path: Path) -> None:
    sheet = bring_in(archive, write(fast_path / "a", message(1), message(1), message(1, "other"), message(1, "other")))
    assert (sheet.counts["messages"].stored, sheet.counts["messages"].duplicate) == (2, 2)
    assert kinds(archive) == {"message": 1, "source_divergence": 1}


def test_rejected_lines_are_kept_counted_and_found(archive: Archive, fast_path: Path) -> None:
    bad = b'{"id": "x", "conversation": "c"}\n'
    sheet = bring_in(archive, write(fast_path / "a", message(1), bad, message(2), b"plainly wrong\n"))
    assert sheet.balanced
    assert (sheet.counts["messages"].seen, sheet.counts["messages"].stored, sheet.counts["messages"].rejected) == (
        4,
        2,
        2,
    )
    assert [(r.leaf, r.at) for r in sheet.rejected] == [
        (1, (len(message(1)), len(bad))),
        (3, (len(message(1)) + len(bad) + len(message(2)), 14)),
    ]
    assert "line 2" in sheet.rejected[0].reason
    assert sealed(archive)[1] == bad
    assert kinds(archive) == {"message": 2, "undecoded": 2}


def test_a_rejected_line_at_the_place_of_another_files_is_no_divergence_from_it(
    archive: Archive, fast_path: Path
) -> None:
    bring_in(archive, write(fast_path / "a", b"wrong one\n", message(1)))
    sheet = bring_in(archive, write(fast_path / "b", b"wrong two\n", message(2)))
    assert sheet.counts["messages"].rejected == 1
    assert kinds(archive) == {"message": 2, "undecoded": 2}


def test_a_file_that_cannot_be_read_is_kept_whole(place: Place, archive: Archive, fast_path: Path) -> None:
    content = b"PK\x03\x04" + bytes(range(256)) * 20
    sheet = bring_in(archive, write(fast_path / "a.zip", content))
    assert sheet.balanced
    assert sheet.counts["bytes"].rejected == len(content)
    assert len(sheet.rejected) == 1 and "a zip archive" in sheet.rejected[0].reason
    assert sheet.counts["unread_files"] == Count(seen=1, rejected=1)
    assert sheet.counts["attachments"] == Count(), "a file that is no attachment does not look like a lost one"
    assert sealed(archive)[0] == content
    check(place)


def test_a_large_file_that_cannot_be_read_is_kept_in_pieces(
    place: Place, archive: Archive, fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "PIECE", 1000)
    content = b"PK\x03\x04" + bytes(range(256)) * 10
    file = write(fast_path / "a.zip", content)
    sheet = bring_in(archive, file)
    assert sheet.balanced and len(sheet.rejected) == 1 and sheet.rejected[0].at == (0, 1000)
    assert sealed(archive)[:3] == [content[:1000], content[1000:2000], content[2000:]]
    assert kinds(archive) == {"undecoded": 1}
    assert sheet.counts["unread_files"] == Count(seen=1, rejected=1)
    again = bring_in(archive, file)
    assert again.balanced and again.counts["bytes"].duplicate == len(content)
    assert again.counts["unread_files"] == Count(seen=1, duplicate=1)
    check(place)


def test_an_empty_file_balances(place: Place, archive: Archive, fast_path: Path) -> None:
    sheet = bring_in(archive, write(fast_path / "empty"))
    assert sheet.balanced and sheet.counts["bytes"].seen == 0
    check(place)


def test_a_refused_option_stores_nothing_and_leaves_nothing(place: Place, archive: Archive, fast_path: Path) -> None:
    with pytest.raises(Refused, match="Nowhere"):
        bring_in(archive, messages(fast_path / "a", range(3)), options=ImportOptions(timezone="Nowhere/Atlantis"))
    assert check(place)["records"] == []


def test_attachments_come_with_their_message(place: Place, archive: Archive, fast_path: Path) -> None:
    (fast_path / "deal.txt").write_text("terms")
    attached = [{"name": "deal.txt", "path": "deal.txt"}, {"name": "gone.jpg", "path": "gone.jpg"}]
    file = write(fast_path / "a", message(1), message(2, attachments=attached))
    sheet = bring_in(archive, file)
    assert sheet.balanced
    assert (sheet.counts["attachments"].stored, sheet.missing_count, sheet.missing[0].name) == (1, 1, "gone.jpg")
    assert sealed(archive)[:3] == [message(1), b"terms", message(2, attachments=attached)]
    assert bring_in(archive, file).counts["attachments"].duplicate == 1
    check(place)


def test_the_manifest_makes_the_file_again(archive: Archive, fast_path: Path) -> None:
    file = write(fast_path / "a", b"\xef\xbb\xbf", message(1), b"\n\n", b"bad\n", message(2), message(1))
    bring_in(archive, messages(fast_path / "before", [2]))
    bring_in(archive, file)
    records = sealed(archive)
    made = b""
    for member, offset, leaf, count in json.loads(records[-1])["runs"]:
        assert member is None and offset == len(made)
        made += b"".join(records[leaf : leaf + count])
    assert made == file.read_bytes()


# Interruptions


class Stop(Exception):
    """The moment at which a test stops an import."""


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_an_interrupted_import_goes_on_under_its_id_and_counts_as_stored(
    place: Place, archive: Archive, fast_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr("muniment.capture.importer.BATCH_PARTS", 4)
    lines = [*(message(number) for number in range(9)), b"rejected\n", message(3), message(4, "diverged")]
    file = write(fast_path / "a", *lines)
    bring_in(archive, messages(fast_path / "earlier", [2]))
    commits, commit = list[object](), Leader.commit

    def interrupted(self: Leader, *arguments: object) -> object:
        if len(commits) == after:
            raise Stop
        commits.append(arguments)
        return commit(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Leader, "commit", interrupted)
    with pytest.raises(Stop):
        bring_in(archive, file)
    monkeypatch.setattr(Leader, "commit", commit)
    (identifier,) = archive.intake.database.execute("SELECT id FROM import_run").fetchone()
    sheet = bring_in(archive, file)
    assert (sheet.import_id, sheet.balanced) == (identifier, True)
    counts = sheet.counts["messages"]
    assert (counts.seen, counts.stored, counts.duplicate, counts.rejected) == (12, 9, 2, 1)
    again = bring_in(archive, file)
    assert again.import_id != identifier
    assert (again.counts["messages"].stored, again.counts["messages"].duplicate) == (0, 12)
    check(place)


# A reader that is not to be trusted


class Lossy:
    """Cuts a file into lines, and then loses, doubles or moves what the test says."""

    name, version, assurance, snapshots = "ndjson", 1, Assurance.EXPORT_TEXT, False

    def __init__(self, spoil: Callable[[list[Part]], list[Part]]) -> None:
        self._spoil = spoil

    def read(self, source: SourceFile, options: ImportOptions) -> Iterator[Part | Extent | Snapshot]:
        return iter(self._spoil([part for part in ndjson.read(source, options) if isinstance(part, Part)]))

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        return ndjson.decode(header, raw)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        return ndjson.embedded(raw, place)


class Spoilt:
    """Ways in which a reader may fail its file of three lines, and the bytes that are then unaccounted for."""

    SIZE: ClassVar[int] = len(message(1))

    @staticmethod
    def lost_line(parts: list[Part]) -> list[Part]:
        return [parts[0], parts[2]]

    @staticmethod
    def lost_end(parts: list[Part]) -> list[Part]:
        return parts[:2]

    @staticmethod
    def lost_byte(parts: list[Part]) -> list[Part]:
        return [cut(parts, 0, 0, Spoilt.SIZE - 1), *parts[1:]]

    @staticmethod
    def doubled_line(parts: list[Part]) -> list[Part]:
        return [*parts, parts[1]]

    @staticmethod
    def doubled_byte(parts: list[Part]) -> list[Part]:
        return [parts[0], cut(parts, 1, Spoilt.SIZE - 1, Spoilt.SIZE + 1), parts[2]]

    @staticmethod
    def everything(parts: list[Part]) -> list[Part]:
        return parts[:0]


def cut(parts: list[Part], which: int, offset: int, length: int) -> Part:
    """The part again, over another span of the file and with the true bytes of that span."""
    raw = b"".join(part.raw for part in parts)[offset : offset + length]
    return Part(kind="message", raw=raw, at=(offset, length), key=parts[which].key, lines=1)


@pytest.mark.parametrize(
    ("spoil", "unattributed"),
    [
        (Spoilt.lost_line, [(None, Spoilt.SIZE, Spoilt.SIZE)]),
        (Spoilt.lost_end, [(None, 2 * Spoilt.SIZE, Spoilt.SIZE)]),
        (Spoilt.lost_byte, [(None, Spoilt.SIZE - 1, 1)]),
        (Spoilt.doubled_line, [(None, Spoilt.SIZE, Spoilt.SIZE)]),
        (Spoilt.doubled_byte, [(None, Spoilt.SIZE - 1, Spoilt.SIZE + 1)]),
        (Spoilt.everything, [(None, 0, 3 * Spoilt.SIZE)]),
    ],
)
def test_a_reader_that_loses_or_doubles_a_byte_does_not_balance(
    archive: Archive,
    fast_path: Path,
    spoil: Callable[[list[Part]], list[Part]],
    unattributed: list[tuple[None, int, int]],
) -> None:
    sheet = bring_in(archive, messages(fast_path / "a", range(1, 4)), Lossy(spoil))
    assert not sheet.balanced
    assert sheet.unattributed == unattributed


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[:-5] + b"\n", lambda raw: raw.replace(b"amy", b"bob"), lambda raw: raw + b" "]
)
def test_a_part_whose_bytes_are_not_those_of_its_place_does_not_balance(
    archive: Archive, fast_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    def lie(parts: list[Part]) -> list[Part]:
        return [Part(kind="message", raw=spoil(parts[0].raw), at=parts[0].at, key=parts[0].key, lines=1), *parts[1:]]

    sheet = bring_in(archive, messages(fast_path / "a", range(1, 4)), Lossy(lie))
    assert not sheet.balanced
    assert sheet.unattributed == [(None, 0, Spoilt.SIZE)]
