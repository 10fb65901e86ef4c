"""What was so stays so for its time: decisions, assessments, registrations, devices and evidence keep every earlier state."""

import json
from datetime import date, timedelta

import pytest

from muniment.desk.archive.actions import settle
from muniment.desk.dashboard.access import facts
from muniment.desk.dashboard.attention import Severity, attention
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm_day
from muniment.desk.register import access, actions
from muniment.record.errors import Refused
from tests.desk.register.conftest import ON, approval, assess
from tests.firms import Firm


def test_a_decision_ends_the_one_before_on_its_day(desk: Desk, channel: int) -> None:
    actions.decide(desk, channel, "prohibited", approval(), since=date(2026, 1, 1))
    actions.decide(desk, channel, "conditions", approval("memo 18"), conditions="no orders", since=date(2026, 3, 1))
    newest, oldest = access.channel(desk, channel).standings

    assert (oldest.status, oldest.dates.since, oldest.dates.until) == ("prohibited", date(2026, 1, 1), date(2026, 3, 1))
    assert (newest.status, newest.dates.until, newest.reference) == ("conditions", None, "memo 18")
    with pytest.raises(Refused, match="began on 2026-03-01"):
        actions.decide(desk, channel, "approved", approval(), since=date(2026, 2, 1))


def test_conditions_are_written_down_where_there_are_some(desk: Desk, channel: int) -> None:
    with pytest.raises(Refused, match="conditions is empty"):
        actions.decide(desk, channel, "conditions", approval())


def test_nobody_approved_tomorrow(desk: Desk, channel: int) -> None:
    tomorrow = firm_day() + timedelta(days=1)
    with pytest.raises(Refused, match="has not come yet"):
        actions.decide(desk, channel, "approved", actions.Approval("Amy Wong", tomorrow))


def test_an_assessment_stays_when_a_newer_one_comes_and_is_due_at_its_day(desk: Desk, channel: int) -> None:
    assess(desk, channel, review_by=date(2026, 11, 3))
    assert access.channel(desk, channel).row.assessment is not None
    assert [item.severity for item in attention(facts(desk)) if item.act.route == "register:channel"] == [Severity.WORK]
    assess(desk, channel)

    page = access.channel(desk, channel)
    assert len(page.assessments) == 2
    assert page.row.assessment == page.assessments[0]
    assert not [item for item in attention(facts(desk)) if item.act.route == "register:channel"]


def test_nobody_is_registered_for_a_channel_that_is_not_approved_or_twice(desk: Desk, firm: Firm, channel: int) -> None:
    with pytest.raises(Refused, match="is not approved"):
        actions.register_person(desk, channel, firm.lee, approval())
    actions.decide(desk, channel, "approved", approval())
    actions.register_person(desk, channel, firm.lee, approval())
    with pytest.raises(Refused, match="1001 is registered already"):
        actions.register_person(desk, channel, firm.lee, approval())
    with pytest.raises(Refused, match="licence number is empty"):
        actions.register_person(desk, channel, firm.zhao, approval(""))


def test_a_connector_belongs_to_one_channel(desk: Desk, channel: int) -> None:
    with pytest.raises(Refused, match="ndjson belongs to Desk chat already"):
        actions.add_channel(desk, "Other", ["ndjson"])
    actions.cover(desk, channel, ["whatsapp"])
    actions.add_channel(desk, "Other", ["ndjson"])
    with pytest.raises(Refused, match="there is no kind 'pigeon'"):
        actions.cover(desk, channel, ["pigeon"])


def test_a_device_keeps_who_had_it(desk: Desk, firm: Firm, source: str) -> None:
    device = actions.add_device(desk, actions.About("P-1", "phone", "+852 9000 0000", "Android 16"), since=ON)
    actions.issue(desk, device, person=firm.lee, source=source, location="desk 4", since=ON)
    actions.issue(desk, device, person=firm.zhao, since=ON + timedelta(days=3))
    actions.take_back(desk, device, ON + timedelta(days=5))
    actions.see(desk, device, ON + timedelta(days=4))
    actions.see(desk, device, ON)
    page = access.device(desk, device)

    assert [(each.name, each.dates.since, each.dates.until) for each in page.custodies] == [
        ("Zhao Min", ON + timedelta(days=3), ON + timedelta(days=5)),
        ("Leung Ka-yan", ON, ON + timedelta(days=3)),
    ]
    assert page.row.custody is None
    assert page.row.seen_on == ON + timedelta(days=4)
    assert page.custodies[1].account == "lee phone"
    with pytest.raises(Refused, match="with nobody"):
        actions.take_back(desk, device)


def test_a_device_that_left_asks_for_nothing_more_and_stays_on_record(desk: Desk, firm: Firm) -> None:
    device = actions.add_device(desk, actions.About("P-1", "phone"))
    actions.issue(desk, device, person=firm.lee)
    actions.ask_for(desk, "screen_lock", device=device)
    actions.remove_device(desk, device)

    assert access.devices(desk) == ()
    assert [row.label for row in access.devices(desk, gone=True)] == ["P-1"]
    assert access.postures(desk) == ()
    assert len(access.device(desk, device).custodies) == 1
    with pytest.raises(Refused, match="ended already"):
        actions.issue(desk, device, person=firm.zhao)


def test_what_must_be_so_is_due_until_it_is_shown_and_again_when_the_evidence_is_old(desk: Desk, source: str) -> None:
    item = actions.ask_for(desk, "consenting_only", source=source, every=10)
    assert [row.overdue for row in access.postures(desk, open_only=True)] == [True]
    actions.show(desk, item, "setting of the corporation, screen 3", firm_day())
    assert access.postures(desk, open_only=True) == ()
    (row,) = access.postures(desk)
    assert row.newest is not None
    assert row.newest.due == firm_day() + timedelta(days=10)
    with pytest.raises(Refused, match="asked for there already"):
        actions.ask_for(desk, "consenting_only", source=source)

    old = actions.ask_for(desk, "two_step", source=source, every=10)
    actions.show(desk, old, "seen", firm_day() - timedelta(days=11))
    assert [row.item for row in access.postures(desk, open_only=True)] == ["two_step"]


def test_home_says_what_is_not_so_before_what_is_due(desk: Desk, source: str) -> None:
    bad = actions.ask_for(desk, "backup_off", source=source)
    actions.show(desk, bad, "the backup is on", met=False)
    actions.ask_for(desk, "two_step", source=source)

    found = [item for item in attention(facts(desk)) if item.act.route == "register:postures"]
    assert [item.severity for item in found] == [Severity.RISK, Severity.WORK]


def test_every_change_is_entered_with_what_it_said(desk: Desk, firm: Firm, channel: int) -> None:
    actions.decide(desk, channel, "approved", approval(), since=ON)
    actions.register_person(desk, channel, firm.lee, approval("ABC123"), since=ON)
    settle(desk)
    rows = desk.catalog.execute(
        "SELECT body FROM audit_entry WHERE act IN ('channel.add', 'channel.decide', 'registration.begin') ORDER BY leaf"
    )
    entries = [json.loads(body) for (body,) in rows]

    assert [entry["act"] for entry in entries] == ["channel.add", "channel.decide", "registration.begin"]
    assert entries[1]["detail"]["status"] == "approved"
    assert entries[2]["detail"] == {
        "approved_by": "Amy Wong",
        "approved_on": "2026-11-02",
        "person": "1001",
        "reference": "ABC123",
        "registration": 1,
        "since": "2026-11-02",
        "until": None,
    }
