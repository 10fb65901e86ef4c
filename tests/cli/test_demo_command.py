"""The demonstration is made, toured and tampered with by the commands that a newcomer types."""

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

import msgspec
import pytest

from muniment.cli.commands.demo import SEED
from muniment.cli.demo import ORIGIN, Story, generate
from muniment.cli.main import main
from muniment.desk.archive.actions import create
from muniment.desk.desk import Desk, open_desk
from muniment.desk.schema import use
from muniment.record.event import Event
from muniment.vault.home import URL_FILE, locate, open_home
from tests.firms import let_go

ANCHOR = "2026-03-20"


def muniment(*words: str) -> tuple[int, str, str]:
    """Run one command as the shell would; its exit code, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A demonstration archive of a fixed day, its folder and what making it printed.

    There was one before, whose folders somebody removed; where its databases are, they are still there.
    """
    folder = tmp_path_factory.mktemp("demo")
    create(folder / "home", folder / "home.keys", ORIGIN, "somebody")
    shutil.rmtree(folder / "home")
    for left in (folder / "home.keys").iterdir():
        if left.name != URL_FILE:
            left.unlink()
    os.environ.update(MUNIMENT_HOME=str(folder / "home"), MUNIMENT_KEYS=str(folder / "home.keys"))
    code, printed, errors = muniment("demo", "--date", ANCHOR)
    assert (code, errors) == (0, "")
    yield folder, printed
    for name in ("MUNIMENT_HOME", "MUNIMENT_KEYS"):
        del os.environ[name]


@pytest.fixture(scope="module")
def stories(demonstration: tuple[Path, str]) -> tuple[Story, ...]:
    """The planted stories of that firm."""
    return generate(demonstration[0] / "again", seed=SEED, until=date.fromisoformat(ANCHOR)).stories


def test_its_imports_show_one_rejected_line_and_one_missing_photo(demonstration: tuple[Path, str]) -> None:
    _, printed = demonstration

    assert printed.count("rejected, kept as record") == 1
    assert printed.count("missing: ") == 1
    assert "DOES NOT BALANCE" not in printed


def test_every_story_gives_the_hits_that_were_planted(stories: tuple[Story, ...]) -> None:
    found, planted = {}, {}
    for check in [check for story in stories for check in story.checks if check.query]:
        code, printed, _ = muniment("search", str(check.query), "--count", "--timezone", "Asia/Hong_Kong")
        assert code == 0
        found[check.query], planted[check.query] = int(printed), check.expected

    assert found == planted


def test_the_tour_ends_as_it_says(demonstration: tuple[Path, str]) -> None:
    code, printed, errors = muniment("demo", "tour", "--json")

    steps = [json.loads(line) for line in printed.splitlines()]
    assert [step["title"] for step in steps if not step["as_expected"]] == []
    assert (code, errors, len(steps)) == (0, "", 11)


def test_tampering_is_named_and_the_archive_stays_whole(demonstration: tuple[Path, str]) -> None:
    folder, _ = demonstration
    _, printed, _ = muniment("demo", "tamper", "--json")
    damaged = json.loads(printed)

    os.environ.update(MUNIMENT_HOME=damaged["home"], MUNIMENT_KEYS=damaged["keys"])
    try:
        code, said, _ = muniment("verify")
    finally:
        os.environ.update(MUNIMENT_HOME=str(folder / "home"), MUNIMENT_KEYS=str(folder / "home.keys"))

    assert code == 1
    assert damaged["file"] in said
    assert muniment("verify")[0] == 0


def test_it_refuses_an_archive_that_is_not_a_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_HOME", str(tmp_path / "real"))
    monkeypatch.setenv("MUNIMENT_KEYS", str(tmp_path / "real.keys"))
    muniment("init", "--origin", "example.com/broker")

    for act in ("make", "tour", "tamper"):
        code, _, said = muniment("demo", act)

        assert (code, "not a demonstration" in said) == (2, True)


def test_tampering_removes_no_folder_that_is_not_its_own(demonstration: tuple[Path, str]) -> None:
    folder, _ = demonstration
    copy, keys = folder / "home.damaged", folder / "home.damaged.keys"
    for each in (copy, keys):
        if each.exists():
            each.rename(each.with_name(f"{each.name}.away"))
    for mine in (copy, keys):
        mine.mkdir()
        (mine / "thesis.txt").write_text("years of work")
        code, _, errors = muniment("demo", "tamper")
        assert (code, (mine / "thesis.txt").read_text()) == (2, "years of work")
        assert str(mine) in errors and "move it away" in errors
        shutil.rmtree(mine)

    create(copy, keys, "example.com/broker", "alice")
    assert muniment("demo", "tamper")[0] == 2
    assert (copy / "archive.json").exists() and (keys / "kek").exists()
    shutil.rmtree(copy)
    shutil.rmtree(keys)

    assert [muniment("demo", "tamper")[0] for _ in range(2)] == [0, 0], "its own copy is made anew"


DAY = 86_400 * 1_000_000


@contextmanager
def at_the_desk(clock: Callable[[int], int] = lambda made: made) -> Iterator[Desk]:
    """The demonstration at a moment that is reckoned from when it was made (µs UTC)."""
    path, keys = locate()
    let_go()
    use(open_home(path, keys))
    with open_desk(path, keys) as desk:
        (made,) = desk.catalog.execute("SELECT max(received_at) FROM record").fetchone()
    with open_desk(path, keys, clock=lambda: clock(made)) as desk:
        yield desk
    let_go()


