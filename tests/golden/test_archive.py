"""The golden archives: whatever format an archive was written in, this release opens, verifies, searches and rebuilds it."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import zstandard

from muniment.catalog.rebuild import logical_hash
from muniment.cli.main import main
from muniment.desk.archive import access, actions
from muniment.desk.desk import open_desk
from muniment.proof import seal as sealing
from tests.archives import Place, accept, check, database, drain

pytestmark = pytest.mark.sqlite  # what older releases wrote into files
GOLDEN = sorted(Path(__file__).parent.glob("archive-v*"))


@pytest.fixture(params=GOLDEN, ids=[path.name for path in GOLDEN])
def golden(
    request: pytest.FixtureRequest, fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Place, dict[str, Any]]:
    """A copy of a golden archive, with the modes that version control does not keep, and what is expected of it."""
    shutil.copytree(request.param, fast_path / "golden")
    place = Place(fast_path / "golden" / "home", fast_path / "golden" / "keys")
    packed = place.home / "catalog.sqlite3.zst"
    (place.home / "catalog.sqlite3").write_bytes(zstandard.decompress(packed.read_bytes()))
    packed.unlink()
    (place.home / "spool").mkdir(exist_ok=True)  # version control keeps no empty folder
    for path in place.keys.iterdir():
        path.chmod(0o600)
    for name in ("MUNIMENT_HOME", "MUNIMENT_KEYS"):
        monkeypatch.setenv(name, place.environment[name])
    return place, json.loads((fast_path / "golden" / "expected.json").read_text("utf-8"))


def test_its_logs_are_what_they_were_and_every_record_opens(golden: tuple[Place, dict[str, Any]]) -> None:
    place, expected = golden
    with place.open() as archive:
        for name, log in expected["logs"].items():
            assert archive.signers[name].vkey == log["vkey"]
            sealed = archive.reader(name).log.checkpoint()
            assert (sealed.size, sealed.root.hex()) == (log["size"], log["root"])
        seal = sealing.open(expected["seal"], [archive.signers["records"].vkey])
    assert seal is not None
    records = check(place, settled=False)
    for name, log in expected["logs"].items():
        assert [hashlib.sha256(record.payload or b"").hexdigest() for record in records[name]] == log["payloads"]


def test_after_a_rebuild_it_verifies_against_the_seal_that_was_given_then(
    golden: tuple[Place, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    place, expected = golden
    # The catalog is derived, and a newer decoder reads more in the same records: it is made again after an upgrade.
    actions.rebuild(place.home, place.keys, "system:test")
    assert main(["verify", "--since", expected["seal"]]) == 0, capsys.readouterr().out


def test_it_is_searched_and_after_a_rebuild_answers_the_same(golden: tuple[Place, dict[str, Any]]) -> None:
    place, expected = golden
    for _ in range(2):
        with open_desk(place.home, place.keys, "system:test") as desk:
            assert {
                query: [event.id for event in access.events(desk, query)] for query in expected["answers"]
            } == expected["answers"]
        actions.rebuild(place.home, place.keys, "system:test")


def test_it_goes_on_and_stays_whole(golden: tuple[Place, dict[str, Any]]) -> None:
    place, expected = golden
    with place.open() as archive:
        accept(archive, 1)
        drain(archive)
    assert len(check(place)["records"]) == expected["logs"]["records"]["size"] + 1
    actions.rebuild(place.home, place.keys, "system:test")
    with database(place, "catalog") as catalog:
        assert logical_hash(catalog)
        assert catalog.execute("SELECT count(*) FROM record").fetchone() == (expected["logs"]["records"]["size"] + 1,)
