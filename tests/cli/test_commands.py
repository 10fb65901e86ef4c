"""Commands as a newcomer types them, wrong words included: one line says what is wrong, and nothing is damaged."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.capture.archive import open_archive
from muniment.capture.connector import ImportOptions
from muniment.capture.spool import spool, unspool
from tests.postgres import on_postgres, provide

ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202etxt.exe\u200b"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one imported chat of three lines, the last of them hostile to a terminal."""
    tmp_path = tmp_path_factory.mktemp("commands")
    if on_postgres():
        provide(tmp_path / "home.keys")
    assert run(tmp_path / "home", "init", "--origin", "example.com/broker").returncode == 0
    lines = [
        {"id": "1", "conversation": "c", "sender": "amy", "sent_at": "2026-03-01T09:00:00Z", "text": "guarantee"},
        {"id": "2", "conversation": "c", "sender": "bob", "sent_at": "2026-03-01T09:01:00Z", "text": "保證"},
        {
            "id": "3",
            "conversation": "c",
            "sender": ESCAPES,
            "sent_at": "2026-03-01T09:02:00Z",
            "text": f"hostile {ESCAPES}",
        },
    ]
    file = tmp_path / "chat.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert run(tmp_path / "home", "import", "ndjson", str(file), "--account", "phone").returncode == 0
    return tmp_path / "home"


