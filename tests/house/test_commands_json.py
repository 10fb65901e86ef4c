"""docs/formats/commands-json.md speaks of every command, and names exactly the members that each prints."""

import io
import json
import os
import re
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import django
import pytest

from muniment.cli.main import COMMANDS, main
from tests.archives import messages
from tests.firms import let_go

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()

pytestmark = pytest.mark.sqlite  # `backup` copies files
PAGE = Path(__file__).parents[2] / "docs" / "formats" / "commands-json.md"
Printed = Mapping[str, list[dict[str, Any]]]


def sections() -> dict[str, str]:
    """What the page says of each command, by its words."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def tables(section: str) -> list[set[str]]:
    """The members of each object that a section describes."""
    found = re.findall(r"^\| member \|.*\n\|[-|]+\n((?:\|.*\n)+)", section, re.MULTILINE)
    return [
        {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])} for table in found
    ]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """The objects that each command prints, in an archive of two messages."""
    folder, here = tmp_path_factory.mktemp("commands"), pytest.MonkeyPatch()
    here.chdir(folder)
    messages(folder / "a.ndjson", range(2))
    (folder / "people.csv").write_text("key,name,kind\n1,Lee,employee\n", "utf-8")
    said: dict[str, list[dict[str, Any]]] = {}

    def run(section: str, *words: str, home: str = "home") -> None:
        here.setenv("MUNIMENT_HOME", str(folder / home))
        here.setenv("MUNIMENT_KEYS", str(folder / f"{home}.keys"))
        let_go()
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*words, "--json"])
        assert code == 0, (words, err.getvalue())
        said[section] = [json.loads(line) for line in out.getvalue().splitlines()]

    run("init", "init", "--origin", "example.com/broker")
    run("import", "import", "ndjson", "a.ndjson", "--account", "phone")
    run("user", "user", "add", "lee", "--role", "compliance")
    codes = said["user"]
    run("user", "user", "code", "lee")
    said["user"] += codes
    run("events", "events")
    run("search", "search", "type:message")
    run("produce", "produce", "--out", "b.zip", "--reason", "a request")
    run("key show", "key", "show")
    keys = [word for key in said["key show"][0]["keys"].values() for word in ("--key", key)]
    run("verify-bundle", "verify-bundle", "b.zip", *keys)
    run("checkpoint", "checkpoint")
    run("people import", "people", "import", "people.csv")
    run("rebuild", "rebuild")
    run("verify", "verify")
    run("backup", "backup", "copy", "--keys", "copy.keys")
    run("restore", "restore", "copy", "--keys", "copy.keys", home="again")
    here.undo()
    let_go()
    return said


def test_every_command_has_its_section() -> None:
    assert {name.split()[0] for name in sections()} - {"Event"} == set(COMMANDS)


@pytest.mark.parametrize("command", ["init", "user", "import", "produce", "verify", "verify-bundle", "key show", "checkpoint", "backup", "rebuild", "people import"])  # fmt: skip
def test_a_command_prints_the_members_that_are_written_down(printed: Printed, command: str) -> None:
    assert printed[command]
    for each in printed[command]:
        assert set(each) in tables(sections()[command])


def test_what_a_restore_prints_is_the_verdict_and_what_was_restored(printed: Printed) -> None:
    (verdict,) = (members for members in tables(sections()["verify"]) if "verdict" in members)
    (own,) = tables(sections()["restore"])
    assert [set(each) for each in printed["restore"]] == [verdict | own]
    assert printed["restore"][0]["logs"] == printed["backup"][0]["logs"]
    assert {frozenset(each) for each in printed["backup"][0]["logs"].values()} == {frozenset({"size", "root"})}


@pytest.mark.parametrize("command", ["events", "search"])
def test_a_listed_event_has_the_members_that_are_written_down(printed: Printed, command: str) -> None:
    assert len(printed[command]) == 2
    for each in printed[command]:
        assert set(each) in tables(sections()["Event"])
