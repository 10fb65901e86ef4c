"""Whatever a body holds: two readings agree, every event can be written down, or the record is undecodable."""

import json
import random

import pytest

from muniment.capture.whatsapp_cloud import connector
from muniment.capture.whatsapp_cloud.media import due
from muniment.capture.whatsapp_cloud.outbound import encode_exchange
from tests.capture.fuzz import JSON, Mutate, change_values, cut_and_paste, fuzz_records
from tests.capture.whatsapp_cloud.conftest import Payloads
from tests.capture.whatsapp_cloud.own import OWN
from tests.capture.whatsapp_cloud.test_outbound import LIST, TEMPLATE, exchange, request

SENDS = [
    ({"form": "send"}, encode_exchange(exchange(request(type=name, **{name: body}))))
    for name, body in (("text", {"body": "a"}), ("template", TEMPLATE), ("interactive", LIST), ("image", {"id": "5"}))
]


def fuzz(payloads: Payloads, rounds: int, mutate: Mutate) -> None:
    bodies = [json.dumps(payload, ensure_ascii=False).encode() for payload in [*payloads.values(), *OWN.values()]]
    fuzz_records(connector, [*(({}, body) for body in bodies), *SENDS], rounds, (mutate,))
    for number in range(rounds // 10):
        rnd = random.Random(number)
        owed = [one.media for one in due(mutate(rnd.choice(bodies), rnd))]
        assert len(set(owed)) == len(owed)


both = pytest.mark.parametrize("mutate", [cut_and_paste(JSON), change_values], ids=["bytes", "values"])


@both
def test_mutated_bodies_are_survived(payloads: Payloads, mutate: Mutate) -> None:
    fuzz(payloads, 300, mutate)


@pytest.mark.deep
@both
def test_50000_mutated_bodies_of_each_kind_are_survived(payloads: Payloads, mutate: Mutate) -> None:
    fuzz(payloads, 50_000, mutate)
