"""SIGKILL at a random moment of `muniment import`, of every kind of export: the same command again, and it is as if it never was."""

import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment.desk.archive import actions
from muniment.desk.desk import Desk, open_desk
from tests.archives import Place, check
from tests.capture.export_files import EXPORTS
from tests.capture.whole import recreated

DAY = datetime.now(UTC).toordinal()
SOME = [sorted(EXPORTS)[number % len(EXPORTS)] for number in (2 * DAY, 2 * DAY + 1)]
"""Those whose turn it is today: within a week each has been, and in `deep` all are."""


def events(desk: Desk) -> list[tuple[str, str]]:
    """Kind and words of every event, ids and record numbers aside."""
    rows = desk.catalog.execute("SELECT kind, body FROM event")
    return sorted((kind, json.dumps(json.loads(body), sort_keys=True)) for kind, body in rows)


def kill_import(connector: str, place: Place, folder: Path, kills: int, seed: int) -> None:
    """Import, be killed so often, import to the end, and be what a clean import is."""
    export, chance, killed = EXPORTS[connector], random.Random(seed), 0
    (folder / "file").mkdir()
    file = folder / "file" / export.name
    file.write_bytes(export.content)
    spare = place.copy(folder / "spare")
    with open_desk(spare.home, spare.keys, "alice") as desk:
        actions.bring_in(desk, file, connector, "phone", export.options)
        wanted = events(desk)
    assert len(wanted) >= export.messages

    zone = () if export.zone is None else ("--timezone", export.zone)
    command = [sys.executable, "-m", "muniment.cli.main", "import", connector, str(file), "--account", "phone", "--json", *zone]  # fmt: skip
    for _ in range(kills):
        with subprocess.Popen(command, env=place.environment, stdout=subprocess.PIPE) as process:
            # From the moment on in which there is something to lose, its copy of the file.
            while process.poll() is None and not any(each.is_file() for each in (place.home / "spool").iterdir()):
                time.sleep(0.002)
            try:
                process.wait(chance.uniform(0, 0.2))
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
    done = subprocess.run(command, env=place.environment, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    sheet = json.loads(done.stdout)
    assert sheet["balanced"]
    counted = sheet["messages"]
    assert counted["seen"] == counted["stored"] + counted["duplicate"] == export.messages
    with open_desk(place.home, place.keys, "alice") as desk:
        assert events(desk) == wanted
        ((manifest,),) = desk.catalog.execute("SELECT leaf FROM record WHERE part = 'manifest'").fetchall()
        assert recreated(desk, manifest) == export.content
    check(place)
    print({"connector": connector, "seed": seed, "killed": killed, "finished": kills - killed})


@pytest.mark.parametrize("connector", SOME)
def test_an_export_killed_while_it_comes_in_is_in_once(connector: str, place: Place, fast_path: Path) -> None:
    kill_import(connector, place, fast_path, kills=1, seed=DAY)


@pytest.mark.deep
@pytest.mark.parametrize("connector", EXPORTS)
def test_every_export_killed_many_times(connector: str, place: Place, fast_path: Path) -> None:
    kill_import(connector, place, fast_path, kills=15, seed=7)
