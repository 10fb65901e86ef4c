"""No account goes live for somebody whom the register does not let, where the firm's regime licenses people one by one."""

from datetime import date, timedelta

import pytest

from muniment.desk.channels import actions as channels
from muniment.desk.dashboard.access import facts
from muniment.desk.dashboard.attention import Severity, attention
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm_day
from muniment.desk.register import access, actions
from muniment.record.errors import Refused
from tests.desk.register.conftest import approval, assess
from tests.firms import Firm


def lines(desk: Desk) -> list[tuple[Severity, str]]:
    return [(item.severity, item.what) for item in attention(facts(desk)) if item.act.route.startswith("register:")]


def ready(desk: Desk, firm: Firm, channel: int, until: date | None = None) -> None:
    actions.decide(desk, channel, "approved", approval(), since=date(2026, 1, 1))
    assess(desk, channel)
    actions.register_person(desk, channel, firm.lee, approval("ABC123"), since=date(2026, 1, 1), until=until)


@pytest.mark.usefixtures("regime")
def test_each_thing_that_is_missing_is_named_until_the_account_may_go_live(
    desk: Desk, firm: Firm, source: str, channel: int
) -> None:
    with pytest.raises(Refused, match="no channel of the register covers lee phone"):
        channels.switch_on(desk, source)
    actions.decide(desk, channel, "conditions", approval(), conditions="no orders")
    with pytest.raises(Refused, match="Desk chat has no risk assessment"):
        channels.switch_on(desk, source)
    assess(desk, channel)
    with pytest.raises(Refused, match="Leung Ka-yan holds lee phone and has no live registration for Desk chat"):
        channels.switch_on(desk, source)
    actions.register_person(desk, channel, firm.lee, approval("ABC123"))
    channels.switch_on(desk, source)

    assert access.breaches(source, "ndjson") == []


@pytest.mark.usefixtures("regime")
def test_a_registration_that_has_not_begun_or_has_ended_does_not_count(
    desk: Desk, firm: Firm, source: str, channel: int
) -> None:
    ready(desk, firm, channel, until=firm_day())
    with pytest.raises(Refused, match="no live registration"):
        channels.switch_on(desk, source)
    actions.register_person(desk, channel, firm.lee, approval("ABC124"), since=firm_day() + timedelta(days=1))
    with pytest.raises(Refused, match="no live registration"):
        channels.switch_on(desk, source)


@pytest.mark.usefixtures("regime")
def test_every_holder_of_the_account_needs_one(desk: Desk, firm: Firm, source: str, channel: int) -> None:
    from muniment.desk.people.actions import begin_holding

    ready(desk, firm, channel)
    begin_holding(desk, firm.zhao, source)
    with pytest.raises(Refused, match="Zhao Min holds"):
        channels.switch_on(desk, source)


@pytest.mark.usefixtures("regime")
def test_an_account_that_is_on_is_given_to_nobody_without_a_registration(
    desk: Desk, firm: Firm, source: str, channel: int
) -> None:
    from muniment.desk.imports.actions import hold_account
    from muniment.desk.people.models import Holding

    ready(desk, firm, channel)
    hold_account(desk, source, firm.okafor, None)  # it is off: nothing is captured for them yet
    Holding.objects.filter(person=firm.okafor).delete()
    channels.switch_on(desk, source)
    with pytest.raises(Refused, match="Zhao Min has no live registration for Desk chat, and lee phone is on; register"):
        hold_account(desk, source, firm.zhao, None)
    assert not Holding.objects.filter(person=firm.zhao, source=source).exists()
    actions.register_person(desk, channel, firm.zhao, approval("ABC200"))
    hold_account(desk, source, firm.zhao, None)
    actions.end_registration(desk, next(each.number for each in access.registrations(desk) if each.person == firm.lee))
    actions.register_person(desk, channel, firm.okafor, approval("ABC201"))
    hold_account(desk, source, firm.okafor, None)  # that another holder lacks one is not theirs to mend

    assert Holding.objects.filter(source=source).count() == 3


@pytest.mark.usefixtures("regime")
def test_an_account_that_nobody_holds_is_asked_about_its_channel_alone(desk: Desk, channel: int) -> None:
    corporation = channels.connect(desk, "the corporation", "ndjson", {})
    with pytest.raises(Refused, match="no channel"):
        channels.switch_on(desk, corporation)
    actions.decide(desk, channel, "approved", approval())
    assess(desk, channel)
    channels.switch_on(desk, corporation)


def test_without_such_a_regime_only_a_prohibition_stops_an_account(desk: Desk, source: str, channel: int) -> None:
    actions.decide(desk, channel, "prohibited", approval())
    with pytest.raises(Refused, match="Desk chat is prohibited"):
        channels.switch_on(desk, source)
    actions.decide(desk, channel, "approved", approval())
    channels.switch_on(desk, source)


@pytest.mark.usefixtures("regime")
def test_a_registration_that_ends_while_the_account_is_on_is_a_red_line_at_home(
    desk: Desk, firm: Firm, source: str, channel: int
) -> None:
    ready(desk, firm, channel)
    channels.switch_on(desk, source)
    assert lines(desk) == []
    (row,) = access.registrations(desk)
    actions.end_registration(desk, row.number)

    ((severity, what),) = lines(desk)
    assert severity is Severity.LOSS
    assert "lee phone" in what
    assert "Leung Ka-yan" in what


@pytest.mark.usefixtures("regime")
def test_a_channel_that_is_prohibited_while_its_account_is_on_is_a_red_line(
    desk: Desk, firm: Firm, source: str, channel: int
) -> None:
    ready(desk, firm, channel)
    channels.switch_on(desk, source)
    actions.decide(desk, channel, "prohibited", approval())

    assert [severity for severity, _ in lines(desk)] == [Severity.LOSS]
    channels.disconnect(desk, source)
    assert lines(desk) == []


@pytest.mark.usefixtures("regime")
def test_many_accounts_at_once_are_told_what_each_is_told_by_itself(
    desk: Desk, firm: Firm, source: str, channel: int
) -> None:
    from muniment.desk.people.actions import begin_holding

    other = channels.connect(desk, "the corporation", "ndjson", {})
    uncovered = channels.connect(desk, "a line", "whatsapp_cloud", {"app_secrets": "s", "access_token": "t"})
    begin_holding(desk, firm.zhao, source)
    asked = [(source, "ndjson"), (uncovered, "whatsapp_cloud"), (other, "ndjson")]
    for act in (
        lambda: None,
        lambda: actions.decide(desk, channel, "approved", approval(), since=date(2026, 1, 1)),
        lambda: assess(desk, channel),
        lambda: actions.register_person(desk, channel, firm.lee, approval("ABC"), since=date(2026, 1, 1)),
        lambda: actions.end_registration(desk, access.registrations(desk)[0].number),
        lambda: actions.decide(desk, channel, "prohibited", approval()),
    ):
        act()
        alone = [each for one in asked for each in access.breaches(*one)]
        assert access.breaches_of(asked) == alone
    assert access.breaches_of([]) == []
