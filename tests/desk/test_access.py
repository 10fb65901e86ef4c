"""Reads leave their entry in the audit log before content leaves; productions withhold what was not asked for."""

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from muniment.capture.audit import decode_entry
from muniment.capture.connector import ImportOptions
from muniment.desk.archive import access, actions
from muniment.desk.desk import Desk, open_desk
from muniment.desk.productions.actions import produce
from muniment.desk.productions.redecode import redecode
from muniment.proof import note, verifier
from muniment.record.errors import Refused

HONG_KONG = ImportOptions(timezone="Asia/Hong_Kong", date_order="dmy")
FIRST = """13/03/2026, 09:00 - Amy: good morning
13/03/2026, 09:01 - Bob: sell everything
14/03/2026, 09:02 - Bob: and delete this
14/03/2026, 09:03 - Amy: noted
"""
SECOND = """13/03/2026, 09:00 - Amy: good morning
14/03/2026, 09:03 - Amy: noted
15/03/2026, 09:04 - Amy: bye
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An archive into which one chat was exported twice; two messages had vanished from the second export."""
    actions.create(tmp_path / "home", tmp_path / "keys", "example.com/broker", "alice")
    with open_desk(tmp_path / "home", tmp_path / "keys", "alice") as opened:
        for text in (FIRST, SECOND):
            file = tmp_path / "WhatsApp Chat with Bob.txt"
            file.write_text(text, "utf-8")
            actions.bring_in(opened, file, "whatsapp", "phone", HONG_KONG)
        yield opened


def audited(desk: Desk) -> list[tuple[str, str, str | None]]:
    """Act, actor and query of every audit entry, sealed or waiting."""
    actions.settle(desk)
    size = desk.archive.audit.log.checkpoint().size
    entries = [decode_entry(opened.payload)[0] for opened in desk.archive.audit.opened(0, size, size) if opened.payload]
    return [(entry.act, entry.actor, entry.query) for entry in entries]


def waiting(desk: Desk) -> int:
    """Audit entries that are durable and not yet sealed."""
    return int(desk.archive.intake.database.execute("SELECT count(*) FROM item WHERE log = 'audit'").fetchone()[0])


def test_a_search_is_audited_before_it_answers(desk: Desk) -> None:
    answer = access.search(desk, "morning")

    assert waiting(desk) == 1
    assert [event.event.text for event in answer.events] == ["good morning"]
    assert audited(desk)[-1] == ("search", "alice", "morning")


def test_reading_events_is_audited_before_the_first_one_comes(desk: Desk) -> None:
    stream = access.events(desk, "")
    next(stream)

    assert waiting(desk) == 1
    assert audited(desk)[-1] == ("events.read", "alice", "")


def test_lines_that_vanished_from_a_later_export_are_divergences_and_stay_found(desk: Desk) -> None:
    vanished = [event.event for event in access.events(desk, "is:vanished")]

    assert [event.kind for event in vanished] == ["source_divergence", "source_divergence"]
    assert access.count(desk, "sell everything") == 1


def test_a_production_of_some_events_of_a_record_withholds_its_raw_bytes(desk: Desk, tmp_path: Path) -> None:
    made = produce(desk, "is:vanished before:2026-03-14", tmp_path / "part.zip", "request 7", zone="Asia/Hong_Kong")
    keys = [signer.vkey for signer in desk.archive.signers.values()]

    report = verifier.verify_bundle(str(tmp_path / "part.zip"), keys, made.seal, redecode, note.verify)

    assert (made.events, made.withheld) == (1, 1)
    assert report.refused is None
    assert json.dumps(report.as_json()).count("withheld") > 0


def test_a_production_is_audited_with_its_reason(desk: Desk, tmp_path: Path) -> None:
    produce(desk, "morning", tmp_path / "all.zip", "request 7")

    assert ("produce", "alice", "morning") in audited(desk)


def test_a_bundle_made_now_extends_every_seal_given_before(desk: Desk, tmp_path: Path) -> None:
    seals = [actions.make_seal(desk) for _ in range(3)]
    produce(desk, "morning", tmp_path / "all.zip", "request 7")
    keys = [signer.vkey for signer in desk.archive.signers.values()]

    reports = [verifier.verify_bundle(str(tmp_path / "all.zip"), keys, seal, None, note.verify) for seal in seals]

    assert [report.refused for report in reports] == [None, None, None]


@pytest.mark.parametrize("line", ["nonsense", "muniment-seal/v1 example.org/other records:1:AA= audit:1:AA= AA="])
def test_a_production_since_what_is_no_seal_of_this_archive_is_refused_before_it_is_audited(
    desk: Desk, tmp_path: Path, line: str
) -> None:
    with pytest.raises(Refused, match="not a seal of"):
        produce(desk, "morning", tmp_path / "all.zip", "request 7", since=[line])

    assert "produce" not in [act for act, _, _ in audited(desk)]
    assert not (tmp_path / "all.zip").exists()


def test_the_transcript_and_the_manifest_name_the_same_moment_of_completeness(desk: Desk, tmp_path: Path) -> None:
    produce(desk, "morning", tmp_path / "all.zip", "request 7")

    with ZipFile(tmp_path / "all.zip") as bundle:
        moment = json.loads(bundle.read("manifest.json"))["complete_up_to"]["at"]
        page = bundle.read("transcript.html").decode()

    assert moment.replace("T", " ").replace("Z", " UTC") in page
