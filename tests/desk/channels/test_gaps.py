"""Gaps and what somebody said of them: who, when and why are kept, what waits is counted and listed, and no leaf changes."""

import html
import json
from importlib import import_module

import pytest

from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger
from muniment.desk.archive.actions import settle
from muniment.desk.authority import Capability
from muniment.desk.channels import access, actions
from muniment.desk.desk import Desk
from muniment.record.errors import NotFound, Refused
from tests.desk.people.helpers import as_user
from tests.firms import ClientAs, MakeUser


@pytest.fixture
def leaves(desk: Desk, source: str) -> list[int]:
    """Five gaps of one account and two of another, by their leaves, the oldest first."""
    other = actions.connect(desk, "another system", "ndjson", {})
    settle(desk)
    ledger = Ledger(desk.archive)
    for number in range(5):
        ledger.accept(source, [], gaps=[("ndjson", Gap(reason=Reason.SEQUENCE, after=number, count=1))])
    ledger.accept(other, [], gaps=[("ndjson", Gap(reason=Reason.SILENCE)), ("ndjson", Gap(reason=Reason.LAG))])
    settle(desk)
    return [leaf for (leaf,) in desk.catalog.execute("SELECT leaf FROM gap ORDER BY leaf")]


def found_at(desk: Desk, leaf: int) -> int:
    (at,) = desk.catalog.execute("SELECT found_at FROM gap WHERE leaf = ?", (leaf,)).fetchone()
    return int(at)


def test_what_waits_is_counted_and_the_oldest_of_it_is_known(desk: Desk, source: str, leaves: list[int]) -> None:
    (other,) = {each.source for each in access.connections(desk)} - {source}
    waiting = access.unexplained(desk)
    assert (waiting.number, waiting.of) == (7, {source: 5, other: 2})
    assert waiting.since == found_at(desk, leaves[0])

    assert actions.explain_gaps(desk, [leaves[1], leaves[2], leaves[6]], "nothing", "asked the platform") == 3
    waiting = access.unexplained(desk)
    assert (waiting.of, waiting.since) == ({source: 3, other: 1}, found_at(desk, leaves[0]))

    actions.explain_gaps(desk, [leaves[0]], "brought", "export of the day")
    assert access.unexplained(desk).since == found_at(desk, leaves[3])
    actions.explain_gaps(desk, leaves, "lost", "nobody has it")
    assert access.unexplained(desk) == access.Unexplained({}, None)

    Ledger(desk.archive).accept(source, [], gaps=[("ndjson", Gap(reason=Reason.LAG))])
    settle(desk)
    (newest,) = desk.catalog.execute("SELECT max(found_at) FROM gap").fetchone()
    assert access.unexplained(desk) == access.Unexplained({source: 1}, newest)


def test_the_list_of_what_waits_is_what_is_counted_page_by_page(
    desk: Desk, source: str, leaves: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.explain_gaps(desk, [leaves[0], leaves[2], leaves[5], leaves[6]], "nothing", "asked")
    for size in (1, 2, 3, 100):
        for module in ("health", "explained"):
            monkeypatch.setattr(import_module(f"muniment.desk.channels.access.{module}"), "PAGE", size)
        for of, expected in (("", [leaves[4], leaves[3], leaves[1]]), (source, [leaves[4], leaves[3], leaves[1]])):
            seen: list[int] = []
            before = None
            while True:
                page = access.open_page(desk, before, of)
                assert page.total == 3
                assert len(page.rows) <= size
                seen += [each.leaf for each in page.rows]
                before = page.more
                if before is None:
                    break
            assert seen == expected
    at = found_at(desk, leaves[1])
    assert access.open_page(desk, None, source, at, at + 1).total == len(
        access.open_page(desk, None, source, at, at + 1).rows
    )


def test_who_explained_when_and_why_is_kept_and_the_leaf_stays(
    desk: Desk, leaves: list[int], user_as: MakeUser
) -> None:
    reader = as_user(desk, user_as("records", name="fong").pk)
    before = desk.catalog.execute("SELECT leaf, body FROM gap ORDER BY leaf").fetchall()
    actions.explain_gaps(reader, [leaves[0]], "nothing", "first words")
    actions.explain_gaps(reader, [leaves[0]], "lost", "  second\r\nwords ")
    settle(desk)

    said = access.explanations(desk, leaves)[leaves[0]]
    assert (said.outcome, said.reason, said.actor) == ("lost", "second\nwords", "user:fong")
    entries = [
        json.loads(body)
        for (body,) in desk.catalog.execute("SELECT body FROM audit_entry WHERE act = 'gap.explain' ORDER BY leaf")
    ]
    assert [(each["actor"], each["object"], each["detail"]["reason"]) for each in entries] == [
        ("user:fong", f"records/{leaves[0]}", "first words"),
        ("user:fong", f"records/{leaves[0]}", "second\nwords"),
    ]
    assert desk.catalog.execute("SELECT leaf, body FROM gap ORDER BY leaf").fetchall() == before


def test_what_explains_nothing_is_refused(desk: Desk, leaves: list[int], user_as: MakeUser) -> None:
    for wanted, outcome, reason in (
        ([], "nothing", "words"),
        (list(range(101)), "nothing", "words"),
        (leaves, "fine", "words"),
        (leaves, "nothing", " \n"),
    ):
        with pytest.raises(Refused):
            actions.explain_gaps(desk, wanted, outcome, reason)
    with pytest.raises(NotFound):
        actions.explain_gaps(desk, [leaves[0], 10**9], "nothing", "words")
    runs_the_machine = as_user(desk, user_as("it").pk)
    with pytest.raises(NotFound):
        actions.explain_gaps(runs_the_machine, leaves, "nothing", "words")
    assert access.unexplained(desk).number == 7
    assert access.unexplained(runs_the_machine, capability=Capability.ACCOUNTS).number == 7


def test_gaps_are_explained_where_they_are_listed(
    desk: Desk, source: str, leaves: list[int], client_as: ClientAs
) -> None:
    records = client_as("records")

    def page(path: str) -> str:
        return html.unescape(records.get(path).content.decode())

    waiting = page(f"/capture/gaps/?open=1&account={source}")
    assert "5 gaps" in waiting
    assert waiting.count('name="gap"') == 5
    given = {"gap": [leaves[0], leaves[1]], "outcome": "brought", "reason": "we brought the export in"}
    answer = records.post(f"/capture/gaps/explain/?open=1&account={source}", {**given, "reason": ""})
    assert answer.status_code == 422
    assert answer.content.decode().count(" checked") == 3  # two gaps, one outcome
    answer = records.post(f"/capture/gaps/explain/?open=1&account={source}&next=//elsewhere", given)
    assert answer.headers["Location"] == f"/capture/gaps/?account={source}&open=1"

    assert "3 gaps" in page(f"/capture/gaps/?open=1&account={source}")
    every = page("/capture/gaps/")
    assert "7 gaps" in every
    assert every.count("what was missing was brought in") == 3  # twice in the list, once in the form
    assert "we brought the export in" in every
    assert "user:records" in every
    listed = html.unescape(client_as("it").get("/capture/gaps/").content.decode())
    assert "we brought the export in" in listed
    assert 'name="gap"' not in listed

    found = records.get("/api/v1/capture/gaps", {"open": "true"}).json()
    assert found["total"] == 5
    assert {each["leaf"] for each in found["gaps"]} == set(leaves[2:])
    (said,) = [each for each in records.get("/api/v1/capture/gaps").json()["gaps"] if each["leaf"] == leaves[0]]
    assert (said["explained"]["outcome"], said["explained"]["reason"]) == ("brought", "we brought the export in")
