"""The C double, built from its source with the system's compiler; scenarios for it; pullers and their children."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muniment.capture.wecom.host import Config, Host
from muniment.capture.wecom.keys import KeyPair, Keys, new_pair
from muniment.capture.wecom.pace import Pace
from muniment.capture.wecom.pull import Puller
from tests.capture.wecom.archive import CORP, Scenario
from tests.capture.wecom.sink import SqliteSink

SOURCE = Path(__file__).with_name("double.c")


class Clock:
    """Time that a test turns forward, µs UTC."""

    def __init__(self) -> None:
        self.at = 1_790_000_000_000_000

    def __call__(self) -> int:
        return self.at


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The double and its SHA-256."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, "expected a C compiler (cc); install gcc and libc6-dev: the vendor's library is stood in for by C"
    path = tmp_path_factory.mktemp("double") / "double.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", path, SOURCE], check=True)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def pairs() -> dict[int, KeyPair]:
    """The firm's keys: versions 1, 2 and 3."""
    return {version: new_pair() for version in (1, 2, 3)}


@pytest.fixture
def scenario(tmp_path: Path, library: tuple[Path, str], pairs: dict[int, KeyPair]) -> Scenario:
    """An archive with nothing in it."""
    folder = tmp_path / "scenario"
    (folder / "media").mkdir(parents=True)
    (folder / "chatdata").touch()
    return Scenario(folder, *library, pairs)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sink(tmp_path: Path) -> SqliteSink:
    return SqliteSink(tmp_path / "sink.sqlite")


@pytest.fixture
def config(scenario: Scenario) -> Config:
    return Config(
        corpid=CORP,
        secret=str(scenario.folder),
        library=scenario.library,
        sha256=scenario.sha256,
        timeout=5,
        grace=15.0,
    )


@pytest.fixture
def host(config: Config) -> Iterator[Host]:
    """A child that is started by its first call."""
    made = Host(config)
    yield made
    made.close()


Pull = Callable[..., Puller]


@pytest.fixture
def pull(host: Host, scenario: Scenario, sink: SqliteSink, clock: Clock) -> Pull:
    """`pull(versions=(1,), limit=)`: a puller that goes on where the sink stands."""

    def make(versions: tuple[int, ...] = (1,), limit: int = 1000, calls: int = 600) -> Puller:
        keys = Keys({version: scenario.keys[version].private for version in versions})
        return Puller(
            host, CORP, keys, sink, cursor=sink.cursor, limit=limit, clock=clock, chance=lambda: 1.0, pace=Pace(calls)
        )

    return make


def drain(puller: Puller, clock: Clock, rounds: int = 50) -> list[str]:
    """Look until there is nothing more; the states."""
    states: list[str] = []
    for _ in range(rounds):
        outcome = puller.once()
        states.append(outcome.state)
        clock.at = max(clock.at, outcome.next_at)
        if outcome.state == "ok" and not outcome.more:
            return states
    raise AssertionError(states)


def unpacked(ids: list[str]) -> list[str]:
    return [f"{CORP}/{each}" for each in ids]
