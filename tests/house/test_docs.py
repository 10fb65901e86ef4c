"""The documents: what they show runs, what they link to is there, and the counts they keep are kept."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from muniment.site.version import version
from tests.house import console, helptext

pytestmark = pytest.mark.sqlite  # what the documents show are archives of files
ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/*.md"), *ROOT.glob("bench/*.md")]
)
SHOWN = [path for path in DOCUMENTS if "```console" in path.read_text(encoding="utf-8")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """A document without its fenced blocks and code spans."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path: Path) -> set[str]:
    """The names under which a document's headings can be linked to."""
    found = set()
    for heading in re.findall(r"^#{1,6} (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(kept.replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", SHOWN, ids=name_of)
def test_what_a_document_shows_is_what_the_commands_print(path: Path, tmp_path: Path) -> None:
    wrong = console.run(path.read_text(encoding="utf-8"), tmp_path)
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{name_of(path)} links to {target}, which is not there"
        if anchor:
            assert anchor in anchors(there), f"{name_of(path)} links to {target}, which has no such heading"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_path_of_ours_that_is_named_is_there(path: Path) -> None:
    named = re.findall(
        r"`((?:src|tests|docs|bench|requirements|record|vault)/[\w./-]*)`", path.read_text(encoding="utf-8")
    )
    roots = (ROOT, ROOT / "src" / "muniment")
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []


def test_the_help_in_the_documents_is_the_commands_own() -> None:
    written = helptext.PAGE.read_text(encoding="utf-8")
    assert written.split() == helptext.page().split(), "run ./dev docs"


def test_the_changelog_names_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (\S+?),? ", text, re.MULTILINE)
    assert first is not None
    assert first[1] == version()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version())


def test_every_decision_is_numbered_and_listed() -> None:
    folder = ROOT / "docs" / "adr"
    files = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in files] == [f"{at:04}" for at in range(1, len(files) + 1)]
    listed = re.findall(r"\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|", (folder / "README.md").read_text(encoding="utf-8"))
    assert [file for _, file, _ in listed] == files
    for number, file, title in listed:
        assert (folder / file).read_text(encoding="utf-8").startswith(f"# {number} {title}\n")


def test_the_help_of_dev_names_every_command_it_knows() -> None:
    script = (ROOT / "dev").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z]+)\)", script, re.MULTILINE))
    said = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, check=True).stdout
    assert known | {"help"} == set(re.findall(r"^  ([a-z]+)\b", said, re.MULTILINE))


def test_dev_says_how_to_get_a_python_with_venv(tmp_path: Path) -> None:
    """A copy of the script in an empty folder, a python3 without venv, and nobody who may install one."""
    (tmp_path / "dev").write_text((ROOT / "dev").read_text(encoding="utf-8"), encoding="utf-8")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, code in (("python3", 'case "$*" in *ensurepip*) exit 1 ;; esac'), ("id", "echo 1000")):
        (tools / name).write_text(f"#!/bin/sh\n{code}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", tmp_path / "dev", "run"],
        env={"PATH": f"{tools}:/usr/bin:/bin", "PYTHON": "python3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "python3 has no venv module" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ((), "chromium-headless-shell fonts-noto-cjk"),
        (("chromium-headless-shell",), "fonts-noto-cjk"),
        (("chromium",), "fonts-noto-cjk"),
    ],
)
def test_dev_says_how_to_get_a_browser(tmp_path: Path, there: tuple[str, ...], missing: str) -> None:
    """A machine without Chromium or without Chinese fonts, and nobody who may install them."""
    (tmp_path / "dev").write_text((ROOT / "dev").read_text(encoding="utf-8"), encoding="utf-8")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, code in [("id", "echo 1000"), ("fc-list", ""), ("cc", ""), *((name, "") for name in there)]:
        (tools / name).write_text(f"#!/bin/sh\n{code}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    for name in ("dirname", "grep"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    done = subprocess.run(
        ["/bin/sh", tmp_path / "dev", "test"], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert done.stderr.endswith(f"On Debian: apt-get install {missing}\n")
    assert not (tmp_path / ".venv").exists()


def test_dev_refuses_a_command_that_it_does_not_know() -> None:
    done = subprocess.run([ROOT / "dev", "tset"], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode != 0
    assert "no such command: tset" in done.stderr


# ── The mechanism itself ─────────────────────────────────────────────────────────────────────────────────────────────


def shown(*lines: str) -> str:
    return "\n".join(["Some words.", "", "```console", *lines, "```", ""])


def test_a_true_document_passes(tmp_path: Path) -> None:
    document = shown(
        "$ echo one; echo two",
        "one",
        "two",
        "$ x=kept",
        '$ printf "%s\\n" a b c "took 3 s" "$x"',
        "a",
        "...",
        "took ... s",
        "kept",
        "$ echo no >&2; (exit 4)  # exits 4",
        "no",
        "$ echo a \\",
        "    b",
        "a b",
    )
    assert console.run(document, tmp_path) == []


@pytest.mark.parametrize(
    "lines",
    [
        ("$ echo one", "two"),
        ("$ echo one",),
        ("$ true", "one"),
        ("$ false",),
        ("$ true  # exits 4",),
        ("$ echo one; echo two", "one"),
        ("$ echo 12 s", "took ... s"),
        ("$ exit 0",),
        ("$ nosuchcommand",),
    ],
)
def test_a_lying_document_fails(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert console.run(shown(*lines), tmp_path)


def test_each_document_has_an_archive_of_its_own(tmp_path: Path) -> None:
    document = shown('$ [ "$MUNIMENT_HOME" = "$PWD/home" ] && [ ! -e "$MUNIMENT_HOME" ] && echo fresh', "fresh")
    assert console.run(document, tmp_path) == []
