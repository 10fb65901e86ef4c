"""docs/operations can be followed word for word: its commands are run, in a root of their own, and its files are checked.

A block of `sh` is run as it stands, with the folders that it names moved below a temporary one. A block of `sh root` changes the
machine (packages, users, services): of it every `muniment` and every file of ours that it names is looked at.
"""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from muniment.cli.main import parser
from muniment.desk.archive.backup import SIGN_INS
from tests.archives import message
from tests.postgres import fresh, tools

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "operations" / name for name in ("install.md", "backup.md")]
MOVED = re.compile(r"(?<![\w.])/(etc|var/lib|srv|opt)(?=/)")
WORDS = ("before", "meanwhile", "later")
"""What is said before a backup is made, between its first two parts, and between its last two."""


def blocks(page: Path, kind: str) -> list[str]:
    """The blocks of a page that are of this kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def unit() -> str:
    return (ROOT / "docs" / "operations" / "muniment.service").read_text(encoding="utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The folders of a machine with Muniment on it, below one of its own; the command is in `bin`."""
    root = tmp_path / "root"
    for folder in ("etc", "var/lib", "srv", "opt", "bin"):
        (root / folder).mkdir(parents=True)
    (root / "opt" / "muniment").symlink_to(ROOT)
    command = root / "bin" / "muniment"
    wrapper = (
        (ROOT / "docs" / "operations" / "muniment.sh").read_text(encoding="utf-8").replace("runuser -u muniment --", "")
    )
    command.write_text(MOVED.sub(rf"{root}/\1", wrapper), encoding="utf-8")
    command.chmod(0o755)
    return root


def follow(machine: Path, blocks: list[str], **more: str) -> str:
    """Type these blocks in one shell, which stops at whatever fails; what it prints."""
    said = "set -eu\n" + "\n".join(MOVED.sub(rf"{machine}/\1", block) for block in blocks)
    path = f"{machine / 'bin'}:{tools()}:/usr/bin:/bin"  # pg_dump of the server's own version
    environment = {"PATH": path, "HOME": str(machine), "LANG": "C.UTF-8", **more}
    done = subprocess.run(["sh"], input=said, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.sqlite  # on PostgreSQL `backup` refuses, and the page says what to do in its place
def test_what_the_pages_say_to_type_works(machine: Path) -> None:
    said = follow(machine, [block for page in PAGES for block in blocks(page, "sh")])
    roots = re.findall(r"(records|audit): ([\d,]+) leaves, root ([0-9a-f]{64})", said)
    assert len(roots) == 4
    assert roots[:2] == roots[2:], "what was restored is what was copied"
    assert "Sound: every byte" in said
    assert "muniment-seal/v1 example.com/broker" in said


@pytest.mark.postgres
def test_a_backup_on_postgres_that_was_made_while_messages_came_in_is_whole(machine: Path) -> None:
    for first, word in zip(range(1, 901, 300), WORDS, strict=True):
        lines = [message(number, f"{word} {number}") for number in range(first, first + 300)]
        (machine / "srv" / f"{word}.ndjson").write_bytes(b"".join(lines))

    def comes(word: str) -> str:
        return f"muniment import ndjson /srv/{word}.ndjson --account phone"

    databases, logs, keys, back = blocks(PAGES[1], "sh postgres")
    assert set(re.findall(r"exclude-table-data=desk\.(\w+)", databases)) == SIGN_INS
    installed = [
        *blocks(PAGES[0], "sh")[:1],
        f"echo 'DATABASE_URL=\"{fresh()}\"' >> /etc/muniment/environment",
        *blocks(PAGES[0], "sh")[1:],
        "mkdir /srv/backup /srv/backup-keys",
    ]
    follow(machine, [*installed, comes("before")])
    said = follow(machine, [databases, comes("meanwhile"), logs, comes("later"), keys])
    assert "DOES NOT BALANCE" not in said
    count = f"muniment search '{' OR '.join(WORDS)}' --count"
    said = follow(machine, [back, count], DATABASE_URL=fresh())
    assert "Sound: every byte" in said
    assert "muniment-seal/v1 example.com/broker" in said
    assert said.split()[-1] == "600", "what was sealed when the logs were copied, and nothing later"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_typed_as_root_exists(page: Path) -> None:
    spoken = "\n".join([*blocks(page, "sh root"), unit()])
    lines = re.findall(r"(?:^|s?bin/|dev )muniment ([a-z][^\n|]*)$", spoken, re.MULTILINE)
    found = 0
    for line in lines:
        words = [word for word in shlex.split(line) if word != "--version"]
        if words:
            parser().parse_args(words)  # ends the process with one line where it is not a command of ours
            found += 1
    assert found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_ours_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"/opt/muniment/(docs/[\w./-]+|dev)\b", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / "muniment.service"
    copy.write_text(unit().replace("/opt/muniment/.venv/bin/muniment", "/bin/true"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", copy],
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if "muniment" in line] == []


def test_every_setting_that_is_read_is_written_down() -> None:
    read = set()
    for path in (ROOT / "src" / "muniment" / "site").glob("*.py"):
        read |= set(re.findall(r'"(MUNIMENT_[A-Z_]+)"', path.read_text(encoding="utf-8")))
    page = PAGES[0].read_text(encoding="utf-8")
    assert sorted(name for name in read if name not in page) == []
