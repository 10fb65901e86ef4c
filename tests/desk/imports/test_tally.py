"""What each account brought is counted once a record; whatever is counted already, a page says the same numbers."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from muniment.desk.desk import Desk
from muniment.desk.imports import tally
from muniment.desk.imports.models import Counted, Day, Heard
from muniment.search.ast import Everything, Query
from muniment.search.database import open_index
from tests.firms import Firm

HONG_KONG, NEW_YORK = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("America/New_York")
EVER = (date.min, date.max)
Numbers = tuple[dict[str, tuple[int, int, int | None, int | None]], dict[tuple[str, date], int]]


def numbers(found: tally.Counts) -> Numbers:
    heard = {each.source: (each.records, each.events, each.received_at, each.sent_at) for each in found.heard.values()}
    return heard, dict(found.days)


def learnt(found: tally.Counts) -> dict[str, tuple[bool, int, int]]:
    return {each.source: (each.daily, each.usual, each.longest) for each in found.heard.values()}


def written() -> Numbers:
    heard = {each.source: (each.records, each.events, each.received_at, each.sent_at) for each in Heard.objects.all()}
    return heard, {(each.source, each.day): each.events for each in Day.objects.all()}


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few at a time that the firm's messages take many steps."""
    monkeypatch.setattr(tally, "STEP", 3)


@pytest.mark.usefixtures("slowly")
def test_a_page_says_the_same_whatever_the_worker_has_counted(desk: Desk, firm: Firm) -> None:
    whole = tally.counts(desk, HONG_KONG, EVER)
    assert not Counted.objects.exists()
    assert whole.left == 0
    steps = 0
    while tally.count(desk, HONG_KONG, 0):
        steps += 1
        assert numbers(tally.counts(desk, HONG_KONG, EVER)) == numbers(whole)

    assert steps > 3
    assert written() == numbers(whole)
    assert learnt(tally.counts(desk, HONG_KONG)) == learnt(whole)
    assert sum(each.events for each in whole.heard.values()) == open_index(desk.catalog).count(Query(Everything()))
    assert tally.keep(desk, 60) == 0


def test_a_day_is_the_firms_own_and_counting_again_changes_nothing(desk: Desk, firm: Firm) -> None:
    assert tally.keep(desk, 60) == 0
    before = written()
    assert tally.keep(desk, 60) == 0

    assert written() == before
    (lee,) = desk.catalog.execute("SELECT source FROM account WHERE name = 'lee-wecom'").fetchone()
    assert {day for source, day in before[1] if source == lee} == {date(2026, 11, 17), date(2026, 11, 18)}
    assert before[0][lee][1] == 8


@pytest.mark.usefixtures("slowly")
@pytest.mark.parametrize("stopped", [False, True])
def test_another_zone_is_counted_from_the_beginning_and_read_so_at_once(
    desk: Desk, firm: Firm, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    tally.count(desk, HONG_KONG, 60)
    hong_kong, new_york = written(), numbers(tally.counts(desk, NEW_YORK, EVER))
    assert hong_kong[1] != new_york[1]
    if stopped:  # while what the other zone had was taken away, a row at a time
        monkeypatch.setattr(tally, "CLEARED", 1)
        with connection.execute_wrapper(_stop_after(2)), pytest.raises(KeyboardInterrupt):
            tally.count(desk, NEW_YORK, 60)
        assert Day.objects.exists()
    assert numbers(tally.counts(desk, NEW_YORK, EVER)) == new_york
    assert tally.count(desk, NEW_YORK, 60) == 0

    assert written() == new_york


def _stop_after(deletes: int) -> Callable[..., object]:
    done = 0

    def stop(execute: Callable[..., object], sql: str, *rest: object) -> object:
        nonlocal done
        done += sql.startswith("DELETE")
        if done > deletes:
            raise KeyboardInterrupt
        return execute(sql, *rest)

    return stop


def test_while_too_many_are_not_counted_the_page_says_how_many(
    desk: Desk, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "AHEAD", 2)
    monkeypatch.setattr(tally, "STEP", 5)
    (there,) = desk.catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
    assert (tally.counts(desk, HONG_KONG).heard, tally.counts(desk, HONG_KONG).left) == ({}, there)
    tally.count(desk, HONG_KONG, 0)
    found = tally.counts(desk, HONG_KONG, EVER)

    assert found.left == there - 5
    assert numbers(found) == written()
