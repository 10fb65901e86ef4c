from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from muniment.capture.registry import membership
from muniment.cli.demo import STORIES, Firm, generate, steps
from muniment.cli.demo.days import is_business_day
from muniment.record.event import AttachmentStatus, Event, Kind
from tests.cli.demo.conftest import Imported, conditions, holds, read, sent, tokens

IDS = [story.id for story in STORIES]


def test_there_are_eight_stops_with_ids_of_their_own() -> None:
    assert len(IDS) == len(set(IDS)) == 8


@pytest.mark.parametrize("story", IDS)
def test_each_query_of_a_story_gives_exactly_the_expected_hits(
    story: str, firm: Firm, hits: Callable[[str], list[Event]]
) -> None:
    stop = next(one for one in firm.stories if one.id == story)
    for check in stop.checks:
        assert "{" not in (check.query or "")
        assert check.query or check.command
        if check.query:
            assert len(hits(check.query)) == check.expected, check.query


@pytest.mark.parametrize(
    "seed, until",
    [
        (7, date(2026, 11, 22)),
        pytest.param(3, date(2027, 1, 4), marks=pytest.mark.deep),
        pytest.param(11, date(2026, 3, 2), marks=pytest.mark.deep),
        pytest.param(5, date(2026, 6, 15), marks=pytest.mark.deep),
    ],
)
def test_stories_hold_for_other_seeds_and_days(seed: int, until: date, tmp_path: Path) -> None:
    other = generate(tmp_path, seed=seed, until=until)
    events = [(tokens(event.text), event) for one in other.imports for event in read(one).events]
    for story in other.stories:
        for check in story.checks:
            if check.query:
                tests = list(conditions(check.query))
                found = sum(all(test(words, event) for test in tests) for words, event in events)
                assert found == check.expected, check.query


def test_a_phone_is_silent_for_three_business_days_and_no_other_day(firm: Firm) -> None:
    account = {chat.key for chat in firm.chats if chat.account.name == "phone-kelvin-mok"}
    heard = {m.at.date() for m in firm.messages if m.conversation in account}
    first, last = min(heard), max(heard)
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    silent = [day for day in days if is_business_day(day) and day not in heard]
    assert len(silent) == 3
    between = (silent[-1] - silent[0]).days
    assert not [day for day in heard if silent[0] <= day <= silent[0] + timedelta(days=between)]


def test_every_other_phone_and_platform_is_heard_on_every_business_day(firm: Firm) -> None:
    for account in {chat.account.name for chat in firm.chats} - {"phone-kelvin-mok", "client-line"}:
        keys = {chat.key for chat in firm.chats if chat.account.name == account}
        heard = {m.at.date() for m in firm.messages if m.conversation in keys}
        days = [firm.until - timedelta(days=back) for back in range(80)]
        assert not [day for day in days if is_business_day(day) and day not in heard], account


def test_the_chat_that_moved_away_was_lively_before(firm: Firm) -> None:
    chat = [m for m in firm.messages if m.conversation == "dc-jashby"]
    assert len(chat) > 80
    assert chat[-1].text == "ok, adding you now"


def test_the_recalled_order_and_its_recall_are_both_in_the_file(imported: tuple[Imported, ...]) -> None:
    events = [event for one in imported for event in one.events]
    order = next(event for event in events if "月岭矿业97226全部卖掉" in event.text)
    recall = next(event for event in events if event.kind is Kind.RECALL and event.target == order.key)
    assert (sent(recall) - sent(order)).total_seconds() > 300
    assert recall.text == ""


def test_the_read_back_says_ten_times_what_was_asked(hits: Callable[[str], list[Event]]) -> None:
    (asked,) = hits("kestrel 2000")
    echo, done = hits("kestrel 20000")
    assert echo.target == asked.key
    assert asked.sender != echo.sender == done.sender
    assert not hits("kestrel 2000 from:Raymond")


