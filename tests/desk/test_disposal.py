"""Disposal leaves no copy of a record anywhere, and everything else as it was."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.capture.connector import ImportOptions
from muniment.capture.spool import spool, unspool
from muniment.catalog.projector import Projector
from muniment.catalog.rebuild import build, logical_hash
from muniment.desk.archive import access, actions, disposal
from muniment.desk.catalog.schema import make_catalog
from muniment.desk.desk import Desk, open_desk
from muniment.desk.productions.actions import produce
from muniment.proof import note, verifier
from muniment.record.errors import Refused
from muniment.vault.database import beside
from muniment.vault.home import server_of
from tests.postgres import files_of

CANARY = "zanzibarite"
HAN = "麒麟絕密"
LINES = [
    {"id": "1", "conversation": "c1", "sender": "amy", "sent_at": "2026-03-01T09:00:00+08:00", "text": "good morning"},
    {
        "id": "2",
        "conversation": "c2",
        "sender": "quokkasender",
        "sender_display": "Quokka Person",
        "sent_at": "2026-03-01T09:01:00+08:00",
        "text": f"{CANARY} {HAN}",
        "extra_field": "wombatfield",
    },
    {
        "id": "3",
        "conversation": "c1",
        "sender": "amy",
        "sent_at": "2026-03-01T09:02:00+08:00",
        "text": "see you at noon",
    },
    {
        "id": "2",
        "conversation": "c2",
        "sender": "bob",
        "sent_at": "2026-03-01T09:03:00+08:00",
        "text": "the same id, other words",
    },
]
CANARIES = [CANARY, "quokkasender", "quokka", "wombatfield", HAN, "麒麟", "绝密", "麒麟绝密"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An archive with four records; the second is to be destroyed."""
    home, keys = tmp_path / "home", tmp_path / "home.keys"
    actions.create(home, keys, "example.com/broker", "alice")
    file = tmp_path / "chat.ndjson"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES), "utf-8")
    with open_desk(home, keys, "alice") as opened:
        actions.bring_in(opened, file, "ndjson", "desk phone", ImportOptions())
        yield opened


def holding(desk: Desk) -> Path:
    """The folder by which its catalog is found."""
    return desk.archive.home.path if desk.archive.home.server is None else desk.archive.home.keys


def secret(desk: Desk) -> int:
    """The record to destroy, found without asking for its words: the audit log remembers what was asked for."""
    return next(event.record for event in access.events(desk, "") if event.event.sender == "quokkasender")


def files_with(folder: Path, word: str) -> list[str]:
    """The files below `folder` that hold `word` in any of the forms in which a database may write it.

    Of a database of the folder's archive on PostgreSQL, its tables and indexes are such files.
    """
    forms = [word.encode(), word.encode("utf-16-le"), word.upper().encode()]
    paths = [path for path in folder.rglob("*") if path.is_file()]
    if (server := server_of(folder)) is not None:
        paths += files_of(server)
    return [path.name for path in paths if any(form in path.read_bytes() for form in forms)]


def test_search_forgets_a_destroyed_record_and_no_file_holds_its_words(desk: Desk) -> None:
    assert files_with(holding(desk), CANARY), "the test would pass without the record ever having been there"

    disposal.destroy(desk, [secret(desk)], "rule 7")

    assert {word: files_with(desk.archive.home.path, word) for word in CANARIES} == {word: [] for word in CANARIES}
    assert {word: files_with(desk.archive.home.keys, word) for word in CANARIES} == {word: [] for word in CANARIES}
    assert access.count(desk, CANARY) == 0
    assert access.count(desk, "from:quokka") == 0


def test_what_was_not_destroyed_is_still_found_and_who_approved_is_entered(desk: Desk) -> None:
    disposal.destroy(desk, [secret(desk)], "rule 7")
    actions.settle(desk)

    approved = desk.catalog.execute("SELECT actor FROM audit_entry WHERE act = ?", ("dispose.approve",)).fetchall()
    assert approved == [("alice",)]
    assert access.count(desk, "morning OR noon") == 2
    assert access.count(desk, "other words") == 1


def test_a_rebuild_after_a_disposal_gives_the_same_catalog(desk: Desk, tmp_path: Path) -> None:
    disposal.destroy(desk, [secret(desk)], "rule 7")

    rebuilt = build(desk.archive, beside(desk.archive.home.catalog, "again"), make_catalog)

    assert logical_hash(desk.catalog) == rebuilt


def test_an_older_bundle_still_verifies(desk: Desk, tmp_path: Path) -> None:
    keys = [signer.vkey for signer in desk.archive.signers.values()]
    produce(desk, "in:c2", tmp_path / "before.zip", "a request")

    disposal.destroy(desk, [secret(desk)], "rule 7")
    report = verifier.verify_bundle(str(tmp_path / "before.zip"), keys, None, None, note.verify)

    assert report.refused is None


def test_the_public_door_is_shut(desk: Desk) -> None:
    with pytest.raises(Refused, match="no retention rules"):
        disposal.dispose(desk, [1])


def test_nothing_is_destroyed_while_a_copy_of_an_import_is_left(desk: Desk, tmp_path: Path) -> None:
    leaf = secret(desk)
    begun = spool(desk.archive, tmp_path / "chat.ndjson", "ndjson", "a1", ImportOptions())
    with pytest.raises(Refused, match=r"chat\.ndjson.*finish"):
        disposal.destroy(desk, [leaf], "rule 7")
    assert secret(desk) == leaf

    unspool(desk.archive, begun.import_id)
    (desk.archive.home.spool / "left-by-a-crash").write_bytes((tmp_path / "chat.ndjson").read_bytes())
    disposal.destroy(desk, [leaf], "rule 7")

    assert {word: files_with(desk.archive.home.path, word) for word in CANARIES} == {word: [] for word in CANARIES}


def test_a_disposal_that_was_stopped_before_its_last_step_is_finished_by_the_next_command(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    def stop(_: Projector) -> None:
        raise Stopped

    leaf = secret(desk)
    monkeypatch.setattr(Projector, "_finish_disposal", stop)
    with pytest.raises(Stopped):
        disposal.destroy(desk, [leaf], "rule 7")
    monkeypatch.undo()
    actions.settle(desk)

    assert {word: files_with(desk.archive.home.path, word) for word in CANARIES} == {word: [] for word in CANARIES}
