"""A key that comes later opens what was sealed for lack of it, as if it had been there from the start."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.capture.archive import open_archive
from muniment.capture.feeds.runner import Connection, Runner
from muniment.capture.registry import live
from muniment.capture.wecom import reopen
from muniment.catalog.read import unread, unsearchable
from muniment.catalog.rebuild import logical_hash
from muniment.desk.archive import actions
from muniment.desk.archive.verification import verify_archive
from tests.archives import Place
from tests.capture.feeds.test_runner import until
from tests.capture.wecom.archive import Scenario, text
from tests.capture.wecom.driven import SOURCE, Driven, driven, settings
from tests.capture.wecom.samples import message


@pytest.fixture
def account(place: Place) -> Iterator[Driven]:
    with driven(place) as found:
        yield found


def served(scenario: Scenario) -> None:
    """Twelve rows, of which one in two needs key 2; among them a recall and a file."""
    image = message("image", {"md5sum": "50de8e5ae8ffe4f1df7a93841f71993a", "filesize": 5, "sdkfileid": "F1"})
    recall = message("revoke", {"pre_msgid": "1003_1603875612"}, action="recall", **{"from": "amy"})
    rows = [*(text(n, f"第{n}句") for n in range(10)), image, recall]
    for place, row in enumerate(rows, start=1):
        scenario.serve([row], first=place, version=1 + place % 2)


def gaps_open(account: Driven) -> list[str]:
    rows = account.desk.archive.intake.database.execute("SELECT name FROM open_gap WHERE source = ?", (account.source,))
    return sorted(name for (name,) in rows)


def test_a_key_that_is_given_later_opens_every_row_as_if_it_had_been_there(
    account: Driven, scenario: Scenario, place: Place, tmp_path: Path
) -> None:
    served(scenario)
    account.look(settings(scenario, (1,)))
    assert (account.records("message"), account.records("sealed")) == (6, 6)
    assert gaps_open(account) == ["key 2"]
    assert unsearchable(account.desk.catalog).undecoded == 6
    feed = account.ledger.feed(SOURCE)
    assert feed is not None and feed.sealed_at is not None

    account.restart()
    account.look(settings(scenario, (1, 2)))
    account.look(settings(scenario, (1, 2)))

    feed = account.ledger.feed(SOURCE)
    assert feed is not None and feed.cursor == "12"
    assert gaps_open(account) == [] and feed.sealed_at is None  # the alarm is over with the gap
    assert unsearchable(account.desk.catalog).undecoded == 0
    assert (account.records("message"), account.records("sealed")) == (12, 6)
    assert [owed.due.media for owed in account.ledger.owed(5)] == ["F1"]

    actions.create(tmp_path / "other" / "home", tmp_path / "other" / "keys", "example.com/other", "alice")
    with driven(Place(tmp_path / "other" / "home", tmp_path / "other" / "keys")) as other:
        other.look(settings(scenario, (1, 2)))
        assert account.events() == other.events()

    account.restart()
    account.look(settings(scenario, (1, 2)))
    assert (account.records("message"), account.records("sealed")) == (12, 6)


def test_what_was_opened_names_its_sealed_row_and_survives_verify_and_rebuild(
    account: Driven, scenario: Scenario, place: Place
) -> None:
    served(scenario)
    account.look(settings(scenario, (1,)))
    account.look(settings(scenario, (1, 2)))
    reader = account.desk.archive.records
    leaves = {
        opened.index: opened.leaf
        for opened in reader.opened(0, reader.log.checkpoint().size, reader.log.checkpoint().size)
    }
    sealed = [
        (leaf, status)
        for leaf, status in account.desk.catalog.execute(
            "SELECT leaf, status FROM record WHERE part = 'sealed' ORDER BY leaf"
        )
    ]

    assert sorted(leaf.ref for leaf in leaves.values() if leaf.t == "rec" and leaf.ref is not None) == [
        leaf for leaf, _ in sealed
    ]
    assert {status for _, status in sealed} == {"duplicate"}
    said: list[object] = []
    verify_archive(place.home, place.keys, said.append)
    assert said == []
    before = account.events()
    actions.rebuild(place.home, place.keys)
    with driven(place) as again:
        assert again.events() == before
        assert logical_hash(again.desk.catalog)


def test_the_pass_goes_on_where_it_was_stopped_and_opens_nothing_twice(
    account: Driven, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reopen, "AT_ONCE", 2)
    scenario.serve([text(n) for n in range(9)], version=2)
    account.look(settings(scenario, (1,)))
    calls = len(scenario.calls)
    # The library is killed from outside at the fourth row: two are durable, and a third is in hand.
    scenario.set(kill_at=str(calls + 5))

    account.look(settings(scenario, (2,)))
    assert account.records("message") == 3
    assert gaps_open(account) == ["key 2"]
    scenario.set()
    account.restart()
    account.look(settings(scenario, (2,)))

    assert account.records("message") == 9
    assert gaps_open(account) == []
    assert len(account.events("message")) == 9


def test_the_wrong_key_opens_nothing_and_the_right_one_does(account: Driven, scenario: Scenario) -> None:
    scenario.serve([text(1), scenario.row(2, text(2), 2, encrypt_chat_msg="MU1" + "0" * 60)], version=2)
    account.look(settings(scenario, (1,)))
    wrong = settings(scenario, (1,))["private_keys"] + "\nversion 2\n" + scenario.keys[3].private.decode()
    account.look(settings(scenario, (1,), private_keys=wrong))
    assert account.records("message") == 0
    assert gaps_open(account) == ["key 2"]

    account.look(settings(scenario, (1, 2)))

    assert account.records("message") == 1
    assert gaps_open(account) == ["key 2"]  # one of its rows is broken, and stays shut
    assert unsearchable(account.desk.catalog).undecoded == 1


def test_settings_that_are_saved_while_it_runs_open_what_is_sealed(
    account: Driven, place: Place, scenario: Scenario
) -> None:
    served(scenario)
    wanted = [Connection(SOURCE, "wecom", settings(scenario, (1,)))]
    runner = Runner(lambda: open_archive(place.home, place.keys), lambda: wanted, live, unread)
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    try:
        until(lambda: (feed := account.ledger.feed(SOURCE)) is not None and feed.cursor == "12")
        actions.settle(account.desk)
        wanted[:] = [Connection(SOURCE, "wecom", settings(scenario, (1, 2)))]

        def opened() -> bool:
            actions.settle(account.desk)
            return account.records("message") == 12

        until(opened)
        until(lambda: gaps_open(account) == [])
    finally:
        stop.set()
        thread.join(timeout=60)
    assert unsearchable(account.desk.catalog).undecoded == 0
