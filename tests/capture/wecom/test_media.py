"""Files of the archive: by pieces, on from where they were stopped, checked, and kept with a flag where they are not as declared."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from muniment.capture.feeds.captured import MediaDue
from muniment.capture.feeds.gap import Reason
from muniment.capture.feeds.shelf import Shelf
from muniment.capture.wecom.host import Config, Host
from muniment.capture.wecom.media import ALARMED, MediaFetcher
from muniment.capture.wecom.seam import MediaOutcome
from tests.capture.wecom.archive import CORP, Scenario
from tests.capture.wecom.conftest import Clock

CONTENT = bytes(range(256)) * 5078  # 524288 + 524288 + 251392 bytes


def due(content: bytes = CONTENT, **changes: object) -> MediaDue:
    claimed = MediaDue(
        media="F",
        name="资料.docx",
        size=len(content),
        digest=f"md5:{hashlib.md5(content).hexdigest()}",
        content_type="image/jpeg",
    )
    return msgspec.structs.replace(claimed, **changes)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def media(host: Host, scenario: Scenario, shelf: Shelf, clock: Clock) -> MediaFetcher:
    scenario.media("F", CONTENT)
    return MediaFetcher(host, CORP, shelf, clock=clock, chance=lambda: 1.0)


def until_done(media: MediaFetcher, wanted: MediaDue) -> tuple[MediaOutcome, int]:
    """Try until it is no `retry`; how often it was one."""
    for tries in range(20):
        outcome = media.fetch(wanted)
        if outcome.state != "retry":
            return outcome, tries
    raise AssertionError(outcome)


def test_a_file_of_three_pieces_is_whole(media: MediaFetcher, scenario: Scenario) -> None:
    outcome = media.fetch(due())

    assert outcome.state == "stored" and outcome.item is not None
    assert outcome.item.raw == CONTENT
    assert (outcome.item.key, outcome.item.part) == ("F", "attachment")
    assert outcome.item.meta == {
        "corpid": CORP,
        "name": "资料.docx",
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "type": "image/jpeg",
    }
    assert scenario.calls == "MMM"


@pytest.mark.parametrize(
    "fault", [{"kill_at": "2"}, {"abort_at": "2"}, {"media_codes": "0,10001"}, {"abort_at": "2,4", "kill_at": "3"}]
)
def test_a_fetch_goes_on_where_it_was_stopped(media: MediaFetcher, scenario: Scenario, fault: dict[str, str]) -> None:
    scenario.set(**fault)

    outcome, tries = until_done(media, due())

    assert outcome.state == "stored" and outcome.item is not None and outcome.item.raw == CONTENT
    assert tries == len(scenario.calls) - 3  # no piece was asked for twice that had come


def test_another_process_goes_on_too(
    media: MediaFetcher, config: Config, scenario: Scenario, shelf: Shelf, tmp_path: Path, clock: Clock
) -> None:
    scenario.set(media_codes="0,0,10001")
    assert media.fetch(due()).state == "retry"
    assert shelf.held("F").size == 2 * 524288

    again = Host(config)
    outcome = MediaFetcher(again, CORP, Shelf(tmp_path / "shelf"), clock=clock).fetch(due())
    again.close()

    assert outcome.item is not None and outcome.item.raw == CONTENT
    assert scenario.calls == "MMMM"


def test_a_file_that_was_whole_before_the_stop_is_not_fetched_again(media: MediaFetcher, scenario: Scenario) -> None:
    media.fetch(due())

    outcome = media.fetch(due())

    assert outcome.state == "stored" and outcome.item is not None and outcome.item.raw == CONTENT
    assert scenario.calls == "MMM"
    media.dropped(due())
    assert media.fetch(due()).state == "stored"
    assert scenario.calls == "MMMMMM"


def test_a_piece_written_and_not_counted_is_written_again(
    media: MediaFetcher, scenario: Scenario, shelf: Shelf, tmp_path: Path
) -> None:
    scenario.set(media_codes="0,10001")
    media.fetch(due())
    (part,) = (tmp_path / "shelf").glob("*.part")
    with part.open("ab") as file:
        file.write(b"half of the next piece")

    outcome, _ = until_done(media, due())

    assert outcome.item is not None and outcome.item.raw == CONTENT


def test_a_shelf_that_lost_bytes_begins_anew(media: MediaFetcher, scenario: Scenario, tmp_path: Path) -> None:
    scenario.set(media_codes="0,10001")
    media.fetch(due())
    (part,) = (tmp_path / "shelf").glob("*.part")
    part.write_bytes(b"")

    outcome, _ = until_done(media, due())

    assert outcome.item is not None and outcome.item.raw == CONTENT


def test_a_wrong_hash_is_fetched_three_times_and_kept_with_a_flag(media: MediaFetcher, scenario: Scenario) -> None:
    scenario.set(media_flip=1)

    outcome, tries = until_done(media, due())

    assert (outcome.state, outcome.flags, tries) == ("flagged", ("hash_mismatch",), 2)
    assert outcome.item is not None and outcome.item.raw == b"\1" + CONTENT[1:]
    assert outcome.item.meta["flags"] == ["hash_mismatch"]
    assert scenario.calls == "M" * 9


def test_a_wrong_hash_that_was_a_mishap_is_mended(media: MediaFetcher, scenario: Scenario) -> None:
    scenario.set(media_flip=1)
    assert media.fetch(due()).code == "hash_mismatch"
    scenario.set()

    assert media.fetch(due()).state == "stored"


@pytest.mark.parametrize(
    "fault, size", [({"media_cut": 600_000}, 600_000), ({"media_stop": 600_000}, 600_000), ({"media_cut": 0}, 0)]
)
def test_a_file_that_ends_early_is_kept_as_far_as_it_came(
    media: MediaFetcher, scenario: Scenario, fault: dict[str, int], size: int
) -> None:
    scenario.set(**fault)

    outcome, _ = until_done(media, due())

    assert (outcome.state, outcome.flags) == ("flagged", ("truncated", "hash_mismatch"))
    assert outcome.item is not None and outcome.item.raw == CONTENT[:size]


def test_a_file_longer_than_it_says_is_flagged(media: MediaFetcher) -> None:
    outcome, _ = until_done(media, due(size=10))

    assert outcome.flags == ("size_mismatch",)
    assert outcome.item is not None and outcome.item.raw == CONTENT


@pytest.mark.parametrize("size", [None, len(CONTENT)])
def test_a_message_that_claims_no_hash_is_taken_at_its_size(media: MediaFetcher, size: int | None) -> None:
    outcome = media.fetch(due(digest=None, size=size))

    assert outcome.state == "stored" and outcome.item is not None
    assert outcome.item.meta["unchecked"] is True


def test_an_expired_file_is_a_gap(media: MediaFetcher, scenario: Scenario) -> None:
    scenario.set(media_expired=1)

    outcome = media.fetch(due())

    assert (outcome.state, outcome.code) == ("lost", "10010")
    assert outcome.gap is not None
    assert (outcome.gap.reason, outcome.gap.count, outcome.gap.code) == (Reason.MEDIA, 1, "10010")


def test_what_came_before_the_expiry_is_kept(media: MediaFetcher, scenario: Scenario) -> None:
    scenario.set(media_codes="0,10001")
    media.fetch(due())
    scenario.set(media_expired=1)

    outcome = media.fetch(due())

    assert (outcome.state, outcome.flags) == ("flagged", ("expired", "truncated", "hash_mismatch"))
    assert outcome.item is not None and outcome.item.raw == CONTENT[:524288]


def test_a_whole_file_that_was_set_aside_is_better_than_nothing(media: MediaFetcher, scenario: Scenario) -> None:
    scenario.set(media_flip=1)
    media.fetch(due())
    scenario.set(media_expired=1)

    outcome = media.fetch(due())

    assert (outcome.state, outcome.flags) == ("flagged", ("expired", "hash_mismatch"))
    assert outcome.item is not None and len(outcome.item.raw) == len(CONTENT)


def test_an_id_that_the_platform_does_not_know_is_a_gap(media: MediaFetcher) -> None:
    assert media.fetch(due(media="absent")).code == "10005"
    assert media.fetch(due(media="")).state == "lost"


@pytest.mark.parametrize("code", [10009, 10011, 10000])
def test_what_a_person_must_mend_loses_no_file(
    media: MediaFetcher, scenario: Scenario, clock: Clock, code: int
) -> None:
    scenario.set(media_codes=code)

    outcome = media.fetch(due())

    assert (outcome.state, outcome.code, outcome.next_at) == ("retry", str(code), clock.at + ALARMED)


def test_a_file_too_large_for_a_record_is_a_gap_and_not_fetched(
    host: Host, scenario: Scenario, shelf: Shelf, clock: Clock
) -> None:
    scenario.media("F", CONTENT)
    small = MediaFetcher(host, CORP, shelf, limit=1_000_000, clock=clock)

    assert (small.fetch(due()).code, scenario.calls) == ("too_large", "")
    assert (small.fetch(due(size=None)).code, scenario.calls) == ("too_large", "MM")


def test_gaps_and_flags_show_no_content(media: MediaFetcher, scenario: Scenario) -> None:
    scenario.set(media_expired=1)
    gap = media.fetch(due()).gap

    assert gap is not None and "资料" not in json.dumps(msgspec.to_builtins(gap), ensure_ascii=False)


def test_waits_grow_with_the_tries_of_the_file_and_not_of_others(
    media: MediaFetcher, scenario: Scenario, clock: Clock
) -> None:
    scenario.set(media_codes="10001,10001,10001,10001")
    waits = [(media.fetch(due(), tries).next_at or 0) - clock.at for tries in (0, 1, 5, 0)]

    assert waits == [1_000_000, 2_000_000, 32_000_000, 1_000_000]
