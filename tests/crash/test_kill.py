"""SIGKILL at random moments of `muniment import` and of a process that fills intake: the same command again, and nothing is amiss.

What a process acknowledged is what it printed (and, for an import, its balance sheet at exit). The moments come from a seed.
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from muniment.desk.archive.actions import WORTH_A_PROCESS
from tests.archives import Place, check, drain, message, raws

LINES = 3000
SMALL, LARGE = 20, 400  # words of a message; with the larger one the projector is worth a process of its own
MUNIMENT = [sys.executable, "-m", "muniment.cli.main"]

WRITER = """
import os, sys
from pathlib import Path
from muniment.capture.archive import open_archive
from muniment.capture.leader import Leader
number, header = int(sys.argv[1]), b'{"assurance":"api_tls","by":"ndjson","part":"message","v":1}\\n'
with open_archive(Path(os.environ["MUNIMENT_HOME"]), Path(os.environ["MUNIMENT_KEYS"])) as archive:
    while True:
        for _ in range(5):
            archive.intake.accept([archive.sealer.seal(header + b"item %d" % number, log="records", type="rec", source="b0")])
            os.write(1, b"%d\\n" % number)
            number += 1
        with Leader(archive) as leader:
            leader.drain()
"""


def rebuilt(records: list[bytes], manifest: bytes) -> bytes:
    """The imported file, from its manifest record and the records that it names."""
    content = b""
    for member, offset, leaf, count in json.loads(manifest)["runs"]:
        assert member is None and offset == len(content)
        content += b"".join(records[leaf : leaf + count])
    return content


def kill_imports(place: Place, folder: Path, words: int, kills: int, seed: int) -> dict[str, int]:
    """Import until `kills` runs were killed and one was left alone; returns what was counted."""
    chance, killed, finished = random.Random(seed), 0, 0
    lines = [message(number, "no such " * chance.randrange(words) + "word") for number in range(LINES)]
    lines[LINES // 2] = b"not a message\n"
    file = folder / "feed.ndjson"
    file.write_bytes(b"".join(lines))
    assert (file.stat().st_size >= WORTH_A_PROCESS) == (words == LARGE)
    command = [*MUNIMENT, "import", "ndjson", str(file), "--account", "phone", "--json"]
    spare = place.copy(folder / "spare")
    began = time.monotonic()
    subprocess.run(command, env=spare.environment, check=True, capture_output=True)
    length = (
        time.monotonic() - began
    )  # only to spread the kills over a run; whatever it is, the outcome must be the same
    while killed < kills:
        with subprocess.Popen(
            command, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            try:
                process.wait(timeout=length * chance.uniform(0.2, 1))
                finished += 1
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
    done = subprocess.run(command, env=place.environment, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    sheet = json.loads(done.stdout)
    assert sheet["balanced"]
    assert sheet["bytes"]["seen"] == file.stat().st_size
    assert sheet["messages"]["seen"] == LINES
    found = raws(check(place)["records"])
    assert found[:LINES] == lines, "every line once, in the file's order"
    assert len(found) == LINES + 1
    assert rebuilt(found, found[LINES]) == file.read_bytes()
    count = subprocess.run(
        [*MUNIMENT, "search", "word", "--count"], env=place.environment, check=True, capture_output=True
    )
    assert int(count.stdout) == LINES - 1
    return {"seed": seed, "killed": killed, "finished": finished, "records": len(found)}


def kill_writers(place: Place, kills: int, seed: int) -> dict[str, int]:
    """Kill a process that fills intake and drains it, again and again."""
    chance, acknowledged = random.Random(seed), 0
    for _ in range(kills):
        code = [sys.executable, "-c", WRITER, str(acknowledged)]
        with subprocess.Popen(code, env=place.environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            taken = chance.randrange(1, 40)
            for _ in range(taken):
                assert process.stdout.readline()
            time.sleep(chance.uniform(0, 0.01))
            process.kill()
            printed = acknowledged + process.stdout.read().count(b"\n") + taken
        with place.open() as archive:
            drain(archive)
            size = archive.records.log.checkpoint().size
            found = raws(list(archive.records.opened(0, size, size)))
        # An item may be kept, and its process killed before it said so: the next one goes on behind it.
        assert printed <= len(found) <= printed + 1
        acknowledged = len(found)
        assert found == [b"item %d" % number for number in range(acknowledged)]
    check(place)
    return {"seed": seed, "killed": kills, "records": acknowledged}


def test_an_import_killed_at_random_moments_ends_as_if_it_never_was(place: Place, fast_path: Path) -> None:
    print(kill_imports(place, fast_path, SMALL, kills=3, seed=1))


def test_an_import_killed_beside_its_projector_ends_as_if_it_never_was(place: Place, fast_path: Path) -> None:
    print(kill_imports(place, fast_path, LARGE, kills=2, seed=3))


def test_a_writer_of_intake_killed_at_random_moments_loses_nothing_it_acknowledged(place: Place) -> None:
    print(kill_writers(place, kills=6, seed=2))


@pytest.mark.deep
@pytest.mark.parametrize("words", [SMALL, LARGE])
@pytest.mark.parametrize("seed", range(10))
def test_many_imports_killed(place: Place, fast_path: Path, words: int, seed: int) -> None:
    print(kill_imports(place, fast_path, words, kills=15, seed=seed))


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(10))
def test_many_writers_killed(place: Place, seed: int) -> None:
    print(kill_writers(place, kills=30, seed=seed))
