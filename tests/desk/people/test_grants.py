"""Who may be given what: nobody to themself, no content to whoever gives access, no examiner without an end."""

from datetime import date
from itertools import product

import pytest

from muniment.desk.authority import SYSTEM, Capability
from muniment.desk.desk import Desk
from muniment.record.errors import NotFound, Refused
from tests.desk.people.helpers import as_user, entries
from tests.firms import Firm, MakeUser

LATER = date(2040, 1, 1)


def add(desk: Desk, name: str, *roles: str, person: int | None = None) -> int:
    """Somebody with these roles, by the actions."""
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number

    actions.add_user(desk, name, name.title(), person=person)
    number = user_number(name)
    for role in roles:
        actions.grant(desk, number, role, until=LATER if role == "examiner" else None)
    return number


def test_an_examiner_is_given_access_until_a_day_or_not_at_all(desk: Desk) -> None:
    from muniment.desk.people import actions

    number = add(desk, "examiner")

    with pytest.raises(Refused, match="say which"):
        actions.grant(desk, number, "examiner")


def test_nobody_gives_a_role_to_themself_under_any_of_their_names(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people import actions

    first = add(desk, "first", "administrator", person=firm.lee)
    second = add(desk, "second", person=firm.lee)

    for number in (first, second):
        with pytest.raises(Refused, match="themself"):
            actions.grant(as_user(desk, first), number, "it")


@pytest.mark.parametrize(
    "held, asked", [*product(("administrator", "it"), ("compliance", "reviewer", "examiner", "records"))]
)
def test_whoever_gives_access_or_runs_the_machine_is_given_no_content_in_either_order(
    desk: Desk, held: str, asked: str
) -> None:
    from muniment.desk.people import actions

    keeper, reader = add(desk, "keeper", held), add(desk, "reader", asked)

    with pytest.raises(Refused, match="cannot hold both"):
        actions.grant(desk, keeper, asked, until=LATER)
    with pytest.raises(Refused, match="cannot hold both"):
        actions.grant(desk, reader, held)


def test_a_second_name_of_the_same_person_does_not_get_around_it(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people import actions

    add(desk, "keeper", "administrator", person=firm.lee)
    second = add(desk, "second", person=firm.lee)

    with pytest.raises(Refused, match="cannot hold both"):
        actions.grant(desk, second, "reviewer")


def test_roles_that_do_not_meet_in_time_may_follow_one_another(desk: Desk) -> None:
    from muniment.desk.people import actions

    number = add(desk, "mover")
    actions.grant(desk, number, "reviewer", until=date(2039, 1, 1))

    with pytest.raises(Refused, match="cannot hold both"):
        actions.grant(desk, number, "administrator", since=date(2038, 12, 31))
    assert actions.grant(desk, number, "administrator", since=date(2039, 1, 1))


@pytest.mark.parametrize(
    "roles", [("administrator", "compliance"), ("it", "records"), ("administrator", "it", "reviewer", "examiner")]
)
def test_rows_that_combine_them_all_the_same_open_no_content_of_others(
    user_as: MakeUser, roles: tuple[str, ...]
) -> None:
    from muniment.desk.people.access import authority_of

    user = user_as(None, name="both")
    for role in roles:
        user_as(role, name="both", until=LATER)

    authority = authority_of(user, {})

    assert not {Capability.READ, Capability.PRODUCE, Capability.IMPORT, Capability.AUDIT} & set(authority.scopes)


def test_the_last_administrator_cannot_be_ended_and_the_last_but_one_can(desk: Desk) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_page

    first, second = add(desk, "first", "administrator"), add(desk, "second", "administrator")
    actions.end_user(desk, first)
    grant = user_page(desk, second).row.grants[0].number

    with pytest.raises(Refused, match="last who can give access"):
        actions.end_user(desk, second)
    with pytest.raises(Refused, match="last who can give access"):
        actions.end_grant(desk, grant)


def test_an_administrator_whose_own_grant_ends_does_not_count_as_another(desk: Desk) -> None:
    from muniment.desk.people import actions

    lasting, passing = add(desk, "lasting", "administrator"), add(desk, "passing")
    actions.grant(desk, passing, "administrator", until=LATER)

    with pytest.raises(Refused, match="last who can give access"):
        actions.end_user(desk, lasting)


def test_every_change_of_access_is_an_entry_with_who_and_what(desk: Desk) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_page

    number = add(desk, "reader", "reviewer")
    actions.end_grant(desk, user_page(desk, number).row.grants[0].number)
    actions.end_user(desk, number)

    assert [(each.act, each.actor, each.object) for each in entries(desk)][-4:] == [
        ("user.add", "system:test", "user:reader"),
        ("grant.give", "system:test", "user:reader"),
        ("grant.end", "system:test", "user:reader"),
        ("user.end", "system:test", "user:reader"),
    ]


def test_a_refused_change_leaves_no_entry(desk: Desk) -> None:
    from muniment.desk.people import actions

    number = add(desk, "keeper", "administrator")
    before = len(entries(desk))

    with pytest.raises(Refused):
        actions.grant(desk, number, "compliance")

    assert len(entries(desk)) == before


@pytest.mark.parametrize("role", ["compliance", "reviewer", "adviser", "examiner", "records", "it", None])
def test_only_an_administrator_gives_access(desk: Desk, user_as: MakeUser, role: str | None) -> None:
    from muniment.desk.people import actions

    somebody = as_user(desk, user_as(role, until=LATER).pk)

    with pytest.raises(NotFound):
        actions.add_user(somebody, "friend")
    with pytest.raises(NotFound):
        actions.grant(somebody, 1, "it")
    assert SYSTEM.holds(Capability.ACCESS)
