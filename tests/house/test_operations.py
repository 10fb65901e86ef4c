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

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "operations" / name for name in ("install.md", "backup.md")]
MOVED = re.compile(r"(?<![\w.])/(etc|var/lib|srv|opt)(?=/)")

pytestmark = pytest.mark.sqlite  # on PostgreSQL `backup` refuses, and the page says what to do in its place


def blocks(page: Path, kind: str) -> list[str]:
    """The blocks of a page that are of this kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def unit() -> str:
    return (ROOT / "docs" / "operations" / "muniment.service").read_text(encoding="utf-8")


def test_what_the_pages_say_to_type_works(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for folder in ("etc", "var/lib", "srv", "opt"):
        (root / folder).mkdir(parents=True)
    (root / "opt" / "muniment").symlink_to(ROOT)
    command = tmp_path / "bin" / "muniment"
    command.parent.mkdir()
    wrapper = (
        (ROOT / "docs" / "operations" / "muniment.sh").read_text(encoding="utf-8").replace("runuser -u muniment --", "")
    )
    command.write_text(MOVED.sub(rf"{root}/\1", wrapper), encoding="utf-8")
    command.chmod(0o755)
    said = "set -eu\n" + "\n".join(MOVED.sub(rf"{root}/\1", block) for page in PAGES for block in blocks(page, "sh"))
    environment = {"PATH": f"{command.parent}:/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(["sh"], input=said, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    roots = re.findall(r"(records|audit): ([\d,]+) leaves, root ([0-9a-f]{64})", done.stdout)
    assert len(roots) == 4
    assert roots[:2] == roots[2:], "what was restored is what was copied"
    assert "Sound: every byte" in done.stdout
    assert "muniment-seal/v1 example.com/broker" in done.stdout


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
