"""The demonstration is made, toured and tampered with by the commands that a newcomer types."""

import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

import pytest

from muniment.cli.commands.demo import SEED
from muniment.cli.demo import ORIGIN, Story, generate
from muniment.cli.main import main
from muniment.desk.archive.actions import create
from muniment.vault.home import URL_FILE

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
