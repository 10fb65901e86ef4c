"""What may stand in the tree: no registry's address, no path of somebody's machine, no lock that drifted."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    """The files that a commit would hold: tracked ones and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name.decode() for name in listed.stdout.split(b"\0") if name]
        return [ROOT / name for name in sorted(set(names)) if (ROOT / name).is_file()]
    hidden = {".venv", "var", "__pycache__", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    return sorted(path for path in ROOT.rglob("*") if path.is_file() and not hidden & set(path.relative_to(ROOT).parts))


def spell(*pieces: str) -> str:
    """A word that must not stand in any file, this one included."""
    return "".join(pieces)


# What must not be found, and what it would give away. Each pattern is put together here, so that it does not find itself.
FORBIDDEN = {
    "the address of a package registry": re.compile(
        "|".join(
            [
                spell("py", r"pi\.org"),
                spell("python", r"hosted\.org"),
                spell("npm", r"js\.(?:org|com)"),
                spell("deb", r"ian\.org/debian"),
                spell("--(?:extra-)?index", "-url"),
                spell("--find", "-links"),
            ],
        ),
        re.IGNORECASE,
    ),
    "a path of somebody's machine": re.compile(r"(?<![\w.~$}/-])/(?:work|root|home|Users|tmp)/\w"),
    "who or what wrote it": re.compile(
        "|".join(
            [
                spell("cla", "ude"),
                spell("anth", "ropic"),
                spell("open", "ai"),
                spell("chat", "gpt"),
                spell("co", "pilot"),
                spell("language ", "model"),
                spell("coding ", "agent"),
                spell("co-authored", "-by"),
                spell(r"\bissue ", r"#?\d"),
                spell(r"the br", r"ief\b"),
                spell("sub", r"agent"),
            ],
        ),
        re.IGNORECASE,
    ),
}


def found(path: Path) -> list[str]:
    data = path.read_bytes()
    if b"\0" in data[:8192]:
        return []
    text = data.decode("utf-8", "replace")
    return [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, hit.start()) + 1}: {what}: {hit[0]!r}"
        for what, pattern in FORBIDDEN.items()
        for hit in pattern.finditer(text)
    ]


def test_no_file_gives_away_what_it_must_not() -> None:
    files = tracked()
    assert ROOT / "dev" in files
    assert [hit for path in files for hit in found(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        spell("https://py", "pi.org/simple"),
        spell("--index", "-url x"),
        spell("see /wo", "rk/main"),
        spell("'/tm", "p/a'"),
        spell("written by Cla", "ude"),
        spell("Issue ", "#2"),
    ],
)
def test_the_search_finds_what_it_looks_for(text: str) -> None:
    assert any(pattern.search(text) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize(
    "text", ["$HOME/work/muniment", "/usr/bin/python3", "seg/home/x", "a tissue of lies", "an issue"]
)
def test_the_search_leaves_the_rest_alone(text: str) -> None:
    assert not any(pattern.search(text) for pattern in FORBIDDEN.values())


# ── Dependencies ─────────────────────────────────────────────────────────────────────────────────────────────────────


def declared() -> dict[str, list[Requirement]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    extra = project["project"]["optional-dependencies"]["postgres"]
    base = [Requirement(text) for text in [*project["project"]["dependencies"], *extra]]
    groups = {name: [Requirement(text) for text in rows] for name, rows in project["dependency-groups"].items()}
    return {"base": base, "dev": base + groups["dev"], "uv": groups["uv"]}


def pinned(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {
        canonicalize_name(row[0]): row[1] for row in re.findall(r"^([\w.\-\[\]]+)==([^\s;\\]+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    pins = pinned(name)
    for requirement in declared()[name]:
        version = pins.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in requirements/{name}.txt; run ./dev lock"
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}; run ./dev lock"


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_a_lock_pins_every_line_by_hash(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", "")
    for line in text.splitlines():
        assert re.match(r"^[\w.\-\[\]]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_the_tests_run_with_what_the_product_runs_with() -> None:
    base, dev = pinned("base"), pinned("dev")
    assert {name: dev.get(name) for name in base} == base


def imported(path: Path) -> set[str]:
    """The first names of what a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_the_product_imports_only_what_its_own_lock_holds() -> None:
    """`./dev muniment` installs requirements/base.txt and nothing else."""
    apart = {
        "make_tables.py": {"opencc"},  # writes the folding tables; not a part of the running product
        "rapid.py": {"rapidocr", "cv2", "numpy", "PIL"},  # of the extra ocr, loaded where it is installed
        "whisper.py": {"faster_whisper", "numpy"},  # of the extra stt, the same
    }
    homes = packages_distributions()
    base = set(pinned("base"))
    foreign: dict[str, str] = {}
    for path in (ROOT / "src").rglob("*.py"):
        for name in imported(path) - {"muniment"} - sys.stdlib_module_names - apart.get(path.name, set()):
            if not {canonicalize_name(home) for home in homes.get(name, [])} & base:
                foreign[path.name] = name
    assert foreign == {}


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for requirement in {str(r.name) for rows in declared().values() for r in rows}:
        line = re.search(rf'^  "{re.escape(requirement)}\b[^"]*",(.*)$', text, re.MULTILINE)
        assert line is not None, requirement
        assert re.match(r" # \S+ \S+", line[1]), f"{requirement} has no reason beside it"


def test_every_lint_rule_that_is_off_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text[text.index("\nignore = [") : text.index("[tool.ruff.lint.pydocstyle]")]
    rows = re.findall(r'^  "[A-Z]+\d*",(.*)$', block, re.MULTILINE)
    assert len(rows) > 20
    assert [row for row in rows if not 2 <= len(row.removeprefix(" # ").split()) <= 7] == []
