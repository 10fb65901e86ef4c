"""Whatever a body holds: two readings agree, every event can be written down, or the record is undecodable."""

import json
import random

import pytest

from muniment.capture.whatsapp_cloud import connector
from muniment.capture.whatsapp_cloud.media import due
from muniment.capture.whatsapp_cloud.outbound import encode_exchange
from tests.capture.fuzz import JSON, change_values, cut_and_paste, fuzz_records
from tests.capture.whatsapp_cloud.conftest import Payloads
from tests.capture.whatsapp_cloud.own import OWN
from tests.capture.whatsapp_cloud.test_outbound import LIST, TEMPLATE, exchange, request

MUTATES = (cut_and_paste(JSON), change_values)
SENDS = [
    ({"form": "send"}, encode_exchange(exchange(request(type=name, **{name: body}))))
    for name, body in (("text", {"body": "a"}), ("template", TEMPLATE), ("interactive", LIST), ("image", {"id": "5"}))
]


def fuzz(payloads: Payloads, rounds: int) -> None:
    bodies = [json.dumps(payload, ensure_ascii=False).encode() for payload in [*payloads.values(), *OWN.values()]]
    fuzz_records(connector, [*(({}, body) for body in bodies), *SENDS], rounds, MUTATES)
    mutate = MUTATES[1]
    for number in range(rounds // 10):
        rnd = random.Random(number)
        owed = [one.media for one in due(mutate(rnd.choice(bodies), rnd))]
        assert len(set(owed)) == len(owed)


def test_600_mutated_bodies_are_survived(payloads: Payloads) -> None:
    fuzz(payloads, 600)


@pytest.mark.deep
def test_100000_mutated_bodies_are_survived(payloads: Payloads) -> None:
    fuzz(payloads, 100_000)
