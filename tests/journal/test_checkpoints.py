"""The history of checkpoints: a chain of lines, of which only the end is read to go on."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.journal.checkpoints import NO_PREVIOUS, CheckpointLog
from muniment.record.errors import Damaged


def write(path: Path, notes: list[str]) -> list[bytes]:
    log, lines = CheckpointLog(path), []
    for note in notes:
        lines.append(log.line(note))
        log.advance(note)
    path.write_bytes(b"".join(lines))
    return lines


def test_a_line_says_its_number_its_note_and_the_hash_of_the_line_before(tmp_path: Path) -> None:
    first, second = write(tmp_path / "log", ["one\n", "two\n"])
    assert json.loads(first) == {"n": 0, "note": "one\n", "prev": NO_PREVIOUS}
    assert json.loads(second) == {"n": 1, "note": "two\n", "prev": hashlib.sha256(first[:-1]).hexdigest()}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=3000), min_size=1, max_size=12))
def test_the_end_is_found_whatever_the_lines_and_the_chain_goes_on_from_it(
    fast_folders: Callable[[], Path], notes: list[str]
) -> None:
    path = fast_folders() / "log"
    lines = write(path, notes)
    log = CheckpointLog(path)
    assert log.tail() == (sum(map(len, lines[:-1])), lines[-1], notes[-1])
    with path.open("ab") as file:
        file.write(log.line("next"))
    assert [note for _, note in CheckpointLog(path).notes()] == [*notes, "next"]


@given(st.integers(1, 300))
def test_a_torn_last_line_is_left_out(fast_folders: Callable[[], Path], cut: int) -> None:
    path = fast_folders() / "log"
    lines = write(path, ["one", "two" * 100])
    path.write_bytes(b"".join(lines)[: -min(cut, len(lines[1]))])
    assert CheckpointLog(path).tail() == (0, lines[0], "one")


@pytest.mark.parametrize("change", ["swap", "drop first", "drop middle", "edit", "double", "torn"])
def test_a_changed_history_shows(tmp_path: Path, change: str) -> None:
    a, b, c, d = write(tmp_path / "log", ["one", "two", "three", "four"])
    changed = {
        "swap": [a, c, b, d], "drop first": [b, c, d], "drop middle": [a, b, d], "edit": [a, b.replace(b"two", b"six"), c, d],
        "double": [a, b, b, c, d], "torn": [a, b, c, d[:-1]],
    }[change]  # fmt: skip
    (tmp_path / "log").write_bytes(b"".join(changed))
    with pytest.raises(Damaged, match=r"not the chain it was|ends in the middle"):
        list(CheckpointLog(tmp_path / "log").notes())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no line",
        b"\n",
        b"{}\n",
        b'{"n":0,"note":"x"}\n',
        b'{"n": 0,"note":"x","prev":""}\n',
        b'{"n":"0","note":"x","prev":""}\n',
    ],
)
def test_a_history_without_a_sound_last_line_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log").write_bytes(content)
    with pytest.raises(Damaged):
        CheckpointLog(tmp_path / "log").tail()
    with pytest.raises(Damaged, match="is missing"):
        CheckpointLog(tmp_path / "none").tail()
