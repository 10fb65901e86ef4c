"""The people feed: every row ends in one list, nothing is guessed, nobody is ended by being left out, all or nothing."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from muniment.desk.desk import Desk
from muniment.desk.people import sheet
from muniment.record.errors import NotFound, Refused
from tests.desk.people.helpers import as_user, entries
from tests.firms import ClientAs, Firm, MakeUser

HEAD = "key,name,other_name,kind,email,desk,supervisor,handles,since,until\n"
KNOWN = "1001,Leung Ka-yan,梁嘉欣,employee,,,,,,\n"


def rejected(text: str) -> list[tuple[int, str]]:
    """Row number and reason of each row of a feed that is rejected when it is read."""
    return [(each.number, str(each.reason)) for each in sheet.read((HEAD + text).encode()).rejected]


def apply(desk: Desk, text: str) -> Any:
    from muniment.desk.people import actions

    return actions.apply_feed(desk, (HEAD + text).encode())


def test_each_row_is_added_changed_unchanged_or_rejected(desk: Desk, firm: Firm) -> None:
    text = (
        KNOWN
        + "1002,Zhao Min,赵敏,employee,zhao@example.com,,,,,\n"
        + "1009,Chan Siu Ming,陳小明,employee,chan@example.com,D7,1001,whatsapp:+85255550199; wecom:chan,2026-01-05,\n"
        + "1010,,,employee,,,,,,\n"
    )
    sheet_of = apply(desk, text)

    assert sheet_of.balanced and sheet_of.seen == 4
    assert [each.key for each in sheet_of.added] == ["1009"]
    assert [(each.key, each.fields) for each in sheet_of.changed] == [("1002", (("email", "", "zhao@example.com"),))]
    assert [each.key for each in sheet_of.unchanged] == ["1001"]
    assert [(each.number, each.key) for each in sheet_of.rejected] == [(5, "1010")]
    assert {each.key for each in sheet_of.missing} == {"1003", "C1", "C2"}


def test_what_a_feed_says_is_so_afterwards_and_a_second_time_it_changes_nothing(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people.access import group_page, groups, person_by_key, person_page

    text = KNOWN + "1009,Chan Siu Ming,陳小明,employee,,D7,1001,whatsapp:+85255550199;wecom:chan,2026-01-05,\n"
    apply(desk, text)
    again = apply(desk, text)

    number = person_by_key("1009")
    assert number is not None
    page = person_page(desk, number)
    assert [(each.where, each.what, each.dates.since) for each in page.handles] == [
        ("wecom", "chan", date(2026, 1, 5)),
        ("whatsapp", "+85255550199", date(2026, 1, 5)),
    ]
    assert [(each.where, each.dates.since) for each in page.memberships] == [("D7", date(2026, 1, 5))]
    assert [each.what for each in page.supervisors] == ["Leung Ka-yan"]
    desk_number = next(row.number for row in groups(desk) if row.key == "D7")
    assert [each.where for each in group_page(desk, desk_number).supervisors] == ["1001"]
    assert (len(again.added), len(again.changed), len(again.unchanged)) == (0, 0, 2)


def test_another_desk_ends_the_old_one_and_begins_the_new_one_today(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people.access import firm_day, person_page

    apply(desk, "1001,Leung Ka-yan,梁嘉欣,employee,,D8,,,,\n")

    today = firm_day()
    lines = {each.where: each.dates for each in person_page(desk, firm.lee).memberships}
    assert (lines["D1"].until, lines["D1"].now) == (today, False)
    assert (lines["D8"].since, lines["D8"].now) == (today, True)


def test_nobody_is_ended_by_being_left_out_and_an_empty_cell_says_nothing(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people.access import person_page

    before = person_page(desk, firm.lee), person_page(desk, firm.ho)
    balance = apply(desk, KNOWN)

    assert (person_page(desk, firm.lee), person_page(desk, firm.ho)) == before
    assert "C1" in {each.key for each in balance.missing}


def test_a_handle_that_is_somebody_elses_rejects_the_row(desk: Desk, firm: Firm) -> None:
    balance = apply(
        desk, "1009,Chan,,employee,,,,ndjson:lee,,\n1010,Cheung,,employee,,,,x:1,,\n1011,Chiu,,employee,,,,x:1,,\n"
    )

    assert [(each.number, str(each.reason)[:30]) for each in balance.rejected] == [
        (2, "the handle ndjson:lee is 1001'"),
        (4, "the handle x:1 is 1010's; end "),
    ]


def test_a_feed_is_one_entry_with_its_balance_and_what_it_changed(desk: Desk, firm: Firm) -> None:
    balance = apply(desk, KNOWN + "1002,Zhao Min,赵敏,employee,z@example.com,,,,,\n1010,,,employee,,,,,,\n")

    [entry] = [each for each in entries(desk) if each.act == "people.feed"]
    assert entry.object == f"sha256:{balance.sha256}"
    assert entry.counts == {"seen": 3, "added": 0, "changed": 1, "unchanged": 1, "rejected": 1, "missing": 3}
    assert entry.detail["changed"] == {"1002": [["email", "", "z@example.com"]]}


def test_a_preview_changes_nothing_and_says_the_same(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import person_by_key

    content = (HEAD + KNOWN + "1009,Chan,,employee,,D7,,x:1,,\n").encode()
    seen = actions.preview_feed(desk, content)

    assert person_by_key("1009") is None
    assert "people.feed" not in [each.act for each in entries(desk)]
    assert actions.apply_feed(desk, content) == seen


def test_who_may_not_change_people_brings_no_feed_in(desk: Desk, user_as: MakeUser) -> None:
    from muniment.desk.people import actions

    for role in ("reviewer", "adviser", "records", "it"):
        with pytest.raises(NotFound):
            actions.preview_feed(as_user(desk, user_as(role).pk), (HEAD + KNOWN).encode())


@pytest.mark.parametrize(
    "row, reason",
    [
        ("=cmd|' /C calc'!A0,Eve,,employee,,,,,,", "formula"),
        ("7,=HYPERLINK(1),,employee,,,,,,", "formula"),
        ("7,@SUM(A1),,employee,,,,,,", "formula"),
        ("7,\uff20SUM(A1),,employee,,,,,,", "formula"),
        ("7,+Eve,,employee,,,,,,", "formula"),
        ("7,Eve\u202egnp,,employee,,,,,,", "cannot be seen"),
        ("7,E\u200bve,,employee,,,,,,", "cannot be seen"),
        ("7,Eve\x00,,employee,,,,,,", "cannot be seen"),
        ('7,"Eve\nMallory",,employee,,,,,,', "cannot be seen"),
        ("7,,,employee,,,,,,", "empty"),
        (",Eve,,employee,,,,,,", "empty"),
        ("7,Eve,,boss,,,,,,", "the kind is"),
        ("7,Eve,,employee,not an address,,,,,", "e-mail"),
        ("7,Eve,,employee,,,,whatsapp,,", "a handle is"),
        ("7,Eve,,employee,,,,whatsapp:,,", "a handle is"),
        ("7,Eve,,employee,,,,,31/03/2026,", "a day is"),
        ("7,Eve,,employee,,,,,2026-02-30,", "a day is"),
        ("7,Eve,,employee,,,,,2026-03-02,2026-03-01", "before the first"),
        ("7,Eve,,employee,,D1,nobody,,,", "neither known"),
        ("7,Eve,,employee,,,1001,,,", "say which desk"),
        ("7,Eve,,employee", "expected 10 cells"),
        ("7,Eve,,employee,,,,,,,,", "expected 10 cells"),
        (f"7,{'E' * 201},,employee,,,,,,", "201 characters"),
        (f"7,{'E' * 3000},,employee,,,,,,", "3000 characters"),
    ],
)
def test_a_hostile_row_is_rejected_with_its_number_and_the_rest_goes_in(desk: Desk, row: str, reason: str) -> None:
    balance = apply(desk, f"{row}\n1009,Chan,,employee,,,,,,\n")

    [one] = balance.rejected
    assert reason in str(one.reason) and one.number == 2
    assert [each.key for each in balance.added] == ["1009"]
    assert balance.balanced


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "first line names the columns"),
        (b"name,kind\nEve,employee\n", "first line names the columns"),
        (b"key,name,kind,salary\n1,Eve,employee,9\n", "first line names the columns"),
        (b"key,key,name,kind\n1,1,Eve,employee\n", "first line names the columns"),
        (b'key,name,kind\n1,"Eve,employee\n', "cannot be read as CSV"),
        (b"key,name,kind\n1," + b"E" * 200_000 + b",employee\n", "cannot be read as CSV"),
        (b"key,name,kind\n1,\xff\xfe\xfd,employee\n", "encoding"),
        (b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 4, "encoding|first line"),
    ],
)
def test_what_is_no_feed_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        sheet.read(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_simplified_names_are_read_in_each_encoding_that_writes_them(encoding: str) -> None:
    text = HEAD + "1,赵一鸣,,employee,,,,,,\n2,周柏林,,client,,,,,,\n3,罗小雨,,client,,,,,,\n"

    assert [row.name for row in sheet.read(text.encode(encoding)).rows] == ["赵一鸣", "周柏林", "罗小雨"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5"])
def test_traditional_names_are_read_in_each_encoding_that_writes_them(encoding: str) -> None:
    text = HEAD + "1,梁凱晴,,employee,,,,,,\n2,伍婉華,,client,,,,,,\n3,雷國強,,client,,,,,,\n"

    assert [row.name for row in sheet.read(text.encode(encoding)).rows] == ["梁凱晴", "伍婉華", "雷國強"]


@given(st.lists(st.text("陳大文李小明張國強王志偉黃麗珍林美玲", min_size=2, max_size=3), min_size=1, max_size=5))
def test_the_encoding_is_found_or_asked_for_and_never_wrong(names: list[str]) -> None:
    text = HEAD + "".join(f"{number},{name},,client,,,,,,\n" for number, name in enumerate(names))

    try:
        found = [row.name for row in sheet.read(text.encode("big5")).rows]
    except Refused:
        found = names  # it asks, and is told below
    assert found == names
    assert [row.name for row in sheet.read(text.encode("big5"), "big5").rows] == names


def test_an_id_twice_keeps_the_first_row(desk: Desk) -> None:
    assert rejected("7,Eve,,client,,,,,,\n8,Ann,,client,,,,,,\n7,Eva,,client,,,,,,\n") == [
        (4, "row 2 has this id already; leave one of them out")
    ]


def test_the_page_shows_the_balance_first_and_brings_in_what_was_shown(client_as: ClientAs) -> None:
    from muniment.desk.people.access import person_by_key

    client = client_as("compliance")
    content = (HEAD + "1009,Chan <b>Siu</b>,,employee,,,,,,\n=1,Eve,,employee,,,,,,\n").encode()
    shown = client.post("/people/feed/", {"file": SimpleUploadedFile("people.csv", content), "encoding": ""})
    digest = shown.content.decode().split('name="apply" value="')[1].split('"')[0]

    assert "2 rows = 1 added + 0 changed + 0 unchanged + 1 rejected" in shown.content.decode()
    assert "Chan &lt;b&gt;Siu&lt;/b&gt;" in shown.content.decode()
    assert person_by_key("1009") is None
    assert client.post("/people/feed/", {"apply": digest}).status_code == 200
    assert person_by_key("1009") is not None
    assert "waited for too long" in client.post("/people/feed/", {"apply": digest}).content.decode()


def test_what_one_looked_at_another_cannot_bring_in(client_as: ClientAs) -> None:
    content = (HEAD + "1009,Chan,,employee,,,,,,\n").encode()
    shown = client_as("compliance").post("/people/feed/", {"file": SimpleUploadedFile("people.csv", content)})
    digest = shown.content.decode().split('name="apply" value="')[1].split('"')[0]

    assert client_as("administrator").post("/people/feed/", {"apply": digest}).status_code == 422
