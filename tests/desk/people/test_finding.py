"""People are found whatever script, case or width they are written in, over the pages and the API alike."""

from html import unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.desk.desk import Desk
from tests.firms import ClientAs, Firm

if TYPE_CHECKING:
    from muniment.desk.people.access import People

NAMES = ("陳大文", "陈小文", "Chan Tai-man", "ＣＨＡＮ　Siu", "O'Brien", "Straße", "李 嘉誠", "ｶﾞﾘﾚｵ")
PIECES = st.sampled_from(
    ["陈", "陳", "大文", "chan", "CHAN", "ｃｈａｎ", "strasse", "o'b", "李嘉", "嘉诚", "ガリ", " ", "-", "9"]
)


def list_people(desk: Desk, search: str = "", kind: str = "") -> "People":
    from muniment.desk.people import access

    return access.list_people(desk, search, kind)


@pytest.fixture
def known(desk: Desk, firm: Firm) -> Desk:
    from muniment.desk.people.models import Handle, Person

    for number, name in enumerate(NAMES):
        person = Person.objects.create(key=f"N{number}", name=name, other_name=NAMES[-number], kind="client")
        Handle.objects.create(person=person, channel="whatsapp", native=f"Wx_Ｎ{number}", origin="hand")
    return desk


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("陈大文", "陳大文"),
        ("陳小文", "陈小文"),
        ("ｃｈａｎ tai", "Chan Tai-man"),
        ("CHAN SIU", "ＣＨＡＮ　Siu"),
        ("STRASSE", "Straße"),
        ("李嘉诚", "李 嘉誠"),
        ("ガリレオ", "ｶﾞﾘﾚｵ"),
        ("wx_n3", "ＣＨＡＮ　Siu"),
        ("n3", "ＣＨＡＮ　Siu"),
    ],
)
def test_a_person_is_found_in_another_script_case_or_width(known: Desk, search: str, found: str) -> None:
    from muniment.desk.people.access import person_choices

    assert found in {row.name for row in list_people(known, search).rows}
    assert found in {choice.name for choice in person_choices(known, search)}


def test_the_page_and_the_api_find_the_same(known: Desk, client_as: ClientAs) -> None:
    browser = client_as("compliance")
    page = unescape(browser.get("/people/", {"q": "陈大文"}).content.decode())
    rows = browser.get("/api/v1/people", {"search": "陈大文"}).json()["rows"]

    assert "陳大文" in page and "Straße" not in page
    assert {row["name"] for row in rows} >= {"陳大文"}


def test_whoever_asks_for_nothing_that_is_seen_gets_everybody(known: Desk) -> None:
    everybody = list_people(known).total

    assert list_people(known, " \u200b").total == everybody > len(NAMES)
    assert list_people(known, "nobody at all").total == 0


@given(pieces=st.lists(PIECES, max_size=4))
@settings(deadline=None, suppress_health_check=[*HealthCheck], max_examples=40)
def test_what_is_found_is_what_a_reader_of_every_line_finds(known: Desk, pieces: list[str]) -> None:
    from muniment.desk.people.models import Handle, Person
    from muniment.search.tokens import fold

    search = "".join(pieces)
    wanted, expected = fold(search.strip()), set()
    for person in Person.objects.all():
        lines = [person.key, person.email, *Handle.objects.filter(person=person).values_list("native", flat=True)]
        names = [person.name, person.other_name]
        near = "".join(wanted.split())
        if any(wanted in fold(line) for line in lines + names) or any(
            near in "".join(fold(name).split()) for name in names
        ):
            expected.add(person.pk)
    found = list_people(known, search)

    assert found.total == len(expected)
    assert {row.number for row in found.rows} <= expected
    for kind in ("employee", "client", "other"):
        assert list_people(known, search, kind).total == found.kinds[kind]
