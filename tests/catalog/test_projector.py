"""The projector: the same catalog whatever the batches, whoever was killed between them, and whoever else still projects."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.capture.archive import Archive
from muniment.capture.connector import ImportOptions
from muniment.capture.leader import Leader
from muniment.catalog import projector
from muniment.catalog.database import open_catalog
from muniment.catalog.projector import Projector
from muniment.catalog.rebuild import build, logical_hash
from muniment.cli.main import main
from muniment.desk.archive import actions
from muniment.desk.catalog.schema import make_catalog
from muniment.desk.desk import open_desk
from muniment.record.errors import Damaged, StorageFailed
from muniment.vault.database import beside, drop
from tests.archives import Place, accept, bring_in, drain, message, messages
from tests.faults import Call, FaultyDisk, How


@pytest.fixture
def filled(place: Place, fast_path: Path) -> Place:
    """An archive whose records came from intake, from files, twice, with divergences and rejected lines; some not projected."""
    with place.open() as archive:
        for number in range(5):
            accept(archive, number)
        drain(archive)
        first = fast_path / "first.ndjson"
        first.write_bytes(
            b"".join(
                [
                    *map(message, range(20)),
                    b"rejected\n",
                    message(3, "other words"),
                    message(4, edits="m3"),
                    message(5, reply_to="m1"),
                ]
            )
        )
        bring_in(archive, first)
        bring_in(archive, messages(fast_path / "second.ndjson", range(15, 40)))
        for number in range(50, 60):
            accept(archive, number)
        drain(archive)
    return place


def projected(archive: Archive) -> str:
    with closing(open_catalog(archive.home.catalog)) as catalog:
        Projector(archive, catalog).catch_up()
        return logical_hash(catalog)


def rebuilt(archive: Archive, name: str) -> str:
    return build(archive, beside(archive.home.catalog, name), make_catalog)


def test_a_rebuild_gives_the_same_catalog(filled: Place, fast_path: Path) -> None:
    with filled.open() as archive:
        assert projected(archive) == rebuilt(archive, "again")


@settings(max_examples=8)
@given(st.integers(1, 40))
def test_whatever_the_size_of_a_batch(pristine: Place, fast_folders: Callable[[], Path], size: int) -> None:
    folder = fast_folders()
    place = pristine.copy(folder)
    with pytest.MonkeyPatch.context() as patch, place.open() as archive:
        bring_in(archive, messages(folder / "a", [*range(20), *range(10)]))
        whole = projected(archive)
        patch.setattr(projector, "LEAST", size)
        patch.setattr(projector, "MOST", size)
        make_catalog(place.scratch("small"))
        with closing(open_catalog(place.scratch("small"))) as catalog:
            one = Projector(archive, catalog)
            one._batch = size
            one.catch_up()
            assert logical_hash(catalog) == whole


class Nth:
    """Picks the commit of the catalog that comes after `left` others."""

    def __init__(self, left: int) -> None:
        self._left = left

    def __call__(self, _: int, call: Call) -> bool:
        if call.path.name == "catalog":
            self._left -= 1
        return self._left < 0


@pytest.mark.parametrize("how", [How.FAILED, How.PERSISTED])
def test_a_commit_that_fails_is_repeated_whole_or_not_at_all(filled: Place, fast_path: Path, how: How) -> None:
    with filled.open() as archive:
        expected = rebuilt(archive, "whole")
    for number in range(3):
        path = filled.scratch(f"n{number}")
        make_catalog(path)
        disk = FaultyDisk(Nth(number), how)
        with filled.open(disk) as archive, closing(open_catalog(path)) as catalog:
            one = Projector(archive, catalog)
            one._batch = 16
            with pytest.raises(StorageFailed):
                one.catch_up()
        with filled.open() as archive, closing(open_catalog(path)) as catalog:
            Projector(archive, catalog).catch_up()
            assert logical_hash(catalog) == expected


def test_two_projectors_at_once_write_everything_once(filled: Place, fast_path: Path) -> None:
    path = filled.scratch("shared")
    make_catalog(path)
    with (
        filled.open() as archive,
        filled.open() as other,
        closing(open_catalog(path)) as one,
        closing(open_catalog(path)) as two,
    ):
        first, second = Projector(archive, one), Projector(other, two)
        first._batch = second._batch = 7
        sealed = archive.records.log.checkpoint().size
        first.catch_up()
        late = Projector(other, two)
        at = 0
        # Whoever comes late with a batch that is there already leaves it, wherever it stands.
        while at < sealed:
            late._records(at, min(sealed, at + 7), sealed)
            at += 7
        second.catch_up()
        assert logical_hash(one) == logical_hash(two) == rebuilt(archive, "whole")


def test_a_projector_killed_between_batches_goes_on(filled: Place, fast_path: Path) -> None:
    code = (
        "import os\nfrom pathlib import Path\nfrom contextlib import closing\n"
        "from muniment.capture.archive import open_archive\nfrom muniment.catalog.database import open_catalog\nfrom muniment.catalog.projector import Projector\n"
        "from muniment.vault.database import beside\n"
        "home = Path(os.environ['MUNIMENT_HOME'])\n"
        "with open_archive(home, Path(os.environ['MUNIMENT_KEYS'])) as archive, closing(open_catalog(beside(archive.home.catalog, 'killed'))) as catalog:\n"
        "    one = Projector(archive, catalog)\n    one._catch_up_audit()\n"
        "    sealed = archive.records.log.checkpoint().size\n"
        "    for at in range(0, sealed, 10):\n"
        "        one._records(at, min(sealed, at + 10), sealed)\n        print(at, flush=True)\n"
    )
    path = filled.scratch("killed")
    make_catalog(path)
    with subprocess.Popen([sys.executable, "-c", code], env=filled.environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    with filled.open() as archive, closing(open_catalog(path)) as catalog:
        Projector(archive, catalog).catch_up()
        assert logical_hash(catalog) == rebuilt(archive, "whole")


def test_the_follower_projects_until_its_input_ends(filled: Place, fast_path: Path) -> None:
    command = [sys.executable, "-m", "muniment.catalog.follow"]
    with subprocess.Popen(command, env=filled.environment, stdin=subprocess.PIPE) as process:
        with filled.open() as archive:
            for number in range(100, 130):
                accept(archive, number)
                drain(archive)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0
    with filled.open() as archive, closing(open_catalog(archive.home.catalog)) as catalog:
        assert Projector(archive, catalog).position("records") == archive.records.log.checkpoint().size
        assert logical_hash(catalog) == rebuilt(archive, "whole")


def test_the_follower_says_in_one_line_what_stops_it(place: Place) -> None:
    drop(place.location("catalog"))
    done = subprocess.run(
        [sys.executable, "-m", "muniment.catalog.follow"],
        env=place.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("muniment: the catalog")


def test_events_are_listed_with_their_leaf_and_in_its_order_where_time_decides_nothing(
    place: Place, fast_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [message(number, sent_at="2026-03-01T09:00:00Z") for number in range(30)]
    (fast_path / "a").write_bytes(b"".join(lines))
    with place.open() as archive:
        bring_in(archive, fast_path / "a")
    for name in ("MUNIMENT_HOME", "MUNIMENT_KEYS"):
        monkeypatch.setenv(name, place.environment[name])
    capsys.readouterr()
    assert main(["events", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(event["record"], event["id"]) for event in events] == [(leaf, f"{leaf}-0") for leaf in range(30)]


def test_an_importer_does_not_wait_for_a_projector_that_died(
    place: Place, fast_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr("muniment.capture.importer.AHEAD", 4)
    monkeypatch.setattr("muniment.capture.importer.BATCH_PARTS", 4)
    popen = subprocess.Popen

    def killed(*arguments: object, **named: object) -> "subprocess.Popen[bytes]":
        child = popen(*arguments, **named)  # type: ignore[call-overload]
        os.kill(child.pid, signal.SIGKILL)
        return child  # type: ignore[no-any-return]

    file = messages(fast_path / "a", range(40))
    with open_desk(place.home, place.keys) as desk:
        monkeypatch.setattr(subprocess, "Popen", killed)
        with pytest.raises(Damaged, match="the projector stopped with exit code -9"):
            actions.bring_in(desk, file, "ndjson", "phone", ImportOptions())
        monkeypatch.setattr(subprocess, "Popen", popen)
        sheet = actions.bring_in(desk, file, "ndjson", "phone", ImportOptions())
    assert (sheet.balanced, sheet.counts["messages"].stored) == (True, 40)
    with place.open() as archive, Leader(archive):
        pass
