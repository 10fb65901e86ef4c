"""The worked example of docs/operations/own-connector.md: installed as the page says, and used through the command."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.archives import Place

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "own-connector.md"
CHAT = "2026-11-20T01:00:00\tamy\t買 0700.HK 一手\nwhat is this?\n2026-11-20T01:00:07\tbob\tDone, bought\n"


def install(folder: Path, name: str = "harbour") -> Path:
    """What an installer leaves: the module, and the metadata that names it."""
    text = PAGE.read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    named = re.search(r'^\[project\.entry-points\."(.+)"\]\n(\w+) = "(\w+)"$', text, re.MULTILINE)
    assert code is not None
    assert named is not None
    (folder / f"{named[3]}.py").write_text(code[1], encoding="utf-8")
    metadata = folder / "harbour_chat-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: harbour-chat\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[{named[1]}]\n{name} = {named[3]}\n", encoding="utf-8")
    return folder


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    file = tmp_path / "chat.log"
    file.write_text(CHAT, encoding="utf-8")
    return file


def muniment(place: Place, beside: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = place.environment
    environment["PYTHONPATH"] = f"{beside}:{environment.get('PYTHONPATH', '')}".rstrip(":")
    command = [sys.executable, "-m", "muniment.cli.main", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_example_imports_and_is_found(place: Place, tmp_path: Path, chat: Path) -> None:
    beside = install(tmp_path)
    done = muniment(place, beside, "import", "harbour", str(chat), "--account", "order desk")

    assert done.returncode == 0, done.stderr
    assert muniment(place, beside, "search", "0700.HK", "--count").stdout == "1\n"
    assert (
        muniment(place, beside, "search", "what is this", "--count").stdout == "1\n"
    )  # kept, and found by its raw text
    again = muniment(place, beside, "import", "harbour", str(chat), "--account", "order desk")
    assert again.returncode == 0, again.stderr
    assert muniment(place, beside, "search", "channel:harbour", "--count").stdout == "3\n"


def test_a_name_of_ours_cannot_be_taken(place: Place, tmp_path: Path, chat: Path) -> None:
    beside = install(tmp_path, name="whatsapp")
    done = muniment(place, beside, "import", "whatsapp", str(chat), "--account", "order desk")

    assert done.returncode != 0
    assert "cannot have that name" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_its_connector_a_record_stays_and_is_found(place: Place, tmp_path: Path, chat: Path) -> None:
    beside = install(tmp_path)
    muniment(place, beside, "import", "harbour", str(chat), "--account", "order desk")
    alone = tmp_path / "empty"
    alone.mkdir()
    rebuilt = muniment(place, alone, "rebuild")

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert muniment(place, alone, "search", "type:undecoded", "--count").stdout == "3\n"
