"""Who is behind a handle on a day; whose an unknown one may be. A name alone decides nothing."""

from datetime import UTC, date, datetime

import pytest

from muniment.desk.desk import Desk
from tests.firms import Firm


def at(year: int, month: int, day: int, hour: int = 0) -> int:
    """A time of day in UTC, in microseconds."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1_000_000


def test_a_handle_is_whoever_had_it_on_that_day_of_the_firm(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import whose

    actions.begin_handle(desk, firm.lee, "ndjson", "shared", since=date(2026, 1, 1), until=date(2026, 6, 1))
    actions.begin_handle(desk, firm.zhao, "ndjson", "shared", since=date(2026, 6, 1))
    found = whose([("ndjson", "shared"), ("ndjson", "lee"), ("ndjson", "stranger")])

    def key(native: str, moment: int | None) -> str | None:
        person = found.at("ndjson", native, moment)
        return None if person is None else person.key

    assert key("shared", at(2025, 12, 31, 15)) is None
    assert key("shared", at(2025, 12, 31, 16)) == "1001"  # midnight in Hong Kong
    assert key("shared", at(2026, 5, 31, 15)) == "1001"
    assert key("shared", at(2026, 5, 31, 16)) == "1002"
    assert key("shared", None) is None
    assert key("lee", None) == "1001"
    assert key("stranger", None) is None


def test_a_page_of_many_handles_is_a_handful_of_queries(desk: Desk, firm: Firm) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from muniment.desk.people.access import whose

    with CaptureQueriesContext(
        connection,
    ) as asked:
        whose([("ndjson", f"handle{number}") for number in range(900)])

    assert len(asked) <= 4


@pytest.mark.parametrize(
    "native, same",
    [
        ("+852 5555 0101", True),
        ("85255550101", True),
        ("0085255550101", True),
        ("85255550101@s.whatsapp.net", True),
        ("（852）５５５５-０１０１", True),
        ("55550101", False),
        ("+852 5555 0102", False),
        ("call 85255550101", False),
        ("", False),
    ],
)
def test_a_telephone_number_is_the_same_however_it_is_written(desk: Desk, firm: Firm, native: str, same: bool) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import suggest

    actions.begin_handle(desk, firm.ho, "phone", "+852 5555-0101")

    assert [(each.person.key, each.reason.value, each.enough) for each in suggest("whatsapp", native)] == (
        [("C1", "phone", True)] if same else []
    )


def test_an_id_or_an_address_suggests_its_person(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import suggest

    actions.change_person(desk, firm.ho, "Mrs Ho", "client", email="Ho@Example.com")

    assert [(each.person.key, each.reason.value) for each in suggest("wecom", "c1")] == [("C1", "key")]
    assert [(each.person.key, each.reason.value) for each in suggest("mail", "ho@example.com")] == [("C1", "email")]
    assert [(each.person.key, each.reason.value) for each in suggest("wecom", "zhao")] == [("1002", "handle")]


def test_a_name_is_a_hint_that_is_never_enough_in_either_script(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people.access import suggest

    for shown in ("Zhao Min", "zhao  min", "赵敏", "趙敏"):
        assert [(each.person.key, each.reason.value, each.enough) for each in suggest("wecom", "x9", [shown])] == [
            ("1002", "name", False)
        ]
    assert suggest("wecom", "x9", ["Zhao", ""]) == []
