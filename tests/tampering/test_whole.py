"""`muniment verify` as a whole: an honest archive gives no finding, and each part of the check is part of it."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from muniment.capture.connector import ImportOptions
from muniment.capture.leader import Leader
from muniment.cli.main import main
from muniment.desk.archive import actions, disposal
from muniment.desk.archive.verification import verify_archive
from muniment.desk.desk import open_desk
from muniment.journal.check import Finding
from muniment.record.errors import Busy, Damaged, MunimentError, NotFound, WrongKey
from muniment.vault.database import drop
from tests.archives import stranger
from tests.postgres import on_postgres
from tests.tampering.conftest import Copy, files, line, make_archive


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("intake.sqlite3") and not path.name.endswith(("-wal", "-shm"))
    }


def test_an_untouched_archive_gives_no_finding_and_is_not_changed(archive: Copy) -> None:
    before, keys_before = snapshot(archive.path), snapshot(archive.home.keys)
    found: list[Finding] = []
    verdict = verify_archive(archive.path, archive.home.keys, found.append, actor="auditor", since=archive.seal)
    assert found == []
    assert verdict.sound
    assert verdict.compared
    assert verdict.unrecorded is None
    assert verdict.counts.leaves == verdict.counts.opened == verdict.counts.envelopes > 30
    assert snapshot(archive.path) == before
    assert snapshot(archive.home.keys) == keys_before


def test_that_the_check_ran_is_in_the_audit_log_afterwards(archive: Copy) -> None:
    assert archive.whole_findings() == []
    with open_desk(archive.path, archive.home.keys, "alice") as desk:
        actions.settle(desk)
        act, actor, body = desk.catalog.execute(
            "SELECT act, actor, body FROM audit_entry ORDER BY leaf DESC LIMIT 1"
        ).fetchone()
    assert (act, actor, json.loads(body)["detail"]) == ("verify", "auditor", {"result": "sound"})
    assert archive.whole_findings() == []


def test_it_stays_sound_through_a_rebuild_and_a_second_import_of_the_same_file(archive: Copy, tmp_path: Path) -> None:
    actions.rebuild(archive.path, archive.home.keys)
    assert archive.whole_findings() == []
    file = tmp_path / "again.ndjson"
    file.write_text(line(1, "c1", "p1", "other words under a known id") + line(70, "c1", "p1", "new"), "utf-8")
    for _ in range(2):
        with open_desk(archive.path, archive.home.keys, "alice") as desk:
            actions.bring_in(desk, file, "ndjson", "phone", ImportOptions())
        assert archive.whole_findings() == []


def test_a_disposal_is_no_fault_and_is_counted(archive: Copy) -> None:
    with open_desk(archive.path, archive.home.keys, "alice") as desk:
        disposal.destroy(desk, [3, 7], "seven years")
    found: list[Finding] = []
    verdict = verify_archive(archive.path, archive.home.keys, found.append)
    assert found == []
    assert verdict.counts.disposed == 2


def test_a_key_that_came_back_after_a_disposal_is_named(archive: Copy) -> None:
    with stranger(archive.home.key_table) as database:
        row = database.execute("SELECT leaf, key_group, wrapped FROM records_key WHERE leaf = 3").fetchone()
    with open_desk(archive.path, archive.home.keys, "alice") as desk:
        disposal.destroy(desk, [3], "seven years")
    with stranger(archive.home.key_table) as database:
        database.execute("INSERT INTO records_key VALUES (?, ?, ?)", row)
    assert [(f.file, f.leaf, f.mild) for f in archive.whole_findings()] == [(archive.file("keys"), 3, False)]


def interrupt_an_import(home: Path, keys: Path, file: Path) -> bool:
    """Kill an import when it has sealed its first batch of messages; False when it was done before that."""
    command = [sys.executable, "-m", "muniment.cli.main", "import", "ndjson", str(file), "--account", "phone"]
    environment = {**os.environ, "MUNIMENT_HOME": str(home), "MUNIMENT_KEYS": str(keys)}
    history = home / "log" / "records" / "checkpoints.log"
    lines = history.read_bytes().count(b"\n")
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as child:
        while child.poll() is None and history.read_bytes().count(b"\n") == lines:
            time.sleep(0.002)
        child.kill()
        return child.wait() != 0


def test_what_an_interrupted_import_leaves_is_mild_and_the_next_command_removes_it(tmp_path: Path) -> None:
    home, keys, _ = make_archive(tmp_path)
    file = tmp_path / "long.ndjson"
    for first in range(1_000, 100_000, 9_000):  # on a busy machine the import may be done before anybody looks
        file.write_text(
            "".join(line(n, f"c{n % 5}", "p1", f"message {n}") for n in range(first, first + 9_000)), "utf-8"
        )
        if interrupt_an_import(home, keys, file):
            break
    else:
        pytest.fail("no import was interrupted")
    found: list[Finding] = []
    verdict = verify_archive(home, keys, found.append)
    assert [str(finding) for finding in found if not finding.mild] == []
    assert not verdict.faults
    with open_desk(home, keys, "alice") as desk:
        actions.bring_in(desk, file, "ndjson", "phone", ImportOptions())
    found.clear()
    verify_archive(home, keys, found.append)
    assert [str(finding) for finding in found] == []


FTS5 = [
    ("catalog", "DELETE FROM search_y2026_data WHERE id > 10", "catalog"),
    ("catalog", "INSERT INTO search_y2026 (rowid, body) VALUES (948824334967767040, 'planted')", "catalog"),
]
TSVECTOR = [
    ("catalog", "DELETE FROM search_short_y2026 WHERE id = (SELECT max(id) FROM search_short_y2026)", "catalog"),
    ("catalog", "INSERT INTO search_short_y2026 VALUES (948824334967767040, '''planted''')", "catalog"),
    ("catalog", "UPDATE search_short_y2026 SET ts = ts_delete(ts, 'buy')", "catalog"),
    ("catalog", "DROP INDEX search_short_y2026_ts", "catalog"),
    ("catalog", "CREATE INDEX more ON event (kind)", "catalog"),
    (
        "catalog",
        "ALTER TABLE event DISABLE TRIGGER ALL; CREATE RULE more AS ON DELETE TO event DO INSTEAD NOTHING",
        "catalog",
    ),
    (
        "catalog",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'search_short_y2026_ts'::regclass",
        "catalog",
    ),
    ("catalog", "ALTER TABLE event ENABLE ROW LEVEL SECURITY", "catalog"),
    ("catalog", "COMMENT ON SCHEMA catalog IS NULL", "catalog"),
    ("intake", "ALTER TABLE item DROP CONSTRAINT item_id_key", "intake"),
    ("intake", "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "intake"),
    ("keys", "CREATE VIEW more AS SELECT 1 AS one", "keys"),
]


@pytest.mark.parametrize(
    "name, statement, file",
    [
        ("catalog", "UPDATE event SET body = replace(body, 'buy', 'sell')", "catalog"),
        *(pytest.param(*row, marks=pytest.mark.sqlite) for row in FTS5),
        *(TSVECTOR if on_postgres() else ()),
        ("catalog", "UPDATE cursor SET position = position - 1", "catalog"),
        ("catalog", "DROP TABLE link", "catalog"),
        ("catalog", "DELETE FROM record WHERE leaf = 2", "catalog"),
        ("catalog", "UPDATE search_name SET native = 'x' WHERE id = 5", "catalog"),
        ("intake", "UPDATE log_state SET size = size + 1", "log/records/checkpoint"),
        ("intake", "UPDATE log_state SET size = size - 1", "intake"),
        ("intake", "UPDATE log_state SET root = source_state.last FROM source_state", "intake"),
        ("intake", "UPDATE source_state SET next = next + 1", "intake"),
        ("intake", "DELETE FROM source_state", "intake"),
        ("intake", "CREATE TABLE more (x integer)", "intake"),
    ],
)
def test_a_changed_database_is_named(archive: Copy, name: str, statement: str, file: str) -> None:
    home = archive.home
    archive.sql({"intake": home.intake, "keys": home.key_table, "catalog": home.catalog}[name], statement)
    assert (file if "/" in file else archive.file(file)) in files(archive.whole_findings())


@pytest.mark.parametrize("name", ["intake", "keys", "catalog"])
def test_a_database_that_is_gone_is_named_and_the_rest_is_checked(archive: Copy, name: str) -> None:
    home = archive.home
    drop({"intake": home.intake, "keys": home.key_table, "catalog": home.catalog}[name])
    assert files(archive.whole_findings()) == {archive.file(name)}


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["intake.sqlite3", "keys/keys.sqlite3", "catalog.sqlite3"])
@pytest.mark.parametrize("keep", [None, 0, 1, 50, 99, 101])
def test_a_database_that_is_gone_cut_or_none_is_named_and_the_rest_is_checked(
    archive: Copy, name: str, keep: int | None
) -> None:
    path = archive.home.keys / "keys.sqlite3" if name.startswith("keys/") else archive.path / name
    data = path.read_bytes()
    path.unlink()
    if keep == 1:
        path.write_bytes(b"no database at all" * 100)
    elif keep is not None:
        path.write_bytes((data + bytes(len(data)))[: len(data) * keep // 100])
    assert files(archive.whole_findings()) == {name}


def test_a_waiting_item_that_was_changed_is_named(archive: Copy) -> None:
    assert archive.whole_findings() == []  # leaves an item of its own
    archive.sql(archive.home.intake, "UPDATE item SET received_at = received_at + 3000000000")
    assert files(archive.whole_findings()) == {archive.file("intake")}


def test_the_whole_check_makes_the_check_of_what_is_sealed(archive: Copy) -> None:
    for path in archive.sealed_files():
        data = path.read_bytes()
        path.write_bytes(data[:-2] + bytes([data[-2] ^ 4]) + data[-1:])
        assert archive.name(path) in files(archive.whole_findings())
        path.write_bytes(data)
    assert archive.whole_findings() == []


def test_nothing_moves_beneath_it(archive: Copy) -> None:
    with open_desk(archive.path, archive.home.keys, "alice") as desk, Leader(desk.archive), pytest.raises(Busy):
        archive.whole_findings()


@pytest.mark.parametrize("file", ["kek", "records.key"])
def test_a_missing_or_foreign_key_is_an_error_and_no_finding(archive: Copy, tmp_path: Path, file: str) -> None:
    other = tmp_path / "other"
    actions.create(other / "home", other / "keys", "example.com/broker", "bob")
    kept = (archive.home.keys / file).read_bytes()
    shutil.copyfile(other / "keys" / file, archive.home.keys / file)
    with pytest.raises(WrongKey):
        archive.whole_findings()
    (archive.home.keys / file).unlink()
    with pytest.raises(NotFound):
        archive.whole_findings()
    (archive.home.keys / file).write_bytes(kept)
    (archive.home.keys / file).chmod(0o600)
    assert archive.whole_findings() == []


def test_a_seal_that_does_not_check_is_an_error(archive: Copy) -> None:
    # The last byte of a signature is small: one in sixteen is zero already.
    end = "AQ==" if archive.seal.endswith("AA==") else "AA=="
    for seal in (archive.seal[:-4] + end, archive.seal.replace("records:", "records:1"), "nonsense"):
        with pytest.raises(Damaged):
            archive.whole_findings(since=seal)


def test_every_byte_of_archive_json_is_guarded(archive: Copy) -> None:
    path = archive.path / "archive.json"
    data = path.read_bytes()
    for byte in range(len(data)):
        path.write_bytes(data[:byte] + bytes([data[byte] ^ 1]) + data[byte + 1 :])
        try:
            assert files(archive.whole_findings()) == {"archive.json"}
        except MunimentError:
            pass  # another origin than the keys', or a newer format: an error that says so
    path.write_bytes(data)


def test_the_command_names_file_record_and_bytes_and_ends_in_a_verdict(
    archive: Copy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MUNIMENT_HOME", str(archive.path))
    monkeypatch.setenv("MUNIMENT_KEYS", str(archive.home.keys))
    assert main(["verify", "--json", "--since", archive.seal]) == 0
    (only,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (only["verdict"], only["faults"], only["since"]) == ("intact", 0, True)
    segment = archive.path / "seg" / "records" / "0000000000000000.seg"
    data = segment.read_bytes()
    segment.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:])
    assert main(["verify", "--json"]) == 1
    finding, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert finding["file"] == "seg/records/0000000000000000.seg"
    assert finding["record"] == 0
    assert finding["at"][0] <= 200 < sum(finding["at"])
    assert (summary["verdict"], summary["faults"], summary["catalog_compared"]) == ("damaged", 1, False)
    assert main(["verify"]) == 1
    assert "seg/records/0000000000000000.seg · record 0 · bytes" in capsys.readouterr().out
