"""Webhooks in an archive: every delivery a record, every thing said once, in whatever order and however often it comes."""

import json
import random
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import msgspec
import pytest

from muniment.capture.feeds.captured import Delivery, Taken
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.live import Live
from muniment.capture.registry import live
from muniment.catalog.database import open_catalog
from muniment.record.event import Event, Kind
from tests.archives import Place, check, drain, project
from tests.capture.wechat.conftest import CORP, KEY, NOW, SECOND, sealed
from tests.capture.wechat.own import CALLBACKS
from tests.capture.whatsapp_cloud.own import OWN
from tests.capture.whatsapp_cloud.test_receive import SETTINGS, signed

SOURCE = "c0123456789abcdef"
WECHAT = {"receiver": CORP, "token": KEY.token, "encoding_aes_key": KEY.encoding_aes_key}


def from_meta() -> list[Delivery]:
    texts = (json.dumps(payload, ensure_ascii=False) for payload in OWN.values())
    bodies = [text.replace("wamid.", f"wamid.{number}.").encode() for number, text in enumerate(texts)]
    return [
        Delivery(method="POST", query={}, headers=signed(body), body=body, received_at=NOW * SECOND) for body in bodies
    ]


def from_tencent() -> list[Delivery]:
    id = "6054768590064713728"
    posts = [sealed(plain.replace(id, f"{id}{number}")) for number, plain in enumerate(CALLBACKS.values())]
    return [
        Delivery(method="POST", query=query, headers={}, body=body, received_at=NOW * SECOND) for query, body in posts
    ]


def deliver(place: Place, connector: Live, settings: dict[str, str], deliveries: Sequence[Delivery]) -> list[Event]:
    """Everything that the catalog holds of an account after these deliveries, in the order of its JSON."""
    with place.open() as archive:
        ledger = Ledger(archive)
        for delivery in deliveries:
            taken = connector.receive(delivery, settings)
            assert isinstance(taken, Taken)
            items = ledger.seal(SOURCE, connector.name, connector.version, connector.assurance, taken.items)
            ledger.accept(SOURCE, items, due=taken.due)
        drain(archive)
        project(archive)
        with closing(open_catalog(archive.home.catalog)) as catalog:
            bodies = [row[0] for row in catalog.execute("SELECT body FROM event WHERE kind <> 'internal'").fetchall()]
    return [msgspec.json.decode(body, type=Event) for body in sorted(bodies)]


@pytest.mark.parametrize(
    "name, settings, make", [("whatsapp_cloud", SETTINGS, from_meta), ("wechat", WECHAT, from_tencent)]
)
def test_shuffled_and_tripled_says_the_same(
    name: str,
    settings: dict[str, str],
    make: Callable[[], list[Delivery]],
    place: Place,
    pristine: Place,
    tmp_path: Any,
) -> None:
    deliveries = make()
    once = deliver(pristine.copy(tmp_path), live(name), settings, deliveries)
    again = deliveries * 3
    random.Random(7).shuffle(again)
    thrice = deliver(place, live(name), settings, again)
    assert thrice == once
    assert len(once) == len({event.key for event in once}) >= len(deliveries)
    assert Kind.SOURCE_DIVERGENCE not in {event.kind for event in once}
    records = check(place)["records"]
    assert sum(opened.leaf.t == "rec" for opened in records) == len(again)