def test_its_accounts_are_heard_silent_and_off(demonstration: tuple[Path, str]) -> None:
    from muniment.desk.channels import access

    with at_the_desk() as desk:
        found = {each.row.name: each for each in access.health(desk)}

        assert {name: each.condition.state.value for name, each in found.items()} == {
            "client-line": "silent",
            "desk-chat": "heard",
            "wechat-official": "heard",
            "wecom-archive": "off",
            "whatsapp-business": "heard",
        }
        assert {name for name, each in found.items() if each.row.proven_at} == {
            "client-line",
            "desk-chat",
            "whatsapp-business",
        }
        assert all(each.row.owner_name for each in found.values())
        owing = found["whatsapp-business"].row.owing
        assert (owing.waiting, owing.flagged, owing.lost) == (0, 1, 1)
        for name, each in found.items():
            sheets = access.daily(desk, each.row.source, days=2)
            assert sum(sheet.duplicate for sheet in sheets) == (name in {"desk-chat", "whatsapp-business"}), name
            assert sum(sheet.undecoded for sheet in sheets) == (name == "desk-chat"), name


def test_a_week_later_whatever_is_on_is_silent(demonstration: tuple[Path, str]) -> None:
    from muniment.desk.channels import access

    with at_the_desk(lambda made: made + 7 * DAY) as desk:
        states = {each.condition.state.value for each in access.health(desk) if each.row.on}

    assert states == {"silent"}


def test_its_gaps_were_found_by_the_watch_and_name_what_is_missing(demonstration: tuple[Path, str]) -> None:
    from muniment.desk.channels import access

    with at_the_desk() as desk:
        gaps = sorted((each.account, each.gap.reason.value, each.gap.count) for each in access.gaps(desk))

    assert gaps == [
        ("client-line", "silence", None),
        ("desk-chat", "unknown_target", 1),
        ("wechat-official", "refused", 2),
        ("whatsapp-business", "media", 1),
        ("whatsapp-business", "unknown_target", 1),
        ("whatsapp-business", "unknown_target", 1),
    ]


def test_whoever_serves_it_asks_nothing_of_any_platform(demonstration: tuple[Path, str]) -> None:
    from muniment.capture.feeds.ledger import Ledger
    from muniment.capture.registry import live
    from muniment.desk.channels import access

    with at_the_desk(lambda made: made + 30 * DAY) as desk:
        assert [each for each in access.running(desk.archive) if live(each.connector).looks(each.settings)] == []
        assert Ledger(desk.archive).owed(10) == []


def test_home_is_red_and_says_whose_it_is_and_what_to_do(demonstration: tuple[Path, str]) -> None:
    from muniment.desk.dashboard import access
    from muniment.desk.dashboard.attention import attention

    with at_the_desk() as desk:
        lines = {(each.act.route, each.owner) for each in attention(access.facts(desk))}

    assert lines >= {
        ("channels:health", "Grace Ko"),  # silent
        ("channels:health", "Candy Lo"),  # refused
        ("channels:files", "Candy Lo"),  # lost
        ("channels:test", "Candy Lo"),  # never proven
        ("register:channel", "Winnie Au"),  # no live registration, and an assessment that is overdue
        ("register:postures", "Grace Ko"),  # not so, and not shown in time
    }


def test_what_was_delivered_is_read_whole_and_found(demonstration: tuple[Path, str]) -> None:
    with at_the_desk() as desk:
        rows = desk.catalog.execute(
            "SELECT event.body FROM event JOIN record ON record.leaf = event.leaf WHERE record.connector IN ('whatsapp_cloud', 'wechat')"
        ).fetchall()
    events = [msgspec.json.decode(body, type=Event) for (body,) in rows]
    assert len(events) > 30
    assert [each for each in events if "partial" in each.flags] == []
    for query, expected in {
        "account:whatsapp-business type:recall": 1,
        "account:whatsapp-business type:edit": 1,
        "account:whatsapp-business type:reaction": 1,
        "account:whatsapp-business type:membership": 3,
        "account:whatsapp-business type:receipt": 6,
        "account:wechat-official type:membership": 2,
        '"rest of it at market"': 1,
        "电费单": 1,
        "HSBC 101.4": 2,
        "開戶需要帶什麼證件": 1,
    }.items():
        code, printed, _ = muniment("search", query, "--count")
        assert (query, code, printed.strip()) == (query, 0, str(expected))


def test_its_register_knows_channels_people_devices_and_what_is_due(demonstration: tuple[Path, str]) -> None:
    from muniment.desk.register import access

    with at_the_desk() as desk:
        statuses = {row.name: None if row.standing is None else row.standing.status for row in access.channels(desk)}
        due = access.due(desk)
        assert statuses == {
            "WhatsApp": "conditions",
            "WeCom": "conditions",
            "WeChat official account": "approved",
            "Desk chat and client line": "approved",
            "Signal": "prohibited",
            "LINE": None,
        }
        assert (due.failed, due.overdue) == (("HLS-P-12",), ("HLS-P-11", "HLS-P-13"))
        assert [name for _, name, _ in due.reviews] == ["Desk chat and client line"]
        assert {row.label for row in access.devices(desk, gone=True)} == {"HLS-P-16"}
        assert [row.key for row in access.registrations(desk) if not row.dates.now] == ["hls-dsiu"]
        assert len(access.registrations(desk, live=True)) == 9