def run(home: Path | None, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `muniment` in a process of its own."""
    environment = {**os.environ, **more, **({"MUNIMENT_HOME": str(home)} if home else {})}
    return subprocess.run(
        [sys.executable, "-m", "muniment.cli.main", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "COMMAND"),
        (("serach",), 2, "invalid choice"),
        (("search",), 2, "QUERY"),
        (("search", "a", "--limit", "many"), 2, "--limit"),
        (("search", "a", "--limit", "0"), 2, "--limit"),
        (("search", "a", "--limit", "-3"), 2, "--limit"),
        (("search", '"open'), 2, "quotation"),
        (("search", "a w/5 b"), 2, "not in this release"),
        (("search", "a", "--timezone", "Mars/Olympus"), 2, "Mars/Olympus"),
        (("import", "ndjson", "nowhere.ndjson", "--account", "x"), 3, "nowhere.ndjson"),
        (("import", "telepathy", "x", "--account", "x"), 2, "invalid choice"),
        (("import", "ndjson", "x"), 2, "--account"),
        (("import", "whatsapp", "x", "--account", "x", "--date-order", "ydm"), 2, "--date-order"),
        (("produce", "a", "--out", "x.zip"), 2, "--reason"),
        (("produce", "a", "--out", "no/such/folder/x.zip", "--reason", "r"), 2, "no folder"),
        (("verify-bundle", "x.zip"), 2, "--key"),
        (("verify-bundle", "x.zip", "--key", "nonsense"), 2, "key"),
        (("key", "hide"), 2, "invalid choice"),
        (("init",), 2, "holds an archive already"),
        (("demo",), 2, "not a demonstration"),
    ],
)
def test_wrong_words_get_one_line(home: Path, words: tuple[str, ...], code: int, says: str) -> None:
    done = run(home, *words)

    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_a_home_it_says_what_to_set() -> None:
    done = run(None, "search", "a", MUNIMENT_HOME="")

    assert (done.returncode, "MUNIMENT_HOME" in done.stderr) == (2, True)


def test_without_an_archive_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = run(tmp_path / "none", "search", "a")

    assert (done.returncode, "muniment init" in done.stderr) == (3, True)


def test_count_prints_the_integer_alone(home: Path) -> None:
    assert run(home, "search", "--count", "保证").stdout == "1\n"


def test_what_a_message_contains_does_not_act_on_the_terminal(home: Path) -> None:
    for command in ("search", "events"):
        printed = run(home, command, "hostile").stdout

        assert "hostile" in printed
        assert [
            character
            for character in printed
            if character in ESCAPES and not character.isprintable() and character != "\n"
        ] == []


def test_json_gives_one_object_a_line(home: Path) -> None:
    rows = [json.loads(line) for line in run(home, "events", "--json").stdout.splitlines()]

    assert [row["text"] for row in rows] == ["guarantee", "保證", f"hostile {ESCAPES}"]
    assert set(rows[0]) >= {
        "id",
        "kind",
        "sent_at",
        "received_at",
        "source",
        "conversation",
        "sender",
        "text",
        "attachments",
        "target",
        "extra",
        "record",
    }


def test_it_speaks_chinese_when_asked(home: Path) -> None:
    traditional, simplified = run(home, "--help", LANGUAGE="zh_HK"), run(home, "search", "保證", "--lang", "zh-hans")

    assert "典藏" in traditional.stdout or "訊息" in traditional.stdout
    assert simplified.returncode == 0


def test_the_seal_extends_from_one_day_to_the_next(home: Path, tmp_path: Path) -> None:
    seal = run(home, "checkpoint").stdout.strip()
    keys = [word for key in run(home, "key", "show").stdout.split() for word in ("--key", key)]
    bundle = str(tmp_path / "bundle.zip")

    made = run(home, "produce", "guarantee", "--out", bundle, "--reason", "request 7", "--as", "carol")
    checked = run(None, "verify-bundle", bundle, *keys, "--since", seal, "--redecode", MUNIMENT_HOME="")

    assert made.returncode == 0
    assert (checked.returncode, "VERIFIED" in checked.stdout) == (0, True)
    assert "carol" in checked.stdout


def test_the_first_and_the_last_moment_that_a_message_may_have_are_shown(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "ends.ndjson"
    stamps = {
        "first": "0001-01-01T00:00:00Z",
        "last": "9999-12-31T23:59:59.999999Z",
        "before": "1969-12-31T23:59:59.5Z",
    }
    file.write_text(
        "".join(
            json.dumps({"id": f"end-{text}", "conversation": "ends", "sender": "s", "sent_at": at, "text": text}) + "\n"
            for text, at in stamps.items()
        )
    )
    assert run(home, "import", "ndjson", str(file), "--account", "ends").returncode == 0
    done = run(home, "events", "in:ends")

    assert (done.returncode, done.stderr) == (0, "")
    assert [" ".join(line.split()[1:3]) for line in done.stdout.splitlines()] == [
        "0001-01-01 00:00:00",
        "1969-12-31 23:59:59",
        "9999-12-31 23:59:59",
    ]


def test_a_terminal_without_unicode_gets_code_points_and_json_stays_utf_8(home: Path) -> None:
    plain = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    shown, data = (run(home, "search", "from:bob", *more, **plain) for more in ((), ("--json",)))

    assert (shown.returncode, shown.stderr, "\\u4fdd\\u8b49" in shown.stdout) == (0, "", True)
    assert json.loads(data.stdout.splitlines()[0])["text"] == "保證"


def test_a_file_name_does_not_act_on_the_terminal(home: Path, tmp_path: Path) -> None:
    done = run(home, "import", "ndjson", str(tmp_path / "no\x1b[31m\nsuch"), "--account", "x")

    assert done.returncode == 3
    assert "\x1b" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_an_import_that_was_interrupted_is_named_after_the_next_one(home: Path, tmp_path: Path) -> None:
    line = '{"id": "%s", "conversation": "d", "sender": "amy", "sent_at": "2026-03-01T09:00:00Z", "text": "x"}\n'
    for name in ("begun", "other"):
        (tmp_path / name).write_text(line % name)
    with open_archive(home, home.with_name("home.keys")) as archive:
        source = "a0123456789abcdef"
        begun = spool(archive, tmp_path / "begun", "ndjson", source, ImportOptions())
    words = ("import", "ndjson", str(tmp_path / "other"), "--account", "phone")
    done = run(home, *words)
    assert done.returncode == 0
    assert "an import of begun, begun 20" in done.stdout.splitlines()[-1]
    with open_archive(home, home.with_name("home.keys")) as archive:
        unspool(archive, begun.import_id)
    assert "interrupted" not in run(home, *words).stdout


def test_a_user_without_a_name_is_a_number(home: Path) -> None:
    code = "import os, pwd; pwd.getpwuid = {}.__getitem__; from muniment.desk.desk import system_user; print(system_user())"
    names = {"LOGNAME": "", "USER": "", "LNAME": "", "USERNAME": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **names}, capture_output=True, text=True, check=False
    )

    assert done.stdout == f"system:{os.getuid()}\n", done.stderr
