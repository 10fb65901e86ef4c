"""Every door for platforms over HTTP, as a stranger finds it: what is authentic comes in once, and nothing else does.

The archive is served as a firm serves it, by `muniment web`; each door is knocked at with the platform's own wire format on
one kept-open connection. What is in the archive afterwards is read when the server has ended.
"""

import http.client
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from muniment.capture.wechat.crypto import encrypt
from muniment.desk.archive.actions import settle
from muniment.desk.channels import access, actions
from muniment.desk.channels.hooks import LARGEST
from muniment.desk.desk import Desk
from tests.archives import Place, check, database
from tests.capture.wechat.conftest import CORP, KEY, sealed
from tests.capture.wechat.conftest import signed as signed_by_tencent
from tests.capture.wechat.own import CALLBACKS
from tests.capture.wechat.test_receive import forged as forged_callbacks
from tests.capture.whatsapp_cloud.own import OWN
from tests.capture.whatsapp_cloud.test_receive import SETTINGS, forged, signed
from tests.desk.channels.pushing import PATH, line
from tests.desk.channels.telling import exchange
from tests.postgres import on_postgres

if TYPE_CHECKING:
    from muniment.desk.channels.access import ConnectionRow

WAIT_SECONDS = 120
SHUT = frozenset({400, 401, 403})
"""What a forger is answered."""


@dataclass(frozen=True)
class Knock:
    """One request as its sender makes it."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


class Line:
    """A kept-open connection to the server, opened anew where it has hung up: on a stranger it does not hear out."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)

    def ask(self, knock: Knock) -> tuple[int, bytes]:
        """The status and body of the answer."""
        try:
            return self._ask(knock)
        except (ConnectionError, http.client.BadStatusLine):
            self.close()
            return self._ask(knock)

    def _ask(self, knock: Knock) -> tuple[int, bytes]:
        self._connection.request(knock.method, knock.path, knock.body, dict(knock.headers))
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        self._connection.close()


def line_to(said: str) -> Line:
    """A connection to the server that has said its address."""
    port = urlsplit(json.loads(said)["url"]).port
    assert port is not None
    return Line(port)


@dataclass(frozen=True)
class Meta:
    """WhatsApp Business: JSON under an HMAC of its bytes."""

    path: str

    def questions(self) -> tuple[Knock, bytes, Knock]:
        """The platform's question, what it expects to hear, and the same question asked by somebody else."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": SETTINGS["verify_token"], "hub.challenge": "1158201444"}
        return (
            Knock(f"{self.path}?{urlencode(asked)}", {}, b"", "GET"),
            b"1158201444",
            Knock(f"{self.path}?{urlencode({**asked, 'hub.verify_token': 'x'})}", {}, b"", "GET"),
        )

    def true(self) -> list[Knock]:
        """What it delivers, once."""
        texts = (json.dumps(payload, ensure_ascii=False) for payload in OWN.values())
        bodies = [text.replace("wamid.", f"wamid.{number}.").encode() for number, text in enumerate(texts)]
        return [self._knock(signed(body), body) for body in bodies]

    def false(self, rounds: int) -> Iterator[Knock]:
        """What others deliver in its name."""
        return (self._knock(headers, body) for headers, body in forged(rounds))

    def _knock(self, headers: Mapping[str, str], body: bytes) -> Knock:
        kept = {name: value for name, value in headers.items() if value.isascii() and value.isprintable()}
        return Knock(self.path, {**kept, "Content-Type": "application/json"}, body)


@dataclass(frozen=True)
class Tencent:
    """Callbacks of WeCom and WeChat: XML, encrypted and signed in the query."""

    path: str

    def questions(self) -> tuple[Knock, bytes, Knock]:
        text = encrypt(KEY, b"7654321")
        query = {**signed_by_tencent(text, at=int(time.time())), "echostr": text}
        return (
            Knock(f"{self.path}?{urlencode(query)}", {}, b"", "GET"),
            b"7654321",
            Knock(f"{self.path}?{urlencode({**query, 'nonce': 'other'})}", {}, b"", "GET"),
        )

    def true(self) -> list[Knock]:
        now, id = int(time.time()), "6054768590064713728"
        plains = (plain.replace(id, f"{id}{number}") for number, plain in enumerate(CALLBACKS.values()))
        return [self._knock(*sealed(plain, at=now)) for plain in plains]

    def false(self, rounds: int) -> Iterator[Knock]:
        return (self._knock(each.query, each.body) for each in forged_callbacks(rounds, int(time.time())))

    def _knock(self, query: Mapping[str, str], body: bytes) -> Knock:
        return Knock(f"{self.path}?{urlencode(query)}", {"Content-Type": "text/xml"}, body)


@dataclass(frozen=True)
class Own:
    """A firm's own push: lines of JSON under a key."""

    key: str
    path: str = PATH

    def questions(self) -> None:
        """It asks none."""

    def true(self) -> list[Knock]:
        return [self._knock(self.key, line(number, f"第 {number} 句")) for number in range(20)]

    def false(self, rounds: int) -> Iterator[Knock]:
        """Its key with a bit flipped, cut, lengthened, of another source, or none."""
        for number in range(rounds):
            rnd = random.Random(number)
            at = rnd.randrange(len(self.key))
            flipped = self.key[:at] + chr(ord(self.key[at]) ^ 1 << rnd.randrange(7)) + self.key[at + 1 :]
            wrong = rnd.choice(
                (flipped, self.key[:at], self.key + "x", rnd.randbytes(16).hex() + self.key[32:], self.key[::-1])
            )
            yield self._knock(wrong if wrong.isprintable() else None, line(number))

    def _knock(self, key: str | None, body: bytes) -> Knock:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return Knock(self.path, {**headers, "Content-Type": "application/x-ndjson"}, body)