def test_imports_balance_but_for_one_line_and_one_photo(imported: tuple[Imported, ...], firm: Firm) -> None:
    rejected = [(one.file.account, part.rejected) for one in imported for part in one.parts if part.rejected]
    missing = [
        (one.file.path.name, item.name)
        for one in imported
        for event in one.events
        for item in event.attachments
        if item.status is AttachmentStatus.MISSING
    ]
    assert [account for account, _ in rejected] == ["client-line"]
    assert len(missing) == 1
    assert missing[0][1].endswith(".jpg")
    commands = [check.command or () for story in firm.stories if story.id == "import-faults" for check in story.checks]
    assert (
        commands == [one.argv for one in firm.imports if one.path.name in {"client-line.ndjson", missing[0][0]}][::-1]
    )


def test_in_one_group_somebody_comes_and_somebody_goes(imported: tuple[Imported, ...], firm: Firm) -> None:
    (chat,) = (chat for chat in firm.chats if chat.notices)
    (events,) = (one.events for one in imported if chat.title in one.file.path.name)
    said = [membership("whatsapp", event) for event in events if event.kind is Kind.MEMBERSHIP]
    assert [(one.op.value, [member.id for member in one.members]) for one in said if one is not None] == [
        ("add", ["潘美珍", "司徒志恒"]),
        ("add", ["伍婉華"]),
        ("leave", ["司徒志恒"]),
    ]


def test_the_blast_reaches_sixty_strangers_within_an_hour_in_nearly_the_same_words(firm: Firm) -> None:
    blast = [m for m in firm.messages if m.story == "blast" and m.sender.staff]
    chats = {m.conversation for m in blast}
    assert len(blast) == len(chats) == 60
    assert (blast[-1].at - blast[0].at).total_seconds() < 3600
    assert len({m.text for m in blast}) <= 4
    seen_before = [m for m in firm.messages if m.conversation in chats and m.at < blast[0].at]
    assert not seen_before


def test_all_messages_come_out_of_the_files_again(imported: tuple[Imported, ...], firm: Firm) -> None:
    for one in imported:
        events = [event for event in one.events if event.kind is Kind.MESSAGE]
        if one.file.connector == "whatsapp":
            title = events[0].conversation
            keys = {chat.key for chat in firm.chats if chat.title == title and chat.account.name == one.file.account}
        else:
            keys = {chat.key for chat in firm.chats if chat.account.name == one.file.account}
        sent_here = [m for m in firm.messages if m.conversation in keys]
        assert len(events) == len(sent_here), one.file.path.name
        words = [m.text for m in sent_here if m.text and m.recalled_at is None and m.first_wording is None]
        assert set(words) <= {event.text for event in events}
        assert all(event.sent_at is not None for event in events)
        minutes = [m.at.timestamp() // 60 for m in sent_here]
        assert [sent(event).timestamp() // 60 for event in events] == minutes


def test_every_kind_of_export_is_there(firm: Firm) -> None:
    assert {one.connector for one in firm.imports} == {"ndjson", "whatsapp"}
    assert {one.date_order for one in firm.imports} == {None, "mdy"}
    assert {one.timezone for one in firm.imports} == {"Asia/Hong_Kong"}
    names = [one.path.name for one in firm.imports]
    assert sum(name.endswith(".zip") for name in names) >= 10
    assert sum(name.endswith(".txt") for name in names) >= 5


def test_the_tour_asks_what_the_stories_promise(firm: Firm, hits: Callable[[str], list[Event]]) -> None:
    tour = steps(firm)
    counts = [step for step in tour if step.expected is not None]
    assert len(counts) >= 3
    for step in counts:
        assert step.argv[0] == "search"
        assert step.argv[2:] == ("--count", "--timezone", "Asia/Hong_Kong")
        assert len(hits(step.argv[1])) == step.expected
    assert [step.argv[0] for step in tour if step.argv[0] != "search"] == [
        "produce",
        "key",
        "verify-bundle",
        "verify",
        "demo",
        "verify",
    ]
    assert [step.damaged for step in tour].index(True) == len(tour) - 1
    for step in tour:
        if step.argv[0] == "search":
            assert hits(step.argv[1]) or step.expected == 0


def test_the_plain_scan_itself_finds_whole_words_only() -> None:
    assert holds(tokens("Buy 2000 Kestrel"), tokens("2000"))
    assert not holds(tokens("Buy 20000 Kestrel"), tokens("2000"))
    assert holds(tokens("保證回報"), tokens("保证回报"))
