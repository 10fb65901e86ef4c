"""Whatever a callback or an item holds: two readings agree, the event can be written down, or the record is undecodable."""

import json
import random

import pytest

from muniment.capture.feeds.captured import Refusal
from muniment.capture.wechat import connector
from muniment.capture.wechat.files import due
from muniment.capture.wechat.kf import cut
from muniment.capture.wechat.receive import Keys, authenticate
from tests.capture.fuzz import JSON, XML, change_values, cut_and_paste, fuzz_records
from tests.capture.wechat.conftest import KEY, NOW, SECOND, sealed
from tests.capture.wechat.own import CALLBACKS, ITEMS


def fuzz_callbacks(samples: dict[str, bytes], rounds: int) -> None:
    callbacks = [*samples.values(), *(one.encode() for one in CALLBACKS.values())]
    in_xml = cut_and_paste(XML)
    fuzz_records(connector, [({"form": "callback"}, raw) for raw in callbacks], rounds, (in_xml,))
    query, body = sealed(callbacks[-1])
    for number in range(rounds // 5):
        rnd = random.Random(number)
        found = authenticate(query, in_xml(body, rnd), Keys((KEY,)), NOW * SECOND)
        assert isinstance(found, Refusal) or found.plaintext == callbacks[-1]
        owed = [one.media for one in due(in_xml(rnd.choice(callbacks), rnd))]
        assert len(owed) == len(set(owed))


def fuzz_items(page: bytes, rounds: int) -> None:
    items = [json.dumps(one, ensure_ascii=False).encode() for one in ITEMS.values()]
    in_json = cut_and_paste(JSON)
    fuzz_records(connector, [({"form": "kf"}, raw) for raw in items], rounds, (in_json, change_values))
    for number in range(rounds // 5):
        changed = in_json(page, random.Random(number))
        assert all(item.raw in changed for item in cut(changed)[0])


def test_300_mutated_callbacks_are_survived(samples: dict[str, bytes]) -> None:
    fuzz_callbacks(samples, 300)


def test_300_mutated_items_are_survived(page: bytes) -> None:
    fuzz_items(page, 300)


@pytest.mark.deep
def test_100000_mutated_callbacks_are_survived(samples: dict[str, bytes]) -> None:
    fuzz_callbacks(samples, 100_000)


@pytest.mark.deep
def test_100000_mutated_items_are_survived(page: bytes) -> None:
    fuzz_items(page, 100_000)
