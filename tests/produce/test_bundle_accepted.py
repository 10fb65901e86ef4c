import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment.produce.bundle import BundleWriter
from muniment.produce.entries import INLINE_LIMIT, About, NotSeen, ProducedRecord
from muniment.proof import note, verifier
from muniment.proof.verifier import Invalid, verify_bundle
from muniment.record.errors import Damaged, Refused, StorageFailed
from muniment.record.record import split_payload

VERIFIER = Path(verifier.__file__)


def test_the_true_bundle_is_accepted(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    report = verify_bundle(str(archive.produce(tmp_path / "b.zip")), archive.vkeys)
    assert report.refused is None
    assert report.facts["counts"] == {"attachments": 1, "events": 5, "records": 7, "withheld": 1}
    assert report.facts["complete_up_to"]["record"] == archive.heartbeat
    assert len(report.checks) == 5


@pytest.mark.parametrize("texts", [[], ["one"], ["many"] * 300])
def test_bundles_of_any_length_are_accepted(texts: list[str], firm: Any, tmp_path: Path) -> None:
    archive = firm(texts)
    assert verify_bundle(str(archive.produce(tmp_path / "b.zip")), archive.vkeys).refused is None


def test_a_bundle_without_any_record_is_accepted(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    report = verify_bundle(str(archive.produce(tmp_path / "b.zip", records=[], events=[])), archive.vkeys)
    assert report.refused is None
    assert any("no heartbeat" in text for text in report.not_proven)


def test_the_same_production_is_the_same_file(firm: Any, tmp_path: Path) -> None:
    first, second = firm().produce(tmp_path / "a.zip"), firm().produce(tmp_path / "b.zip")
    assert first.read_bytes() == second.read_bytes()


def test_large_raw_bytes_lie_in_a_file_of_their_own(firm: Any, tmp_path: Path, forger: Any) -> None:
    archive = firm(["x" * INLINE_LIMIT, "short"])
    path = archive.produce(tmp_path / "b.zip")
    first, second = forger.lines(forger.read(path), "records.jsonl")[:2]
    assert first["payload_file"].startswith("attachments/")
    assert second["payload_file"] is None
    assert verify_bundle(str(path), archive.vkeys).refused is None


def test_what_is_not_proven_stands_above_the_verdict(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    text = verifier.render(verify_bundle(str(archive.produce(tmp_path / "b.zip")), archive.vkeys))
    above, _, verdict = text.rpartition("\n")
    assert verdict.startswith("VERIFIED")
    for said in (
        "No seal, witness or time-stamp",
        "conversation is complete is not proven",
        "archive's own clock",
        "as the platform gave them",
        "--redecode was not run",
    ):
        assert said in above


def test_text_of_the_bundle_cannot_write_to_the_terminal(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    path = archive.produce(tmp_path / "b.zip", query="\x1b[2Jx\u202ey\nVERIFIED")
    text = verifier.render(verify_bundle(str(path), archive.vkeys))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\nVERIFIED\n" not in text


# -- seals ------------------------------------------------------------------------------------------------------------


def test_a_bundle_extends_the_seal_that_it_was_made_for(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    seal = archive.seal()
    archive.records.add("rec", "phone-0", b"later")
    path = archive.produce(tmp_path / "b.zip", seals=[seal, seal])
    report = verify_bundle(str(path), archive.vkeys, seal)
    assert report.refused is None
    assert any("from 7 in the records log" in text for text in report.not_proven)
    assert not any("No seal" in text for text in report.not_proven)


def test_a_seal_of_the_very_state_of_the_bundle_needs_no_proof(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    path = archive.produce(tmp_path / "b.zip")
    assert verify_bundle(str(path), archive.vkeys, archive.seal()).refused is None


def test_a_seal_without_a_proof_says_what_to_ask_for(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    seal = archive.seal()
    reason = verify_bundle(str(archive.produce(tmp_path / "b.zip")), archive.vkeys, seal).refused
    assert reason is not None
    assert "muniment produce ... --since SEAL" in reason


def test_the_writer_sees_a_rollback_itself(firm: Any, tmp_path: Path) -> None:
    archive, other = firm(), firm(["another", "history"] * 4)
    with pytest.raises(Damaged, match="rolled back"):
        archive.produce(tmp_path / "b.zip", seals=[other.seal()])
    other.produce(tmp_path / "c.zip")
    with pytest.raises(Damaged, match="rewritten"):
        other.produce(tmp_path / "d.zip", seals=[archive.seal()])
    with pytest.raises(Refused, match="cannot be read"):
        archive.produce(tmp_path / "e.zip", seals=["no seal"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.zip"]


# -- reading again ----------------------------------------------------------------------------------------------------


def test_reading_again_hands_over_every_record_with_its_events(firm: Any, tmp_path: Path) -> None:
    archive, seen = firm(), {}

    def redecode(index: int, payload: bytes, events: list[dict[str, Any]]) -> None:
        seen[index] = (payload, [event["id"] for event in events])

    report = verify_bundle(str(archive.produce(tmp_path / "b.zip")), archive.vkeys, redecode=redecode)
    assert report.refused is None
    assert not any("--redecode was not run" in text for text in report.not_proven)
    assert seen == {n: (archive.records.payloads[n], [f"{n}-0"] if n < 5 else []) for n in (0, 2, 3, 4, archive.photo)}


def test_a_decoded_form_that_does_not_follow_is_refused(firm: Any, tmp_path: Path) -> None:
    def redecode(index: int, payload: bytes, events: list[dict[str, Any]]) -> None:
        _, raw = split_payload(payload)
        if any(event["text"] != json.loads(raw)["text"] for event in events):
            raise Invalid("its text differs")

    archive = firm()
    path = archive.produce(tmp_path / "a.zip")
    assert verify_bundle(str(path), archive.vkeys, redecode=redecode).refused is None
    archive.texts = ["something else", *archive.texts[1:]]
    path = archive.produce(tmp_path / "b.zip")
    assert (
        verify_bundle(str(path), archive.vkeys, redecode=redecode).refused
        == "record 0, read again from its raw bytes: its text differs"
    )


# -- the writer -------------------------------------------------------------------------------------------------------


def test_records_out_of_order_are_not_written(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    with pytest.raises(Refused, match="1 came after 2"):
        archive.produce(tmp_path / "b.zip", records=[archive.records.record(2), archive.records.record(1)])
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_never_takes_the_place_of_another_file(firm: Any, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(Refused, match="already there"):
        firm().produce(tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "mine"


def test_nothing_is_left_when_a_production_is_broken_off(firm: Any, tmp_path: Path, about: Callable[[], About]) -> None:
    archive = firm()

    def records() -> Iterator[ProducedRecord]:
        yield archive.records.record(0)
        raise KeyError

    with BundleWriter(tmp_path / "b.zip", about(), archive.records.note(), archive.records.prover()) as bundle:
        with pytest.raises(KeyError):
            bundle.write_records(records())
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_another_tree_is_not_taken(firm: Any, tmp_path: Path, about: Callable[[], About]) -> None:
    archive, other = firm(), firm(["other"])
    for text in (other.records.note(), archive.audit.note(), "nonsense"):
        with pytest.raises(Damaged, match="checkpoint for the bundle"):
            BundleWriter(tmp_path / "b.zip", about(), text, archive.records.prover())


def test_a_folder_that_is_not_there_is_said(firm: Any, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="no bundle was made"):
        firm().produce(tmp_path / "absent" / "b.zip")


def test_the_claim_names_manifest_counts_query_and_position(
    firm: Any, tmp_path: Path, about: Callable[[], About]
) -> None:
    archive = firm()
    with BundleWriter(tmp_path / "b.zip", about(), archive.records.note(), archive.records.prover()) as bundle:
        bundle.write_records([ProducedRecord(index=0, leaf=archive.records.leaves[0])])
        bundle.write_events([archive.event(0)])
        bundle.write_transcript([b""])
        claim = bundle.close_manifest([], NotSeen())
    members = claim.members()
    assert members["records"] == members["events"] == 1
    assert members["position"] == {"root": verifier.encode_base64(archive.records.frontier.root()), "size": 7}


# -- the file by itself -----------------------------------------------------------------------------------------------


@pytest.fixture
def stranger(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs a copy of the one file in a folder of its own, without site packages, environment or our code."""
    copy = tmp_path / "stranger" / "verifier.py"
    copy.parent.mkdir()
    copy.write_bytes(VERIFIER.read_bytes())

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-I", "-S", str(copy), *arguments]
        return subprocess.run(
            command, cwd=copy.parent, env={"PYTHONIOENCODING": "utf-8"}, capture_output=True, text=True, check=False
        )

    return run


def test_a_copy_of_the_one_file_verifies_by_itself(firm: Any, tmp_path: Path, stranger: Any) -> None:
    archive = firm()
    path, keys = str(archive.produce(tmp_path / "b.zip")), archive.vkeys
    done = stranger("verify-bundle", path, "--key", keys[0], f"--key={keys[1]}", "--since", archive.seal())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("VERIFIED")


def test_a_copy_of_the_one_file_refuses_by_itself(firm: Any, tmp_path: Path, stranger: Any) -> None:
    archive, other = firm(), firm(seed=b"other")
    path = str(archive.produce(tmp_path / "b.zip"))
    done = stranger("verify-bundle", path, "--key", other.vkeys[0], "--key", archive.vkeys[1], "--json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "refused"
    assert "none of the given keys" in answer["reason"]
    assert stranger("verify-bundle", path, "--key", other.vkeys[0], "--key", archive.vkeys[1]).stdout.endswith(
        "REFUSED: do not rely on this bundle.\n"
    )


def test_a_console_that_cannot_show_the_query_still_gets_the_verdict(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    path, keys = str(archive.produce(tmp_path / "b.zip")), archive.vkeys
    command = [sys.executable, str(VERIFIER), "verify-bundle", path, "--key", keys[0], "--key", keys[1]]
    done = subprocess.run(command, env={"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "\\u4fdd\\u672c" in done.stdout


def test_wrong_use_says_so(firm: Any, tmp_path: Path, stranger: Any) -> None:
    archive = firm()
    path, keys = str(archive.produce(tmp_path / "b.zip")), archive.vkeys
    for arguments in (
        [],
        ["verify"],
        ["verify-bundle"],
        ["verify-bundle", path],
        ["verify-bundle", path, "--key"],
        ["verify-bundle", path, "--key", "nonsense"],
        ["verify-bundle", path, path, "--key", keys[0]],
        ["verify-bundle", path, "--key", keys[0], "--since", "nonsense"],
        ["verify-bundle", path, "--key", keys[0], "--since", archive.seal(), "--since", archive.seal()],
        ["verify-bundle", path, "--key", keys[0], "--redecode"],
        ["verify-bundle", path, "--key", keys[0], "--unknown"],
        ["verify-bundle", str(tmp_path / "absent.zip"), "--key", keys[0]],
    ):
        done = stranger(*arguments)
        assert done.returncode == 2, arguments
        assert "usage: verifier.py verify-bundle" in done.stdout + done.stderr
    assert stranger("--help").returncode == 0


def test_the_one_file_is_written_for_python_3_9_and_its_library_alone() -> None:
    tree = ast.parse(VERIFIER.read_text(), feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_both_checks_of_signatures_give_the_same_report(firm: Any, tmp_path: Path) -> None:
    archive = firm()
    path = str(archive.produce(tmp_path / "b.zip"))
    assert verify_bundle(path, archive.vkeys) == verify_bundle(path, archive.vkeys, check=note.verify)
