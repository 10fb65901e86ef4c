"""Who may look at whom: the contracts of .importlinter hold, and each catches a violation that is planted in a copy."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "muniment"

# (contract's section, file that is changed in a copy, line that is added to it)
PLANTED = [
    ("rooms", "record/errors.py", "import muniment.journal"),
    ("rooms", "search/__init__.py", "import muniment.catalog"),
    ("rooms", "vault/__init__.py", "import muniment.cli"),
    ("rooms", "attic/__init__.py", "'a room that nobody named'"),
    ("framework", "catalog/__init__.py", "import django.db"),
    ("framework", "record/codec.py", "from django.utils import timezone"),
    ("databases", "record/errors.py", "import sqlite3"),
    ("databases", "proof/__init__.py", "import sqlite3"),
    ("databases", "media/sniff.py", "import sqlite3"),
    ("readers", "media/sandbox.py", "from muniment.media.text import pdf"),
    ("readers", "desk/archive/pages/records.py", "import muniment.media.audio.silk"),
    ("bench", "cli/__init__.py", "import bench"),
    ("connectors", "capture/whatsapp/__init__.py", "import muniment.capture.ndjson"),
    ("connectors", "capture/ndjson/__init__.py", "import muniment.capture.whatsapp"),
    ("desk", "desk/archive/access/finding.py", "import muniment.desk.productions"),
    ("desk", "desk/authority.py", "import muniment.desk.catalog"),
    ("desk", "desk/attic/__init__.py", "'an app that nobody named'"),
    ("desk-app", "desk/archive/access/finding.py", "import muniment.desk.archive.actions"),
    ("doors", "desk/archive/pages.py", "import muniment.desk.models"),
    ("doors", "desk/archive/pages/__init__.py", "from muniment.desk.catalog import models"),
    ("doors", "desk/archive/api/reading.py", "import muniment.desk.catalog.models"),
]


def contracts() -> dict[str, str]:
    """Section suffix to the name a person reads."""
    config = ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    prefix = "importlinter:contract:"
    return {s.removeprefix(prefix): config[s]["name"] for s in config.sections() if s.startswith(prefix)}


def lint(folder: Path) -> tuple[int, str]:
    """Run the contracts of `folder/.importlinter` on `folder/src`."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)


def copy_to(folder: Path) -> Path:
    shutil.copytree(SOURCE, folder / "src" / "muniment", ignore=shutil.ignore_patterns("__pycache__", "locale"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def test_the_tree_keeps_every_contract(tmp_path: Path) -> None:
    code, said = lint(copy_to(tmp_path))
    assert code == 0, said
    for name in contracts().values():
        assert f"{name} KEPT" in said, said


def planted() -> Iterator["ParameterSet"]:
    """The first of each contract, and the further ones for the long form."""
    seen = set()
    for row in PLANTED:
        yield pytest.param(*row, marks=[pytest.mark.deep] if row[0] in seen else [])
        seen.add(row[0])


@pytest.mark.parametrize(("section", "file", "line"), list(planted()))
def test_a_planted_violation_is_caught_by_name(tmp_path: Path, section: str, file: str, line: str) -> None:
    names = contracts()
    if section not in names:
        pytest.fail(f"no contract {section} in .importlinter")
    changed = copy_to(tmp_path) / "src" / "muniment" / file
    changed.parent.mkdir(parents=True, exist_ok=True)
    before = changed.read_text(encoding="utf-8") if changed.exists() else ""
    changed.write_text(f"{before}\n{line}\n", encoding="utf-8")

    code, said = lint(tmp_path)
    assert code != 0, said
    if "attic" in file:  # an unknown room or app is named itself
        assert "attic" in said, said
    else:
        assert f"{names[section]} BROKEN" in said, said


def test_every_contract_has_a_planted_violation() -> None:
    assert set(contracts()) == {section for section, _, _ in PLANTED}


def test_every_connector_is_under_the_contract() -> None:
    config = ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    named = set(config["importlinter:contract:connectors"]["modules"].split())
    folders = {f"muniment.capture.{path.parent.name}" for path in (SOURCE / "capture").glob("*/__init__.py")}
    assert named == folders - {"muniment.capture.feeds"}  # which all live ones stand on


def test_every_desk_app_is_under_the_contract() -> None:
    config = ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    named = set(config["importlinter:contract:desk-app"]["containers"].split())
    ground = {"migrations", "templatetags"}
    apps = {path.parent.name for path in (SOURCE / "desk").glob("*/__init__.py")} - ground
    assert named == {f"muniment.desk.{app}" for app in apps}


def test_every_room_below_the_desk_is_barred_from_the_framework() -> None:
    config = ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    named = {
        module.removeprefix("muniment.")
        for module in config["importlinter:contract:framework"]["source_modules"].split()
    }
    rooms = {p.parent.name for p in SOURCE.glob("*/__init__.py")} - {"cli", "site", "desk"}
    assert named == rooms


def test_the_core_runs_without_the_framework() -> None:
    """Every module below the desk is imported in a fresh interpreter; Django must not have come along."""
    modules = sorted(
        ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        for path in SOURCE.rglob("*.py")
        if path.relative_to(SOURCE).parts[0] not in {"cli", "site", "desk"} and path.name != "__main__.py"
    )
    code = "import importlib, sys; [importlib.import_module(m) for m in sys.argv[1:]]; print('django' in sys.modules)"
    command = [sys.executable, "-W", "error", "-c", code, *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "False\n"
    assert len(modules) > 10


def test_every_room_says_what_it_is_for_and_what_is_trusted() -> None:
    for room in sorted(SOURCE.glob("*/__init__.py")):
        said = ast.get_docstring(ast.parse(room.read_text(encoding="utf-8")))
        assert said, f"{room.parent.name} has no docstring"
        if room.parent.name not in {"site", "cli", "desk"}:
            assert "Trust: " in said, f"{room.parent.name} has no trust sentence"
