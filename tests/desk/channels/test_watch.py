"""What is missing is sealed as a gap, once: silence, refused deliveries, events that name what never came; canaries come back."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from muniment.capture.feeds.ledger import Ledger
from muniment.desk.archive.actions import settle
from muniment.desk.channels import access, actions, watch
from muniment.desk.desk import Desk
from muniment.record.errors import StorageFailed
from tests.desk.channels.pushing import line, push

if TYPE_CHECKING:
    from django.test import Client


def reasons(desk: Desk, source: str) -> list[str]:
    settle(desk)
    return [each.gap.reason.value for each in access.gaps(desk, source=source)]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`later(minutes)`: the watch believes that so much time has passed."""

    def go(minutes: int) -> None:
        from muniment.desk.channels import condition

        real = condition.condition
        monkeypatch.setattr(watch, "condition", lambda known, now: real(known, now + minutes * condition.MINUTE))

    return go


def always_heard(desk: Desk, source: str) -> None:
    actions.change(desk, source, {}, quiet=actions.Quiet(30, 0, 0, weekdays=False))


def test_a_source_that_falls_silent_leaves_one_gap_until_it_is_heard_again(
    browser: "Client", desk: Desk, source: str, key: str, later: Any
) -> None:
    always_heard(desk, source)
    push(browser, line(1), key)
    watch.look(desk)
    assert reasons(desk, source) == []
    later(45)
    for _ in range(3):
        watch.look(desk)
    assert reasons(desk, source) == ["silence"]
    later(0)
    watch.look(desk)
    later(45)
    watch.look(desk)
    assert reasons(desk, source) == ["silence", "silence"]


def test_deliveries_that_were_refused_are_a_gap(browser: "Client", desk: Desk, source: str, key: str) -> None:
    for _ in range(3):
        push(browser, line(1), key[:-1])
    watch.look(desk)
    watch.look(desk)

    assert reasons(desk, source) == ["refused"]
    (gap,) = access.gaps(desk, source=source)
    assert gap.gap.count == 3


def test_an_event_that_names_what_never_came_is_a_gap(
    browser: "Client", desk: Desk, source: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.look(desk)
    push(browser, line(1) + line(2, "in answer", reply_to="p1") + line(3, "", recalls="never-came"), key)
    settle(desk)
    watch.look(desk)
    assert reasons(desk, source) == []  # it may still come
    monkeypatch.setattr(watch, "PATIENCE", 0)
    watch.look(desk)
    watch.look(desk)

    assert reasons(desk, source) == ["unknown_target"]


def test_a_refusal_whose_gap_could_not_be_sealed_is_sealed_at_the_next_look(
    browser: "Client", desk: Desk, source: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(browser, line(1), key[:-1])
    real = Ledger.gap_once

    def fail(*_given: Any) -> bool:
        raise StorageFailed("the disk is full")

    monkeypatch.setattr(Ledger, "gap_once", fail)
    with pytest.raises(StorageFailed):
        watch.look(desk)
    monkeypatch.setattr(Ledger, "gap_once", real)
    watch.look(desk)
    watch.look(desk)

    assert reasons(desk, source) == ["refused"]


def test_one_look_goes_through_all_there_is_in_slices(
    browser: "Client", desk: Desk, source: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.look(desk)
    push(browser, b"".join(line(n) for n in range(20)) + line(30, "", recalls="never-came"), key)
    settle(desk)
    monkeypatch.setattr(watch, "PATIENCE", 0)
    monkeypatch.setattr(watch, "AT_ONCE", 3)
    asked: list[int] = []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) > 2

    watch.look(desk, stopped)
    assert reasons(desk, source) == []  # asked to end after two slices
    watch.look(desk)

    assert reasons(desk, source) == ["unknown_target"]


def test_a_canary_is_seen_when_its_words_come_back(browser: "Client", desk: Desk, source: str, key: str) -> None:
    words = actions.send_canary(desk, source)
    settle(desk)
    watch.look(desk)
    assert access.connection(desk, source).proven_at is None
    push(browser, line(7, f"canary {words}"), key)
    settle(desk)
    watch.look(desk)

    assert access.connection(desk, source).proven_at is not None
    ((token, sent, seen),) = Ledger(desk.archive).canaries(source)
    assert token == words
    assert seen is not None
    assert seen >= sent


def test_a_canary_that_somebody_waits_for_is_looked_for_between_two_looks(
    browser: "Client", desk: Desk, source: str, key: str
) -> None:
    words = actions.send_canary(desk, source)
    push(browser, line(7, f"canary {words}"), key)
    settle(desk)
    ledger, now = Ledger(desk.archive), desk.archive.clock()
    assert ledger.canaries_open(now - access.TEST_PATIENCE) == [source]
    assert ledger.canaries_open(now + 1) == []
    watch.look_for_tests(desk)

    assert access.connection(desk, source).proven_at is not None
    assert ledger.canaries_open(now - access.TEST_PATIENCE) == []
    assert access.looked_at() is None


def test_gaps_survive_a_rebuild(browser: "Client", desk: Desk, source: str, key: str) -> None:
    push(browser, line(1), key[:-1])
    watch.look(desk)
    settle(desk)
    before = desk.catalog.execute("SELECT leaf, source, reason, body FROM gap").fetchall()
    from muniment.desk.archive.actions import rebuild

    rebuild(desk.archive.home.path, desk.archive.home.keys)
    from muniment.catalog.database import open_catalog

    again = open_catalog(desk.archive.home.catalog)
    assert again.execute("SELECT leaf, source, reason, body FROM gap").fetchall() == before
    assert json.loads(before[0][3])["count"] == 1
    again.close()
