"""Whose message it is, day by day: handles that changed hands, people who changed desks, roles that begin and end."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people import clock
from muniment.record.errors import Refused
from muniment.search.ast import And, Field, Node, Not, Or, Sent
from tests.desk.people.helpers import Clock, as_user
from tests.firms import Firm, MakeUser

HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def second(day: date) -> int:
    """The first second of a day in Hong Kong."""
    return int(datetime(day.year, day.month, day.day, tzinfo=HONG_KONG).timestamp())


def opens(
    scope: Node | None, *, account: str = "", channel: str = "ndjson", parties: tuple[str, ...] = (), sent: int | None
) -> bool:
    """Whether a scope opens a message, by reading the tree as a person would: the oracle of these tests."""
    match scope:
        case None:
            return True
        case Or(parts):
            return any(opens(part, account=account, channel=channel, parties=parties, sent=sent) for part in parts)
        case And(parts):
            return all(opens(part, account=account, channel=channel, parties=parties, sent=sent) for part in parts)
        case Field("account", value, exact=True):
            return account == value
        case Field("channel", value):
            return channel == value
        case Field("with", value):
            return value in parties
        case Sent(first, end):
            return sent is not None and (first is None or sent >= first) and (end is None or sent < end)
        case Not():
            return False
    raise AssertionError(scope)


def test_a_handle_that_changed_hands_opens_to_each_what_was_theirs(desk: Desk, firm: Firm, user_as: MakeUser) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import authority_of

    changed = date(2026, 6, 1)
    actions.begin_handle(desk, firm.lee, "ndjson", "desk-phone", until=changed)
    actions.begin_handle(desk, firm.zhao, "ndjson", "desk-phone", since=changed)
    reads = [
        authority_of(user_as("reviewer", person=who), {}).require(Capability.READ) for who in (firm.lee, firm.zhao)
    ]
    before, after = second(changed) - 1, second(changed)

    assert [opens(scope, parties=("desk-phone",), sent=before) for scope in reads] == [True, False]
    assert [opens(scope, parties=("desk-phone",), sent=after) for scope in reads] == [False, True]
    assert [opens(scope, parties=("desk-phone",), sent=None) for scope in reads] == [False, False]


def test_a_handle_is_one_persons_at_a_time(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people import actions

    actions.begin_handle(desk, firm.lee, "ndjson", "phone", since=date(2026, 1, 1), until=date(2026, 6, 1))

    with pytest.raises(Refused, match="1001's"):
        actions.begin_handle(desk, firm.zhao, "ndjson", "phone", since=date(2026, 5, 31))
    with pytest.raises(Refused, match="1001's"):
        actions.begin_handle(desk, firm.zhao, "ndjson", "phone", until=date(2026, 1, 2))
    assert actions.begin_handle(desk, firm.zhao, "ndjson", "phone", since=date(2026, 6, 1))
    assert actions.begin_handle(desk, firm.zhao, "ndjson", "phone", until=date(2026, 1, 1))


def test_the_same_address_on_another_channel_is_another_handle(desk: Desk, firm: Firm, user_as: MakeUser) -> None:
    from muniment.desk.people.access import authority_of

    scope = authority_of(user_as("reviewer", person=firm.lee), {}).require(Capability.READ)

    assert opens(scope, channel="ndjson", parties=("lee",), sent=0)
    assert not opens(scope, channel="whatsapp", parties=("lee",), sent=0)


def test_a_group_is_whoever_is_in_it_today(desk: Desk, firm: Firm, user_as: MakeUser) -> None:
    from muniment.desk.people.access import authority_of

    user = user_as("reviewer", group=firm.desk)
    with clock.clock(Clock(datetime(2026, 10, 31, 15, 59, tzinfo=UTC))):  # one minute to midnight in Hong Kong
        before = authority_of(user, {}).require(Capability.READ)
    with clock.clock(Clock(datetime(2026, 10, 31, 16, 0, tzinfo=UTC))):
        after = authority_of(user, {}).require(Capability.READ)

    assert [opens(scope, parties=("zhao",), sent=0) for scope in (before, after)] == [True, False]
    assert [opens(scope, parties=("lee",), sent=0) for scope in (before, after)] == [True, True]


def test_an_empty_group_opens_nothing(desk: Desk, user_as: MakeUser) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import authority_of

    group = actions.add_group(desk, "D9", "Nobody's")
    scope = authority_of(user_as("reviewer", group=group), {}).require(Capability.READ)

    assert not opens(scope, parties=("lee",), sent=0)


def test_a_grant_begins_and_ends_at_midnight_of_the_firm(user_as: MakeUser) -> None:
    from muniment.desk.people.access import authority_of

    user = user_as("examiner", since=date(2026, 11, 1), until=date(2026, 11, 3))
    moments = {
        datetime(2026, 10, 31, 15, 59, tzinfo=UTC): False,
        datetime(2026, 10, 31, 16, 0, tzinfo=UTC): True,
        datetime(2026, 11, 2, 15, 59, tzinfo=UTC): True,
        datetime(2026, 11, 2, 16, 0, tzinfo=UTC): False,
    }

    for moment, holds in moments.items():
        with clock.clock(Clock(moment)):
            assert authority_of(user, {}).holds(Capability.READ) is holds, moment


def test_two_grants_open_what_either_opens(firm: Firm, user_as: MakeUser) -> None:
    from muniment.desk.people.access import authority_of

    user_as("reviewer", person=firm.lee, name="both")
    user = user_as("reviewer", person=firm.zhao, name="both")
    scope = authority_of(user, {}).require(Capability.READ)

    assert opens(scope, parties=("lee",), sent=0) and opens(scope, parties=("zhao",), sent=0)
    assert not opens(scope, parties=("okafor",), sent=0)


def test_ones_own_records_open_to_a_role_and_to_nobody_without_one(firm: Firm, user_as: MakeUser) -> None:
    from muniment.desk.people.access import authority_of

    own = authority_of(user_as("adviser", own=firm.lee), {})
    without = authority_of(user_as(None, own=firm.zhao), {})

    assert set(own.scopes) == {Capability.OWN}
    assert opens(own.require(Capability.OWN), parties=("lee",), sent=0)
    assert not opens(own.require(Capability.OWN), parties=("zhao",), sent=0)
    assert dict(without.scopes) == {}


def test_a_phone_number_is_where_to_reach_somebody_and_opens_nothing(desk: Desk, firm: Firm, user_as: MakeUser) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import authority_of

    actions.begin_handle(desk, firm.okafor, "phone", "+85255550101")
    scope = authority_of(user_as("reviewer", person=firm.okafor), {}).require(Capability.READ)

    assert not opens(scope, channel="phone", parties=("+85255550101",), sent=0)


def test_what_ended_today_no_longer_counts_and_stays_on_record(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import person_page

    handle = actions.begin_handle(desk, firm.lee, "ndjson", "second-phone", since=date(2026, 1, 1))
    actions.end_handle(desk, handle)

    line = next(each for each in person_page(desk, firm.lee).handles if each.number == handle)
    assert not line.dates.now and line.dates.until is not None
    with pytest.raises(Refused, match="ended already"):
        actions.end_handle(desk, handle)


def test_an_ended_user_may_do_nothing(desk: Desk, user_as: MakeUser) -> None:
    from muniment.desk.people import actions

    user = user_as("compliance")
    actions.end_user(desk, user.pk)

    assert dict(as_user(desk, user.pk).authority.scopes) == {}


def test_what_was_worked_out_is_kept_until_anything_changes(desk: Desk, firm: Firm, user_as: MakeUser) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from muniment.desk.people import actions
    from muniment.desk.people.access import authority_of

    user = user_as("reviewer", group=firm.desk)
    first = authority_of(user, {})
    with CaptureQueriesContext(connection) as asked:
        assert authority_of(user, {}) is first
    assert len(asked) <= 2

    changes = (
        lambda: actions.begin_membership(desk, firm.desk, firm.okafor),
        lambda: actions.begin_handle(desk, firm.lee, "ndjson", "another"),
        lambda: actions.apply_feed(desk, b"key,name,kind,handles\n1001,Leung Ka-yan,employee,ndjson:third\n"),
    )
    for change in changes:
        before = authority_of(user, {})
        change()
        assert authority_of(user, {}) != before
    assert authority_of(user, {"a1": "another account"}) is not authority_of(user, {})