@dataclass(frozen=True)
class Sends:
    """The firm's programs that send on WhatsApp: what they tell, and what strangers tell or would send."""

    key: str
    base: str

    @property
    def path(self) -> str:
        return f"{self.base}sent"

    def questions(self) -> None:
        """It asks none."""

    def true(self) -> list[Knock]:
        return [self._knock(self.path, self.key, exchange(f"s{number}", f"wamid.{number}")) for number in range(20)]

    def false(self, rounds: int) -> Iterator[Knock]:
        """Its key with a bit flipped, cut, lengthened, another, or none, at both of its addresses."""
        for number in range(rounds):
            rnd = random.Random(number)
            at = rnd.randrange(len(self.key))
            flipped = self.key[:at] + chr(ord(self.key[at]) ^ 1 << rnd.randrange(7)) + self.key[at + 1 :]
            wrong = rnd.choice((flipped, self.key[:at], self.key + "x", rnd.randbytes(32).hex(), self.key[::-1]))
            path = rnd.choice((self.path, f"{self.base}send/v23.0/7001/messages"))
            yield self._knock(path, wrong if wrong.isprintable() else None, exchange("s1", "wamid.F"))

    def _knock(self, path: str, key: str | None, body: bytes) -> Knock:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return Knock(path, {**headers, "Content-Type": "application/json"}, body)


Door = Meta | Tencent | Own | Sends
DOORS = ("whatsapp_cloud", "wechat", "ndjson", "sends")
"""What `connected` opens, in its order."""


def connected(desk: Desk) -> list[tuple[str, Door]]:
    """An account of each kind, switched on: its source and its door."""
    doors: list[tuple[str, Door]] = []
    tencent = {"receiver": CORP, "token": KEY.token, "encoding_aes_key": KEY.encoding_aes_key}
    for connector, settings in (("whatsapp_cloud", SETTINGS), ("wechat", tencent), ("ndjson", {})):
        source = actions.connect(desk, f"account of {connector}", connector, settings)
        actions.switch_on(desk, source)
        row: ConnectionRow = access.connection(desk, source)
        path = f"/hooks/{connector.replace('_', '-')}/{row.hook}/"
        if connector == "ndjson":
            (found,) = [each for each in access.running(desk.archive) if each.source == source]
            doors.append((source, Own(f"{row.hook}.{found.settings['key']}")))
        else:
            doors.append((source, Meta(path) if connector == "whatsapp_cloud" else Tencent(path)))
    sending = actions.connect(desk, "account of programs", "whatsapp_cloud", {**SETTINGS, "api": "http://127.0.0.1:1"})
    actions.switch_on(desk, sending)
    (found,) = [each for each in access.running(desk.archive) if each.source == sending]
    base = f"/hooks/whatsapp-cloud/{access.connection(desk, sending).hook}/"
    doors.append((sending, Sends(found.settings["send_key"], base)))
    settle(desk)
    return doors


