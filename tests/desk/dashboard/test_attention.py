"""What needs attention: each check speaks of what is wrong and of nothing else, worst first, and names an owner or says who must be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.desk.dashboard.attention import CHECKS, DAY, Item, Severity, attention, check
from muniment.desk.dashboard.facts import (
    AccountFacts,
    DivergenceFacts,
    ExaminerFacts,
    Facts,
    FeedFacts,
    ImportFacts,
    LackFacts,
    LogFacts,
    Owners,
    RunFacts,
    WithdrawnFacts,
)
from muniment.desk.imports.usual import silent_days, usual

TODAY = date(2026, 11, 18)
NOW = 1_795_000_000_000_000
LONG_AGO = NOW - 100 * DAY
PHONE = AccountFacts(
    source="a1",
    name="au-yeung",
    connector="whatsapp",
    records=100,
    events=1000,
    received_at=NOW,
    sent_at=NOW - 4 * DAY,
    newest=date(2026, 11, 18),
    daily=True,
    usual=41,
    longest=2,
    week=(40, 41, 42, 0, 0, 0, 1),
    holder="Au Yeung",
)
QUIET = Facts(
    now=NOW,
    today=TODAY,
    owners=Owners(compliance=("Chan",), records=("Fong",), administrators=("Lau",), it=("Rao",)),
    log=LogFacts(
        records=10, audit=5, checkpoint_at=NOW, waiting=0, oldest=None, behind=0, heartbeat_at=NOW - 60_000_000
    ),
    accounts=(PHONE,),
    last_run=RunFacts(at=NOW - DAY, leaf=3, sound=True, faults=0),
    last_sound=NOW - DAY,
    seal_at=NOW - DAY,
    backup_at=NOW - DAY,
    keys_proven_at=NOW - DAY,
    disk_free=90,
    disk_total=100,
    archive_since=LONG_AGO,
)


FEED = FeedFacts(source="a2", name="push", on=True, state="heard", alarm=False, since=NOW, owner="Okafor")
STOPPED = replace(FEED, state="silent", alarm=True, since=NOW - 31 * 60_000_000)


def only(**changes: Any) -> Item:
    """The one item that a change of the quiet facts brings about."""
    (item,) = attention(replace(QUIET, **changes))
    return item


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    assert attention(QUIET) == []


def test_an_account_that_is_heard_daily_is_missed_when_silent_for_longer_than_ever() -> None:
    silent = replace(PHONE, newest=TODAY - timedelta(days=4))
    assert "for 3 days" in only(accounts=(silent,)).what
    assert "Usually 41 messages a day" in only(accounts=(silent,)).detail
    assert attention(replace(QUIET, accounts=(replace(PHONE, newest=TODAY - timedelta(days=3)),))) == []


def test_a_stopped_feed_is_said_once() -> None:
    silent = replace(PHONE, newest=TODAY - timedelta(days=9))
    assert len(attention(replace(QUIET, accounts=(silent,), feeds=(replace(STOPPED, source="a1"),)))) == 1
    assert len(attention(replace(QUIET, accounts=(silent,), feeds=(STOPPED,)))) == 2


def test_an_account_that_comes_now_and_then_is_not_missed() -> None:
    rare = replace(PHONE, daily=False, newest=TODAY - timedelta(days=60))
    assert attention(replace(QUIET, accounts=(rare,))) == []


@pytest.mark.parametrize(
    ("changes", "severity", "said", "owner"),
    [
        ({"imports": (ImportFacts("i1", "chat.zip", NOW - DAY, running=False),)}, Severity.LOSS, "chat.zip", "Fong"),
        ({"failed_jobs": (("import", NOW),)}, Severity.RISK, "import", "Rao"),
        ({"undecoded": 1}, Severity.WORK, "1 record cannot", "Fong"),
        ({"undecoded": 2}, Severity.WORK, "2 records cannot", "Fong"),
        ({"accounts": (replace(PHONE, holder=""),)}, Severity.WORK, "no holder", "Fong"),
        ({"unmatched": 3}, Severity.WORK, "Some handles", "Chan"),
        ({"no_second_factor": ("Amy",)}, Severity.WORK, "1 user", "Lau"),
        ({"examiners": (ExaminerFacts(1, "Kwok", TODAY + timedelta(days=2)),)}, Severity.WORK, "ends soon", "Lau"),
        ({"examiners": (ExaminerFacts(1, "Kwok", TODAY),)}, Severity.WORK, "has ended", "Lau"),
        ({"log": replace(QUIET.log, waiting=3, oldest=NOW - 10 * 60_000_000)}, Severity.LOSS, "3 entries", "Rao"),
        ({"log": replace(QUIET.log, heartbeat_at=None)}, Severity.RISK, "worker does not run", "Rao"),
        ({"log": replace(QUIET.log, heartbeat_at=NOW - DAY)}, Severity.RISK, "worker does not run", "Rao"),
        ({"last_run": None}, Severity.RISK, "never checked", "Rao"),
        ({"last_run": replace(QUIET.last_run or RunFacts(0, 0, sound=True, faults=0), at=NOW - 8 * DAY)}, Severity.RISK, "for a week", "Rao"),
        ({"last_run": RunFacts(at=NOW, leaf=3, sound=False, faults=2)}, Severity.LOSS, "2 faults", "Rao"),
        ({"lacks": (LackFacts("au-yeung", "registration", 1, "WhatsApp", "Au Yeung", TODAY),)}, Severity.LOSS, "no live registration", "Chan"),
        ({"lacks": (LackFacts("au-yeung", "prohibited", 1, "WhatsApp", "", None),)}, Severity.LOSS, "is prohibited", "Chan"),
        ({"posture_failed": ("P-1",)}, Severity.RISK, "is not so", "Rao"),
        ({"posture_overdue": ("P-1", "P-2")}, Severity.WORK, "2 things", "Rao"),
        ({"reviews": ((1, "WhatsApp", TODAY),)}, Severity.WORK, "is overdue", "Chan"),
        ({"seal_at": None}, Severity.RISK, "Nobody outside holds a seal", "Chan"),
        ({"seal_at": NOW - 40 * DAY}, Severity.RISK, "more than a month ago", "Chan"),
        ({"backup_at": None}, Severity.RISK, "No backup", "Rao"),
        ({"keys_proven_at": None}, Severity.RISK, "not proven", "Rao"),
        ({"feeds": (STOPPED,)}, Severity.LOSS, "Nothing comes from", "Okafor"),
        ({"feeds": (replace(STOPPED, owner=""),)}, Severity.LOSS, "Nothing comes from", "Rao"),
        ({"feeds": (replace(STOPPED, state="dead"),)}, Severity.LOSS, "is not reached", "Okafor"),
        ({"feeds": (replace(STOPPED, state="behind"),)}, Severity.LOSS, "is behind", "Okafor"),
        ({"feeds": (replace(STOPPED, state="sealed"),)}, Severity.LOSS, "cannot be opened", "Okafor"),
        ({"feeds": (replace(STOPPED, state="unable"),)}, Severity.LOSS, "cannot be captured", "Okafor"),
        ({"feeds": (FEED,), "looked_at": NOW - 10 * 60_000_000}, Severity.LOSS, "Nobody looks for gaps", "Rao"),
        ({"feeds": (replace(FEED, owed=2, owed_since=NOW - DAY // 24),)}, Severity.RISK, "2 files of", "Okafor"),
        ({"divergences": DivergenceFacts(1, NOW - 9 * DAY, NOW - DAY)}, Severity.LOSS, "1 message differs", "Chan"),
        ({"divergences": DivergenceFacts(2, NOW - 9 * DAY, NOW - 8 * DAY)}, Severity.WORK, "2 messages differ", "Chan"),
        ({"feeds": (replace(FEED, lost=1),)}, Severity.LOSS, "1 file of", "Okafor"),
        ({"feeds": (replace(FEED, lost=2, on=False),)}, Severity.LOSS, "2 files of", "Okafor"),
        ({"feeds": (replace(FEED, refused=3, refused_at=NOW - DAY // 2),)}, Severity.LOSS, "were refused", "Okafor"),
        ({"feeds": (replace(FEED, proven=False),)}, Severity.WORK, "never proven", "Okafor"),
        ({"feeds": (FEED,), "log": replace(QUIET.log, heartbeat_at=NOW - 6 * 60_000_000)}, Severity.RISK, "worker does not run", "Rao"),
        ({"withdrawn": (WithdrawnFacts("push", 7, NOW, "Leung"),)}, Severity.LOSS, "withdrew consent", "Leung"),
        ({"withdrawn": (WithdrawnFacts("push", 7, NOW, ""),)}, Severity.LOSS, "withdrew consent", "Chan"),
        ({"gaps": 1, "gaps_since": NOW - DAY}, Severity.LOSS, "1 gap that nobody has explained", "Fong"),
        ({"gaps": 1200, "gaps_since": NOW - DAY}, Severity.LOSS, "1,200 gaps that nobody has explained", "Fong"),
        ({"disk_free": 5}, Severity.RISK, "5 % free", "Rao"),
        ({"disk_free": 2}, Severity.LOSS, "2 % free", "Rao"),
    ],
)  # fmt: skip
def test_each_thing_that_is_wrong_is_one_line(
    changes: dict[str, Any], severity: Severity, said: str, owner: str
) -> None:
    item = only(**changes)

    assert (item.severity, item.owner) == (severity, owner)
    assert said in item.what
    assert item.act.label
    assert item.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"imports": (ImportFacts("i1", "chat.zip", NOW - DAY, running=True),)},
        {"examiners": (ExaminerFacts(1, "Kwok", TODAY + timedelta(days=8)),)},
        {"log": replace(QUIET.log, waiting=3, oldest=NOW - 60_000_000)},
        {"feeds": (FEED, replace(FEED, on=False, proven=False), replace(FEED, refused=3, refused_at=NOW - 2 * DAY))},
        {"feeds": (replace(FEED, owed=2, owed_since=NOW - DAY // 25),), "looked_at": NOW - 9 * 60_000_000},
        {"looked_at": NOW - DAY},
        {"seal_at": None, "backup_at": None, "last_run": None, "archive_since": NOW - DAY // 2},
    ],
)
def test_what_is_in_order_is_not_mentioned(changes: dict[str, Any]) -> None:
    assert attention(replace(QUIET, **changes)) == []


def test_where_nobody_has_the_role_the_owner_is_empty() -> None:
    assert only(undecoded=1, owners=Owners()).owner == ""
    assert only(undecoded=1, owners=Owners(compliance=("Chan",))).owner == "Chan"


def test_what_could_lose_records_comes_first() -> None:
    found = attention(
        replace(
            QUIET,
            undecoded=5,
            seal_at=None,
            accounts=(replace(PHONE, newest=TODAY - timedelta(days=9)),),
        )
    )
    assert [item.severity for item in found] == [Severity.LOSS, Severity.RISK, Severity.WORK]


def test_every_check_is_tried_here() -> None:
    tried = {check for check in CHECKS for facts in everything_wrong() if list(check(facts))}
    assert tried == set(CHECKS)


def test_a_check_without_words_is_none() -> None:
    with pytest.raises(TypeError):
        check("")
    with pytest.raises(TypeError):
        check(iter)  # the decorator without its words
    assert len({str(each.words) for each in CHECKS}) == len(CHECKS)


def test_who_runs_the_machine_is_told_what_is_theirs_and_nothing_of_conversations() -> None:
    for facts in everything_wrong():
        whole, theirs = attention(facts), attention(facts, system=True)
        assert [item for item in whole if item in theirs] == theirs
        named = {item.owner for item in whole}
        assert named == {"Chan", "Fong", "Lau", "Rao"}
        assert [item for item in whole if item.owner in ("Lau", "Rao") and item not in theirs] == [
            item for item in whole if item.act.route == "imports:account"
        ], "an account that is brought in by hand is looked after where imports are"
        assert not any(item.act.route.startswith(("archive:", "channels:gaps")) for item in theirs)


@pytest.mark.usefixtures("place")
def test_whoever_a_line_names_may_open_the_page_where_the_next_act_is_done() -> None:
    from muniment.desk.authority import Authority
    from muniment.desk.dashboard.pages.home import address
    from muniment.desk.people.roles import CAPABILITIES, Role

    roles = {"Chan": Role.COMPLIANCE, "Fong": Role.RECORDS, "Lau": Role.ADMINISTRATOR, "Rao": Role.IT}
    for item in [item for facts in everything_wrong() for item in attention(facts)]:
        named = Authority(dict.fromkeys(CAPABILITIES[roles[item.owner]]))
        assert address(item.act, named), (item.what, item.owner)


def test_the_accounts_that_nobody_holds_are_one_click_away() -> None:
    acts = [item.act for facts in everything_wrong() for item in attention(facts)]
    assert [act.query for act in acts if act.route == "imports:accounts"] == ["only=unheld"]


def everything_wrong() -> Iterator[Facts]:
    yield replace(
        QUIET,
        accounts=(replace(PHONE, newest=TODAY - timedelta(days=9), holder=""),),
        feeds=(
            replace(STOPPED, owner="Rao", lost=1, refused=1, refused_at=NOW, proven=False, owed=1, owed_since=LONG_AGO),
        ),
        looked_at=LONG_AGO,
        divergences=DivergenceFacts(1, NOW, NOW),
        gaps=2,
        gaps_since=NOW,
        withdrawn=(WithdrawnFacts("push", 7, NOW, ""),),
        imports=(ImportFacts("i1", "chat.zip", NOW, running=False),),
        failed_jobs=(("import", NOW),),
        undecoded=1,
        unmatched=1,
        no_second_factor=("Amy",),
        examiners=(ExaminerFacts(1, "Kwok", TODAY),),
        lacks=(LackFacts("au-yeung", "channel", None, "", "", None),),
        posture_failed=("P-1",),
        reviews=((1, "WhatsApp", TODAY),),
        log=replace(QUIET.log, heartbeat_at=None),
        last_run=None,
        seal_at=None,
        backup_at=None,
        keys_proven_at=None,
        disk_free=1,
    )


@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 6, 30)), st.integers(1, 500), min_size=1))
def test_an_account_is_never_missed_within_what_is_usual_for_it(days: dict[date, int]) -> None:
    learnt, newest = usual(days), max(days)

    assert min(days.values()) <= learnt.events <= max(days.values())
    assert silent_days(newest, newest + timedelta(days=learnt.longest + 1)) <= learnt.longest
    heard = [day for day in days if day > newest - timedelta(days=90)]
    for before, after in zip(sorted(heard), sorted(heard)[1:], strict=False):
        assert silent_days(before, after) <= learnt.longest
