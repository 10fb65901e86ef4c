"""`muniment serve`, `web` and `worker` as processes: they start, answer, do their work, end together, and say what is wrong."""

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from muniment.catalog.database import VERSION
from muniment.desk.archive import actions
from muniment.desk.schema import make_desk
from tests.archives import ORIGIN, Place, accept, database
from tests.firms import home_of, let_go

WAIT_SECONDS = 60
"""After this a test gives up waiting; nothing is measured against it."""


@pytest.fixture
def new(fast_path: Path) -> Place:
    """An archive that was never served: whoever serves it first makes the desk's tables."""
    actions.create(fast_path / "home", fast_path / "keys", ORIGIN, "system:test")
    return Place(fast_path / "home", fast_path / "keys")


@pytest.fixture(scope="module")
def pristine(pristine: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An archive that was served before: `place` is a copy of it, and starts at once."""
    served = pristine.copy(tmp_path_factory.mktemp("served"))
    make_desk(home_of(served))
    let_go()
    return served


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "muniment.cli.main", *words]


def run(place: Place, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**place.environment, **more}
    return subprocess.run(command(*words), env=environment, capture_output=True, text=True, check=False, timeout=120)


@contextmanager
def serving(place: Place, *words: str, name: str = "serve") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`muniment serve`, or `web`, on a free port: the address that it prints, and its process."""
    process = subprocess.Popen(
        command(name, "--port", "0", "--json", *words), env=place.environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"], process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def answers(url: str, context: ssl.SSLContext | None = None) -> bool:
    try:
        urllib.request.urlopen(url, timeout=10, context=context).close()  # our own address
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False
    return True


def children(process: subprocess.Popen[str], word: str) -> list[int]:
    """The processes under `process` whose command line has `word`."""
    rows = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    parts = [row.split(maxsplit=2) for row in rows.splitlines()]
    return [int(pid) for pid, parent, line in parts if int(parent) == process.pid and f" {word} --part" in line]


def events(place: Place) -> int:
    with database(place, "catalog") as catalog:  # a transaction of its own, which sees what was projected by now
        return int(catalog.execute("SELECT count(*) FROM event").fetchone()[0])


def test_without_another_name_it_prints_one_that_passkeys_take_and_answers_to_the_number_too(place: Place) -> None:
    with serving(place) as (url, _):
        assert url.startswith("http://localhost:")
        assert answers(url)
        port = int(url.rpartition(":")[2])
        for name in ("localhost", "127.0.0.1"):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", "/sign-in/", headers={"Host": f"{name}:{port}"})
            assert asked.getresponse().status == 200
            asked.close()


def test_web_by_itself_says_its_address_once_whoever_connects_is_waited_for(place: Place) -> None:
    with serving(place, name="web") as (url, process):
        assert answers(url)  # at once: nobody waits here until it listens
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0


def test_it_serves_seals_and_ends_when_asked(new: Place) -> None:
    with new.open() as archive, serving(new) as (url, process):
        assert answers(url)
        accept(archive, 1)
        until(lambda: archive.intake.backlog()[0] == 0)
        assert archive.records.log.checkpoint().size > 0
        until(lambda: events(new) == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0
        assert not answers(url)


@pytest.mark.parametrize("part", ["web", "worker"])
def test_when_one_part_dies_everything_ends_and_says_so(place: Place, part: str) -> None:
    with serving(place) as (url, process):
        until(lambda: bool(children(process, part)))  # the address is said before its parts have begun
        (child,) = children(process, part)
        os.kill(child, signal.SIGKILL)
        assert process.wait(WAIT_SECONDS) == 1
        until(lambda: not answers(url))


def test_nothing_is_left_when_it_is_killed(place: Place) -> None:
    with serving(place) as (url, process):
        process.kill()
        process.wait()
        until(lambda: not answers(url))


def test_a_taken_port_is_one_line_or_the_next_one(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        done = run(place, "serve", "--port", str(number))
        assert done.returncode == 2
        assert done.stderr.splitlines() == [
            f"muniment serve: port {number} of 127.0.0.1 is taken; end what listens there, or name another --port"
        ]
        with serving(place, "--port", str(number), "--next-port") as (url, _):
            assert int(url.rpartition(":")[2]) > number


@pytest.mark.parametrize("name", ["serve", "web", "worker"])
def test_without_an_archive_it_says_how_to_make_one(tmp_path: Path, name: str) -> None:
    done = run(Place(tmp_path / "none", tmp_path / "keys"), name)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "muniment init" in done.stderr


def test_an_older_catalog_is_refused_with_what_to_do(place: Place) -> None:
    with database(place, "catalog") as catalog:
        catalog.execute(
            "DELETE FROM django_migrations WHERE app = 'catalog' AND id = (SELECT max(id) FROM django_migrations WHERE app = 'catalog')"
        )
        catalog.execute(
            f"COMMENT ON SCHEMA catalog IS 'muniment {VERSION - 1} {ORIGIN}'"
            if place.server
            else f"PRAGMA user_version = {VERSION - 1}"
        )
    done = run(place, "web", "--port", "0")
    assert done.returncode == 2
    assert "muniment rebuild" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port", "http"], "expected 0 to 65535"),
        (["--processes", "0"], "from 1 to 64"),
        (["--host", "0.0.0.0"], "MUNIMENT_URL"),
        (["--host", "203.0.113.7"], "MUNIMENT_URL"),
        (["--tls-cert", "none.pem"], "--tls-key"),
    ],
)
def test_wrong_arguments_are_one_line(place: Place, words: list[str], said: str) -> None:
    done = run(place, "web", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_speaks_tls_with_a_certificate_of_the_firm(place: Place, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *made.split(), *names], check=True, capture_output=True)
    with serving(place, "--tls-cert", str(certificate), "--tls-key", str(key)) as (url, _):
        assert url.startswith("https://127.0.0.1:")
        assert answers(url, ssl.create_default_context(cafile=certificate))
        assert not answers(url, ssl.create_default_context())