def knock_at(door: Door, rounds: int, line: Line) -> int:
    """Knock as the platform does, as it repeats itself, and as everybody else; how many deliveries were let in."""
    if (asked := door.questions()) is not None:
        question, expected, other = asked
        assert line.ask(question) == (200, expected)
        assert line.ask(other)[0] in SHUT
    true = door.true()
    again = [*true, *true, *true]
    random.Random(7).shuffle(again)
    forgeries = door.false(rounds)
    for number, knock in enumerate(again):
        assert line.ask(knock)[0] == 200, f"delivery {number} was refused"
        for forgery in (next(forgeries, None), next(forgeries, None)):
            assert forgery is None or line.ask(forgery)[0] in SHUT
    for number, forgery in enumerate(forgeries):
        assert line.ask(forgery)[0] in SHUT, f"forgery {number} was let in: {forgery}"
    first = true[0]
    assert line.ask(Knock(first.path, first.headers, first.body, "PUT"))[0] in {404, 405}
    return len(again)


def check_doors(desk: Desk, place: Place, rounds: int, at: Sequence[int] = range(4)) -> None:
    """Each of these doors is knocked at so often by forgers; then the archive holds each delivery, and says each thing once."""
    from tests.desk.test_processes import running

    opened = connected(desk)
    doors = [opened[door] for door in at]
    let_in: dict[str, int] = {}
    with running(place, "web", "--port", "0", "--json") as (said, _), closing(line_to(said)) as line:
        for source, door in doors:
            let_in[source] = knock_at(door, rounds, line)
        path = opened[0][1].path
        assert line.ask(Knock(path.replace(path[-9:-1], "0" * 8), {}, b"{}"))[0] == 404
    settle(desk)
    for source, count in let_in.items():
        assert records_of(desk, source) == count
        said_by = said_of(desk, source)
        assert len(said_by) == len(set(said_by)) > 0
        assert not any("source_divergence" in each for each in said_by)
        refused = access.connection(desk, source).feed
        assert refused is not None and refused.refused > rounds // 4  # a wrong address is nobody's
    check(place)


def records_of(desk: Desk, source: str) -> int:
    """How many deliveries of an account are records."""
    (count,) = desk.catalog.execute(
        "SELECT count(*) FROM record WHERE source = ? AND type = 'rec'", (source,)
    ).fetchone()
    return int(count)


def said_of(desk: Desk, source: str) -> Sequence[str]:
    """Everything that an account said, as kind and body."""
    rows = desk.catalog.execute(
        "SELECT event.kind, event.body FROM event JOIN record ON record.leaf = event.leaf WHERE record.source = ?",
        (source,),
    ).fetchall()
    return [f"{kind} {body}" for kind, body in rows]


def test_of_1000_forgeries_at_each_door_none_comes_in_and_nothing_twice(desk: Desk, place: Place) -> None:
    """A forgery never comes as far as a database, so that on the second of them some are enough."""
    check_doors(desk, place, 200 if on_postgres() else 1000)


@pytest.mark.deep
@pytest.mark.parametrize("door", range(4), ids=DOORS)
def test_of_100000_forgeries_at_each_door_none_comes_in_and_nothing_twice(desk: Desk, place: Place, door: int) -> None:
    check_doors(desk, place, 100_000, [door])


def test_what_cannot_be_kept_is_not_acknowledged_and_comes_in_when_it_is_sent_again(desk: Desk, place: Place) -> None:
    """The table of accepted records is away for a while, as a database that fails is; afterwards each sender repeats itself."""
    from tests.desk.test_processes import running

    doors = connected(desk)
    with running(place, "web", "--port", "0", "--json") as (said, _), closing(line_to(said)) as line:
        with database(place, "intake") as intake:
            intake.execute("ALTER TABLE item RENAME TO away")
        for _, door in doors:
            assert line.ask(door.true()[0])[0] == 507
        with database(place, "intake") as intake:
            intake.execute("ALTER TABLE away RENAME TO item")
        for _, door in doors:
            assert line.ask(door.true()[0])[0] == 200
    settle(desk)
    assert [records_of(desk, source) for source, _ in doors] == [1, 1, 1, 1]


@pytest.mark.parametrize("of", range(4), ids=DOORS)
def test_what_is_too_large_is_refused_before_it_is_read(desk: Desk, place: Place, of: int) -> None:
    from django.test import Client

    door = connected(desk)[of][1]
    knock = door.true()[0]
    answer = Client(SERVER_NAME="127.0.0.1").post(
        knock.path,
        data=knock.body,
        content_type="text/plain",
        headers={**knock.headers, "Content-Length": str(LARGEST + 1)},
    )

    assert answer.status_code == 413
    assert desk.archive.intake.backlog("records")[0] == 0
