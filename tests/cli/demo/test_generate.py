import json
from collections import Counter
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from muniment.cli.demo import Firm, generate
from muniment.cli.demo.cast import ACCOUNTS, CLIENTS, STAFF
from muniment.cli.demo.days import is_business_day
from muniment.cli.demo.market import INSTRUMENTS
from muniment.cli.demo.model import LANGUAGES, Message
from tests.cli.demo.conftest import UNTIL, tree

CUT_OFF = "client-line.ndjson"


def lines(firm: Firm, account: str) -> list[bytes]:
    path = next(one.path for one in firm.imports if one.account == account and one.connector == "ndjson")
    return path.read_bytes().splitlines()


def readable(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    assert isinstance(row, dict)
    return row


def test_the_same_seed_and_day_give_the_same_bytes(firm: Firm, tmp_path: Path) -> None:
    generate(tmp_path, seed=1, until=UNTIL)
    assert tree(tmp_path) == tree(firm.folder)


def test_another_seed_gives_another_firm_with_the_same_stories(firm: Firm, tmp_path: Path) -> None:
    other = generate(tmp_path, seed=2, until=UNTIL)
    assert tree(tmp_path).keys() & tree(firm.folder).keys()
    assert {m.text for m in other.messages if m.story} == {m.text for m in firm.messages if m.story}
    assert [m.text for m in other.messages if not m.story] != [m.text for m in firm.messages if not m.story]


@pytest.mark.parametrize(
    "until",
    [
        pytest.param(date(2026, 11, 21), id="Saturday"),
        pytest.param(date(2026, 10, 1), id="public holiday"),
        pytest.param(date(2027, 1, 2), id="after Christmas and New Year", marks=pytest.mark.deep),
        pytest.param(date(2028, 2, 29), id="leap day", marks=pytest.mark.deep),
    ],
)
def test_the_newest_messages_fall_on_the_day_asked_for(until: date, tmp_path: Path) -> None:
    newest = [m for m in generate(tmp_path, seed=1, until=until).messages if m.at.date() == until]
    assert len(newest) >= len(ACCOUNTS)
    assert max(m.at.time() for m in newest) < time(18)
    assert min(m.at.time() for m in newest) >= time(8, 30)


def test_nothing_is_later_than_the_newest_day_or_older_than_ninety_days(firm: Firm) -> None:
    assert max(m.at.date() for m in firm.messages) == UNTIL
    assert 80 <= (UNTIL - min(m.at.date() for m in firm.messages)).days <= 90


def test_every_message_has_the_same_day_in_hong_kong_and_in_utc(firm: Firm) -> None:
    # Hong Kong is eight hours ahead: the tour's day limits hold whichever zone a query is read in.
    assert all(time(8) <= m.at.time() < time(23, 59) for m in firm.messages)


def test_there_are_thousands_of_messages_in_sixty_one_conversations_and_a_blast(firm: Firm) -> None:
    assert 6_000 <= len(firm.messages) <= 8_000
    assert sum(chat.room != "blast" for chat in firm.chats) == 61
    assert len(firm.chats) == 121
    assert {m.conversation for m in firm.messages} == {chat.key for chat in firm.chats}


def test_at_least_ninety_five_in_a_hundred_messages_are_dull(firm: Firm) -> None:
    planted = sum(m.story is not None for m in firm.messages)
    assert 80 <= planted <= 0.05 * len(firm.messages)


def test_all_five_kinds_of_language_have_a_sensible_share(firm: Firm) -> None:
    count = Counter(m.language for m in firm.messages)
    assert set(count) == set(LANGUAGES)
    assert all(0.10 <= count[language] / len(firm.messages) <= 0.30 for language in LANGUAGES)


def test_chinese_is_written_in_the_characters_of_its_kind(firm: Firm) -> None:
    def texts(language: str) -> str:
        return "".join(m.text for m in firm.messages if m.language == language and not m.story)

    assert not set(texts("zh-Hans")) & set("覆確認請這個單時買賣達體錢開會")
    assert not set(texts("zh-Hant")) & set("复确认请这个单时买卖达体钱开会咗嘅喺唔哋")
    assert not set(texts("yue")) & set("复确认请这个单时买卖达体钱开会的")
    assert set("咗嘅喺唔哋啲咁冇") <= set(texts("yue"))


def test_conversations_are_not_made_of_the_same_few_sentences(firm: Firm) -> None:
    long = [m.text for m in firm.messages if len(m.text) >= 15 and not m.story]
    assert len(set(long)) >= 0.75 * len(long)
    for chat, count in Counter((m.conversation, m.text) for m in firm.messages if len(m.text) >= 25).items():
        assert count <= 5, chat


def test_every_slot_is_filled_and_every_bracket_resolved(firm: Firm) -> None:
    assert not [m.text for m in firm.messages if set("{}[]|\\") & set(m.text)]
    assert not [m.text for m in firm.messages if m.text != m.text.strip()]


def test_every_order_is_read_back_with_its_price_and_quantity(firm: Firm) -> None:
    replies = [m for m in firm.messages if m.answers is not None and not m.story]
    asked = {m.number: m for m in firm.messages}
    prices = 0
    for reply in replies:
        order = asked[reply.answers or 0]
        assert order.conversation == reply.conversation
        assert order.at < reply.at
        if "limit" in reply.text.casefold() and "price from" not in reply.text:
            numbers = {word.strip(".,，。；;") for word in order.text.replace("股", " ").split()}
            figures = {word for word in numbers if word.replace(",", "").replace(".", "").isdigit() and len(word) > 2}
            assert all(figure in reply.text for figure in figures if "." in figure), (order.text, reply.text)
            prices += any("." in figure for figure in figures)
    assert len(replies) > 400
    assert prices > 50


def test_orders_are_given_when_the_exchange_is_open(firm: Firm) -> None:
    orders = [m for m in firm.messages if m.answers is not None and not m.story and "limit" in m.text]
    assert orders
    assert all(is_business_day(m.at.date()) and time(9, 30) <= m.at.time() <= time(16, 30) for m in orders)


def test_nobody_shares_a_telephone_number_and_none_can_be_a_subscribers(firm: Firm) -> None:
    strangers = {m.sender.phone for m in firm.messages if m.story == "blast" and not m.sender.staff}
    blasted = {chat.title for chat in firm.chats if chat.room == "blast"}
    phones = [person.phone for person in (*STAFF, *CLIENTS.values())] + sorted(blasted)
    assert len(phones) == len(set(phones))
    assert strangers <= blasted
    for phone in phones:
        digits = phone.replace(" ", "")
        assert digits.startswith(("+8520555", "+447700900")) or (digits[:2] == "+1" and digits[5:10] == "55501"), phone


def test_no_listed_name_stands_in_a_story(firm: Firm) -> None:
    real = {name for one in INSTRUMENTS for name in one.names if name != "ABC"} | {one.code for one in INSTRUMENTS}
    story = [m.text for m in firm.messages if m.story]
    assert not [(name, text) for name in real for text in story if name in text]


def test_every_line_but_the_cut_off_one_is_a_json_object_with_the_required_members(firm: Firm) -> None:
    broken = []
    for one in firm.imports:
        if one.connector != "ndjson":
            continue
        for line in one.path.read_bytes().splitlines():
            row = readable(line)
            if row is None:
                broken.append(one.path.name)
                continue
            assert {"id", "conversation", "sender", "sent_at"} <= row.keys()
            assert all(isinstance(row[name], str) and row[name] for name in ("id", "conversation", "sender", "sent_at"))
    assert broken == [CUT_OFF]


@pytest.mark.parametrize("account", ["wecom", "desk-chat", "client-line"])
def test_ids_are_unique_within_an_account_and_relations_name_earlier_lines(firm: Firm, account: str) -> None:
    rows = [row for line in lines(firm, account) if (row := readable(line))]
    seen: set[str] = set()
    for row in rows:
        assert row["id"] not in seen
        for relation in ("edits", "recalls", "reply_to"):
            assert relation not in row or row[relation] in seen
        seen.add(row["id"])
    assert [row["sent_at"] for row in rows] == sorted(row["sent_at"] for row in rows)


def test_attachments_beside_a_file_exist_and_are_all_named(firm: Firm) -> None:
    for account in ("wecom", "desk-chat"):
        rows = [row for line in lines(firm, account) if (row := readable(line))]
        named = {item["path"] for row in rows for item in row.get("attachments", ()) if "path" in item}
        there = {f"{account}-files/{path.name}" for path in (firm.folder / f"{account}-files").iterdir()}
        assert named == there


def test_edits_and_recalls_are_part_of_the_dull_traffic(firm: Firm) -> None:
    dull = [m for m in firm.messages if not m.story]
    assert sum(m.first_wording is not None for m in dull) >= 20
    assert sum(m.recalled_at is not None for m in dull) >= 10
    assert all(m.first_wording != m.text for m in dull)


def test_scenes_of_a_conversation_do_not_run_into_each_other(firm: Firm) -> None:
    last: dict[str, Message] = {}
    for m in firm.messages:
        before = last.get(m.conversation)
        if before is not None and before.story != m.story and (m.story or before.story):
            assert (m.at - before.at).total_seconds() > 1200, (before.text, m.text)
        last[m.conversation] = m
