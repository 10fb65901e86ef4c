"""Two processes that serve pages and two workers on one archive, as a larger firm runs them; what was read is sealed once."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from muniment.capture.audit import decode_entry
from muniment.capture.leader import Leader
from muniment.desk.archive.keeper import Keeper
from muniment.desk.desk import open_desk
from muniment.desk.people.demonstration import ORIGIN
from tests.archives import Place, check
from tests.firms import let_go, make_firm

WAIT_SECONDS = 120
"""After this the test gives up waiting; nothing is measured against it."""


@pytest.fixture
def demonstration(tmp_path: Path) -> Place:
    """The small firm as a demonstration: whoever comes may sign in with one click."""
    place, _ = make_firm(tmp_path, ORIGIN)
    from muniment.desk.people.models import Firm, Grant, User

    Firm.objects.update(demonstration=True)
    user = User(name="winnie.au")
    user.set_unusable_password()
    user.save()
    Grant.objects.create(user=user, role="compliance")
    let_go()
    return place


@contextmanager
def running(place: Place, *words: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A command that stays: the first line that it says, and its process, which ends well when it is asked to."""
    process = subprocess.Popen(
        [sys.executable, "-m", "muniment.cli.main", *words], env=place.environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline(), process
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Visitor:
    """Somebody with a browser of their own, without its pictures."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """A page that is there."""
        return self._ask(path, None)

    def sign_in(self) -> str:
        """With one click; the page they land on."""
        page = self.get("/demo/")
        action = re.search(r'action="(/demo/winnie\.au/)"', page)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert action is not None
        assert token is not None
        return self._ask(action[1], {"csrfmiddlewaretoken": token[1]})

    def search(self, query: str) -> str:
        """The page of what is found."""
        return self.get("/search/?" + urllib.parse.urlencode({"q": query}))

    def _ask(self, path: str, form: dict[str, str] | None) -> str:
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(self._origin + path, data, {"Origin": self._origin})
        with self._opener.open(request, timeout=WAIT_SECONDS) as answer:
            assert answer.status == 200
            return str(answer.read().decode())


def children(process: "subprocess.Popen[str]") -> list[int]:
    """The processes that a server has for its pages."""
    rows = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    parts = [row.split(maxsplit=2) for row in rows.splitlines()]
    return [int(pid) for pid, parent, line in parts if int(parent) == process.pid and "resource_tracker" not in line]


def held_open(pid: int) -> int:
    """How many files and connections a process holds open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def listens(address: str) -> bool:
    """Whether a server has come so far; it says its address just before."""
    try:
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=WAIT_SECONDS).close()
    except ConnectionRefusedError:
        return False
    return True


def test_two_serve_two_work_and_every_read_is_sealed_once(demonstration: Place) -> None:
    place = demonstration
    with (
        running(place, "web", "--port", "0", "--processes", "2") as (said, web),
        open_desk(place.home, place.keys, "system:test") as desk,
    ):
        address = re.search(r"http://[^ ]+", said)
        assert address is not None
        until(lambda: listens(address[0]))
        idle = {pid: held_open(pid) for pid in children(web)}
        assert len(idle) == 2
        visitor = Visitor(address[0])
        visitor.sign_in()

        # A tour: what is found, where it was said, and why it can be believed.
        found = visitor.search("年息八厘")
        conversation = re.search(r"/conversations/\d+/", found)
        assert conversation is not None
        talk = visitor.get(conversation[0])
        assert "年息八厘" in talk
        record = re.search(r"/records/\d+/", talk.partition("年息八厘")[2])
        assert record is not None
        assert f'"{record[0]}proof"' in visitor.get(record[0])  # the file that anybody can check it with

        # Both answer, many at once; meanwhile somebody else leads, and whoever works waits.
        asked: list[str] = []

        def ask_more() -> bool:
            queries = [f"word{len(asked) + number}" for number in range(8)]
            list(pool.map(visitor.search, queries))
            asked.extend(queries)
            # Whoever has answered holds the archive open: the files or connections of four databases.
            return all(held_open(pid) >= before + 3 for pid, before in idle.items())

        with (
            ThreadPoolExecutor(8) as pool,
            Leader(desk.archive),
            open_desk(place.home, place.keys, "system:test") as second,
            running(place, "worker") as (_, one),
            running(place, "worker") as (_, other),
        ):
            until(ask_more)
            assert Keeper(second).keep().busy
            assert desk.archive.audit_backlog()[0] >= len(asked)
            assert (one.poll(), other.poll()) == (None, None)

        with running(place, "worker"), running(place, "worker"):
            visitor.search("again")
            until(lambda: desk.archive.backlog()[0] == 0)

    records = check(place)["audit"]
    entries = [decode_entry(record.payload)[0] for record in records if record.payload is not None]
    searched = Counter(entry.query for entry in entries if entry.act == "search" and entry.actor == "user:winnie.au")
    assert searched == Counter(["年息八厘", *asked, "again"])
