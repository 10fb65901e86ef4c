"""The worker checks the archive by itself where the firm gave an hour: once a night, and never in anybody's way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from muniment.desk import jobs
from muniment.desk.archive.actions import settle
from muniment.desk.dashboard import access, actions, schedule, tasks
from muniment.desk.desk import Desk
from muniment.desk.people.actions import set_firm
from tests.desk.dashboard.test_system import run_jobs
from tests.firms import ClientAs, Firm

DAY = timedelta(days=1)


@pytest.fixture
def now(desk: Desk, firm: Firm) -> datetime:
    set_firm(desk, "Harbour Crest", "Asia/Hong_Kong")
    settle(desk)
    return datetime.now(UTC)


@pytest.fixture
def hour(now: datetime) -> int:
    """The one that the firm's clocks show."""
    return now.astimezone(ZoneInfo("Asia/Hong_Kong")).hour


def test_the_last_time_it_was_an_hour_is_the_firms(now: datetime) -> None:
    night = datetime(2026, 12, 7, 19, 30, tzinfo=UTC)
    assert schedule.last(3, night) == datetime(2026, 12, 7, 19, 0, tzinfo=UTC)
    assert schedule.last(4, night) == datetime(2026, 12, 6, 20, 0, tzinfo=UTC)


def test_a_night_has_one_check_and_its_result_is_on_record(desk: Desk, now: datetime, hour: int) -> None:
    assert schedule.ask_if_due(desk, (hour - 5) % 24, now) is None, "its hour is more than four hours ago"
    job = schedule.ask_if_due(desk, hour, now)
    assert job is not None
    assert schedule.ask_if_due(desk, hour, now) is None
    run_jobs()
    settle(desk)

    found = jobs.look(job)
    assert (found.state, found.actor, found.user) == ("done", desk.actor, None)
    assert found.result is not None and found.result["sound"] and not found.result["gave_way"]
    assert access.last_runs(desk, 1)[0].sound
    assert schedule.ask_if_due(desk, hour, now) is None, "once a night"
    assert schedule.ask_if_due(desk, hour, now + DAY) is not None


def test_it_stays_behind_what_somebody_asked_for_and_gives_way_to_it(
    desk: Desk, now: datetime, hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = actions.ask_seal(desk)
    assert schedule.ask_if_due(desk, hour, now) is None
    run_jobs()
    assert jobs.look(asked).state == "done"
    job = schedule.ask_if_due(desk, hour, now)
    assert job is not None
    monkeypatch.setattr(tasks, "LOOK_SECONDS", 0.0)
    later = actions.ask_seal(desk)
    assert jobs.run_next()

    result = jobs.look(job).result
    assert result is not None and result["gave_way"] and not result["recorded"]
    settle(desk)
    assert access.last_runs(desk, 1) == [], "a check that did not end says nothing"
    run_jobs()
    assert jobs.look(later).state == "done"
    assert schedule.ask_if_due(desk, hour, now) is None, "not at once"
    assert schedule.ask_if_due(desk, hour, now + 2 * schedule.AGAIN) is not None


def test_nothing_is_asked_for_without_an_hour_and_the_page_says_which(
    desk: Desk, client_as: ClientAs, hour: int
) -> None:
    assert schedule.Schedule().keep(desk) is None
    browser = client_as("it")
    assert "MUNIMENT_VERIFY_HOUR" in browser.get("/system/").content.decode()
    with override_settings(VERIFY_HOUR=hour):
        assert f"each night from {hour}:00 on" in browser.get("/system/").content.decode()
        kept = schedule.Schedule()
        assert kept.keep(desk) is not None
        assert kept.keep(desk) is None
