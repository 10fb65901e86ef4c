"""Intake, sequencing and the leader: the acknowledged row, its order, and who may write."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.capture.archive import Archive, open_archive
from muniment.capture.intake import STEPS, Intake, Sealer
from muniment.capture.leader import BATCH, Leader
from muniment.record.clock import SECOND
from muniment.record.errors import Busy, Damaged, Refused
from muniment.vault.database import connect, drop
from muniment.vault.durable import Disk
from muniment.vault.envelope import mac, subkeys, unseal
from muniment.vault.keytable import unwrap_key
from tests.archives import Place, accept, check, database, drain, stranger
from tests.postgres import files_of, on_postgres

MARCH, APRIL = 1_774_999_999_000_000, 1_775_001_600_000_000


@pytest.fixture
def archive(place: Place) -> Iterator[Archive]:
    with place.open() as opened:
        yield opened


def test_what_lies_in_intake_is_sealed_already(place: Place, archive: Archive) -> None:
    payload = accept(archive, 1)
    (item,) = archive.intake.waiting("records", 10)
    group = archive.keys.group(item.key_group)[1]
    key = unwrap_key(group, item.wrapped, 0)
    assert unseal(item.envelope, key, item.id, item.source, item.size) == (payload, subkeys(key)[1])
    assert item.raw == mac(subkeys(key)[1], payload)
    paths = [*place.home.rglob("*"), *place.keys.iterdir(), *(files_of(place.server) if place.server else ())]
    held = b"".join(path.read_bytes() for path in paths if path.is_file())
    assert item.envelope in held and payload not in held and b"word1" not in held and key not in held


def test_every_item_has_a_key_of_its_own(archive: Archive) -> None:
    items = [archive.sealer.seal(b"the same", log="records", type="rec", source="b0") for _ in range(50)]
    assert (
        len({item.wrapped for item in items})
        == len({item.envelope[2:14] for item in items})
        == len({item.id for item in items})
        == 50
    )


def test_items_enter_the_log_in_order_of_arrival_and_leave_intake(place: Place, archive: Archive) -> None:
    payloads = [accept(archive, number, source=f"b{number % 3}") for number in range(10)]
    assert archive.intake.backlog()[0] == 10
    drain(archive)
    assert archive.intake.backlog() == (0, None)
    records = check(place)["records"]
    assert [record.payload for record in records] == payloads
    assert [(record.leaf.src, record.leaf.pseq) for record in records] == [
        (f"b{number % 3}", number // 3) for number in range(10)
    ]


def test_more_than_a_batch_is_sealed_by_several_checkpoints(archive: Archive) -> None:
    archive.intake.accept(
        [archive.sealer.seal(b"%d" % number, log="records", type="rec", source="b0") for number in range(BATCH + 10)]
    )
    drain(archive)
    notes = [archive.records.log.open_checkpoint(note).size for _, note in archive.records.log.checkpoints().notes()]
    assert notes == [0, BATCH, BATCH + 10]


def test_a_batch_over_the_turn_of_a_month_has_two_key_groups_and_two_segments(place: Place) -> None:
    times = [MARCH, APRIL, MARCH + SECOND, APRIL + SECOND, APRIL + 2 * SECOND]
    with place.open() as archive:
        archive.intake.accept(
            [archive.sealer.seal(b"%d" % at, log="records", type="rec", source="b0", received_at=at) for at in times]
        )
        drain(archive)
    records = check(place)["records"]
    assert [record.payload for record in records] == [b"%d" % at for at in times]
    assert [record.leaf.kg for record in records] == ["2026-03.0", "2026-04.0", "2026-03.0", "2026-04.0", "2026-04.0"]
    assert len(list((place.home / "seg" / "records").iterdir())) == 4


def test_the_group_follows_the_clock(place: Place) -> None:
    with open_archive(place.home, place.keys, clock=lambda: APRIL) as archive:
        assert accept(archive, 1)
        assert archive.intake.waiting("records", 1)[0].key_group == "2026-04.0"
    with place.open() as archive:
        sealer = Sealer(archive.keys, lambda: MARCH)
        assert sealer.seal(b"", log="records", type="rec", source="b0").key_group == "2026-03.0"
        assert sealer.seal(b"", log="records", type="rec", source="b0", received_at=APRIL).key_group == "2026-04.0"


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(["b0", "b1"]), st.binary(max_size=40), st.booleans()), max_size=12))
def test_any_mixture_of_arrivals_and_drains_keeps_the_order(
    pristine: Place, fast_folders: object, items: list[tuple[str, bytes, bool]]
) -> None:
    place = pristine.copy(fast_folders())  # type: ignore[operator]
    with place.open() as archive:
        for source, payload, sequence in items:
            archive.intake.accept([archive.sealer.seal(payload, log="records", type="rec", source=source)])
            if sequence:
                drain(archive)
        drain(archive)
    assert [record.payload for record in check(place)["records"]] == [payload for _, payload, _ in items]


# The leader


def test_a_second_leader_in_the_same_process_is_busy_and_the_lock_goes_with_the_first(
    place: Place, archive: Archive
) -> None:
    with Leader(archive), place.open() as other, pytest.raises(Busy, match=r"pid \d+, since 20"):
        Leader(other)
    with place.open() as other, Leader(other):
        pass


def test_a_log_that_was_rolled_back_is_not_led(place: Place, pristine: Place, fast_path: Path) -> None:
    with place.open() as archive:
        accept(archive, 1)
        drain(archive)
    older = place.copy(fast_path / "older")
    with place.open() as archive:
        accept(archive, 2)
        drain(archive)
    for name in ("log", "seg"):
        (place.home / name).rename(fast_path / f"moved-{name}")
        (older.home / name).rename(place.home / name)
    with place.open() as archive, pytest.raises(Damaged, match="2 were acknowledged: it was rolled back"):
        Leader(archive)


def test_a_log_with_another_history_is_not_led(place: Place, pristine: Place, fast_path: Path) -> None:
    other = pristine.copy(fast_path / "other")
    for one in (place, other):
        with one.open() as archive:
            accept(archive, 1)
            drain(archive)
    with database(place, "intake") as intake:
        intake.execute("UPDATE log_state SET root = ? WHERE log = 'records'", (bytes(32),))
    with place.open() as archive, pytest.raises(Damaged, match="is not the one that was acknowledged at 1 leaves"):
        Leader(archive)


def test_an_intake_that_was_lost_is_made_again_from_the_log(place: Place) -> None:
    with place.open() as archive:
        payloads = [accept(archive, number, source=f"b{number % 2}") for number in range(5)]
        drain(archive)
    drop(place.location("intake"))
    if on_postgres():  # of a server no schema is made but by hand: the address may be wrong
        with pytest.raises(Refused, match="has no schema intake"):
            place.open()
        connect(place.location("intake")).close()
    with place.open() as archive:
        payloads.append(accept(archive, 5, source="b0"))
        drain(archive)
    assert [record.payload for record in check(place)["records"]] == payloads


@pytest.mark.sqlite
def test_a_new_intake_is_marked_as_ours(fast_path: Path) -> None:
    Intake(fast_path / "intake.sqlite3", Disk()).close()
    with stranger(fast_path / "intake.sqlite3") as intake:
        assert intake.execute("PRAGMA application_id").fetchone() == (0x4D554E49,)
        assert intake.execute("PRAGMA user_version").fetchone() == (len(STEPS["sqlite"]),)
        assert intake.execute("PRAGMA journal_mode").fetchone() == ("wal",)
