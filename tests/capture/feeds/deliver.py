"""Delivers what a live source sends, in an order of its own, many times, to an archive: `python -m … HOME KEYS SEED`.

A process that a test kills at any moment. What it delivers is signed as the platform signs it and taken by the connector as
by the door; what was acknowledged is sealed and projected in between.
"""

import hashlib
import hmac
import json
import random
import sys
from pathlib import Path

from muniment.capture.feeds.captured import Delivery, Taken
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.registry import live
from muniment.desk.archive.actions import settle
from muniment.desk.desk import Desk, open_desk
from tests.capture.whatsapp_cloud.own import OWN

CLOUD, PUSH = "a00000000000000wa", "a00000000000000pu"
SECRET = "s3cret"
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


def deliveries() -> list[tuple[str, str, Delivery]]:
    """Source, connector and request of everything that is sent."""
    found = []
    for number, body in enumerate(OWN.values()):
        # Each with ids of its own: two tellings under one id would be a divergence, which hangs on their order.
        raw = json.dumps(body, ensure_ascii=False).replace("wamid.", f"wamid.{number}.").encode()
        signed = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"x-hub-signature-256": signed, "content-type": "application/json"}
        found.append((CLOUD, "whatsapp_cloud", _request(headers, raw)))
    for line in LINES:
        raw = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        found.append((PUSH, "ndjson", _request({"authorization": "Bearer k"}, raw)))
    return found


def _request(headers: dict[str, str], body: bytes) -> Delivery:
    return Delivery(method="POST", query={}, headers=headers, body=body, received_at=1_790_000_000_000_000)


def deliver(desk: Desk, source: str, connector: str, delivery: Delivery) -> None:
    """Through the connector and the ledger, as the door does."""
    found = live(connector)
    taken = found.receive(delivery, {"app_secrets": SECRET, "verify_token": "v", "key": "k"})
    assert isinstance(taken, Taken), taken
    ledger = Ledger(desk.archive)
    sealed = ledger.seal(source, found.name, found.version, found.assurance, taken.items)
    ledger.accept(source, sealed, due=taken.due)


def main(home: Path, keys: Path, seed: int, times: int = 3, *, tell: bool = False) -> None:
    """Everything, so many times, in an order that hangs on the seed; `tell` says so after each acknowledgement."""
    chance = random.Random(seed)
    wanted = deliveries() * times
    chance.shuffle(wanted)
    with open_desk(home, keys, "system:test") as desk:
        for each in wanted:
            deliver(desk, *each)
            if tell:
                print("kept", flush=True)
            if chance.random() < 0.2:
                settle(desk)
        settle(desk)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), tell=len(sys.argv) > 4)
