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


def fuzz(samples: dict[str, bytes], page: bytes, rounds: int) -> None:
    callbacks = [*samples.values(), *(one.encode() for one in CALLBACKS.values())]
    items = [json.dumps(one, ensure_ascii=False).encode() for one in ITEMS.values()]
    fuzz_records(connector, [({"form": "callback"}, raw) for raw in callbacks], rounds // 2, (cut_and_paste(XML),))
    fuzz_records(connector, [({"form": "kf"}, raw) for raw in items], rounds // 2, (cut_and_paste(JSON), change_values))
    query, body = sealed(callbacks[-1])
    in_xml, in_json = cut_and_paste(XML), cut_and_paste(JSON)
    for number in range(rounds // 5):
        rnd = random.Random(number)
        found = authenticate(query, in_xml(body, rnd), Keys((KEY,)), NOW * SECOND)
        assert isinstance(found, Refusal) or found.plaintext == callbacks[-1]
        owed = [one.media for one in due(in_xml(rnd.choice(callbacks), rnd))]
        assert len(owed) == len(set(owed))
        changed = in_json(page, rnd)
        assert all(item.raw in changed for item in cut(changed)[0])


def test_600_mutated_records_are_survived(samples: dict[str, bytes], page: bytes) -> None:
    fuzz(samples, page, 600)


@pytest.mark.deep
def test_200000_mutated_records_are_survived(samples: dict[str, bytes], page: bytes) -> None:
    fuzz(samples, page, 200_000)
