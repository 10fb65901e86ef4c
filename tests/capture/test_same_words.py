"""A record that says what an earlier one said, in other bytes, is kept and says nothing new."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.capture.connector import ImportOptions
from muniment.desk.archive import access, actions
from muniment.desk.desk import Desk, open_desk

LINE = {"id": "1", "conversation": "c", "sender": "amy", "sent_at": "2026-03-01T09:00:00Z", "text": "good morning"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty archive."""
    actions.create(tmp_path / "home", tmp_path / "keys", "example.com/broker", "alice")
    with open_desk(tmp_path / "home", tmp_path / "keys", "alice") as opened:
        yield opened


def bring(desk: Desk, tmp_path: Path, text: str) -> tuple[int, int]:
    """Import `text`; messages stored and duplicate."""
    file = tmp_path / "chat.ndjson"
    file.write_text(text, "utf-8")
    count = actions.bring_in(desk, file, "ndjson", "phone", ImportOptions()).counts["messages"]
    return count.stored, count.duplicate


def test_a_last_line_that_got_its_line_feed_is_no_divergence(desk: Desk, tmp_path: Path) -> None:
    line = json.dumps(LINE)

    assert bring(desk, tmp_path, line) == (1, 0)
    assert bring(desk, tmp_path, f"{line}\n") == (1, 0)
    assert [event.event.kind for event in access.events(desk, "")] == ["message"]


def test_the_same_id_with_other_words_is_a_divergence_and_both_stay(desk: Desk, tmp_path: Path) -> None:
    bring(desk, tmp_path, json.dumps(LINE) + "\n" + json.dumps({**LINE, "text": "good night"}) + "\n")

    assert [(event.event.kind, event.event.text) for event in access.events(desk, "")] == [
        ("message", "good morning"),
        ("source_divergence", "good night"),
    ]


def test_an_id_that_imitates_an_attachment_does_not_pass_for_one(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"attached")
    with_file = {**LINE, "attachments": [{"name": "a.txt", "path": "a.txt"}]}
    bring(desk, tmp_path, json.dumps(with_file) + "\n")
    keys = [
        key.hex() for (key,) in desk.catalog.execute("SELECT key FROM record WHERE part IN ('message', 'attachment')")
    ]

    bring(desk, tmp_path, json.dumps({**LINE, "id": "att:0"}) + "\n")

    assert len(set(keys)) == 2
    assert [event.event.kind for event in access.events(desk, "")] == ["message", "message"]
