"""Delivers what the live sources send, in an order of its own, many times, to an archive: `python -m … HOME KEYS SEED SETTINGS`.

A process that a test kills at any moment. What it delivers is signed as the platform signs it and taken by the connector as
by the door; what is pulled, is pulled by the connector as the worker drives it, from the platforms that the test stands up.
What was acknowledged is sealed and projected in between. SETTINGS is a file: what was entered, by connector.
"""

import hashlib
import hmac
import json
import random
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muniment.capture.feeds.captured import Delivery, Taken
from muniment.capture.feeds.errand import Connection, Errand, let_go
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.intake import Sealed
from muniment.capture.registry import live
from muniment.catalog.read import unread
from muniment.desk.archive.actions import settle
from muniment.desk.desk import Desk, open_desk
from tests.capture.wechat.conftest import CORP as RECEIVER
from tests.capture.wechat.conftest import KEY, NOW, SECOND, sealed
from tests.capture.wechat.own import CALLBACKS, told
from tests.capture.whatsapp_cloud.own import OWN

CLOUD, PUSH, WECHAT, KF, WECOM = (f"a00000000000000{name}" for name in ("wa", "pu", "we", "kf", "wc"))
CONNECTORS = {CLOUD: "whatsapp_cloud", PUSH: "ndjson", WECHAT: "wechat", KF: "wechat", WECOM: "wecom"}
SECRET = "s3cret"
CALLBACK = {"receiver": RECEIVER, "token": KEY.token, "encoding_aes_key": KEY.encoding_aes_key}
BELL = told("kf_msg_or_event", "sys", Token="BELL", OpenKfId="wk1")
LINES = [
    {
        "id": f"p{n}",
        "conversation": f"c{n % 3}",
        "sender": "amy",
        "sent_at": "2026-11-20T09:00:00+08:00",
        "text": f"第{n}句",
    }
    for n in range(12)
] + [
    {
        "id": "e1",
        "conversation": "c1",
        "sender": "amy",
        "sent_at": "2026-11-20T10:00:00+08:00",
        "text": "",
        "recalls": "p4",
    }
]
Entered = Mapping[str, Mapping[str, str]]
"""What was entered for each source."""


def entered(pulled: Entered) -> dict[str, Mapping[str, str]]:
    """The settings of every source, those that are pulled included."""
    return {CLOUD: {"app_secrets": SECRET, "verify_token": "v"}, PUSH: {"key": "k"}, WECHAT: CALLBACK, **pulled}


def deliveries() -> list[tuple[str, Delivery]]:
    """Source and request of everything that is sent. The doorbell of customer service is one of them."""
    found = []
    for number, body in enumerate(OWN.values()):
        # Each with ids of its own: two tellings under one id would be a divergence, which hangs on their order.
        raw = json.dumps(body, ensure_ascii=False).replace("wamid.", f"wamid.{number}.").encode()
        signed = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"x-hub-signature-256": signed, "content-type": "application/json"}
        found.append((CLOUD, _request(headers, raw)))
    for line in LINES:
        raw = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        found.append((PUSH, _request({"authorization": "Bearer k"}, raw)))
    id = "6054768590064713728"
    for number, plain in enumerate(CALLBACKS.values()):
        query, body = sealed(plain.replace(id, f"{id}{number}"))
        found.append((WECHAT, _request({}, body, query)))
    query, body = sealed(BELL)
    return [*found, *[(KF, _request({}, body, query))] * 3]


def _request(headers: dict[str, str], body: bytes, query: Mapping[str, str] | None = None) -> Delivery:
    return Delivery(method="POST", query=query or {}, headers=headers, body=body, received_at=NOW * SECOND)


class Telling(Ledger):
    """A ledger that says so after what was made durable, once for each record."""

    def accept(self, source: str, items: Sequence[Sealed], **more: Any) -> None:
        super().accept(source, items, **more)
        sys.stdout.write("kept\n" * len(items))
        sys.stdout.flush()


def deliver(desk: Desk, ledger: Ledger, source: str, settings: Mapping[str, str], delivery: Delivery) -> None:
    """Through the connector and the ledger, as the door does."""
    found = live(CONNECTORS[source])
    taken = found.receive(delivery, settings)
    assert isinstance(taken, Taken), taken
    kept = ledger.seal(source, found.name, found.version, found.assurance, taken.items)
    ledger.accept(source, kept, due=taken.due, rung=taken.ring, bell=taken.bell)


def look(desk: Desk, ledger: Ledger, source: str, settings: Mapping[str, str], kept: list[Any]) -> None:
    """One look at a platform, as the worker does; `kept` is what the connector keeps for the next."""
    found = live(CONNECTORS[source])
    connection = Connection(source, found.name, settings)
    errand = Errand(desk.archive, ledger, connection, found, threading.Event(), kept=kept, unread=unread)
    found.pull(errand)
    assert errand.troubles == []


def run(
    desk: Desk, ledger: Ledger, settings: Entered, order: list[tuple[str, Delivery]], chance: random.Random
) -> None:
    """Everything in this order, with looks in between; at the end until each feed that is pulled stands still."""
    pulled = [source for source in settings if source in (KF, WECOM)]
    kept: dict[str, list[Any]] = {source: [] for source in pulled}
    try:
        for source, delivery in order:
            deliver(desk, ledger, source, settings[source], delivery)
            for each in pulled:
                if chance.random() < 0.08 or (each == source == KF):
                    look(desk, ledger, each, settings[each], kept[each])
            if chance.random() < 0.08:
                settle(desk)
        for each in pulled:
            before: object = ...
            while (feed := ledger.feed(each)) is None or feed.cursor != before:
                before = None if feed is None else feed.cursor
                look(desk, ledger, each, settings[each], kept[each])
        settle(desk)
    finally:
        for found in kept.values():
            let_go(found)


def main(home: Path, keys: Path, seed: int, pulled: Entered, times: int = 3) -> None:
    """Everything, so many times, in an order that hangs on the seed; says `kept` after each acknowledgement."""
    chance = random.Random(seed)
    order = deliveries() * times
    chance.shuffle(order)
    with open_desk(home, keys, "system:test") as desk:
        run(desk, Telling(desk.archive), entered(pulled), order, chance)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), json.loads(Path(sys.argv[4]).read_text()))
