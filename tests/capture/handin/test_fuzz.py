"""Whatever a form turns out to hold: two readings agree, the event can be written down, or the record is undecodable."""

from typing import Any

import pytest

from muniment.capture.handin import File, connector, encode_form
from tests.capture.fuzz import JSON, change_values, cut_and_paste, fuzz_records
from tests.capture.handin.test_handin import form

SEEDS: list[tuple[dict[str, Any], bytes]] = [
    ({}, encode_form(form())),
    ({}, encode_form(form(sent_at="2026-11-21", files=(File(name="a.png", raw=b"x"),)))),
]


def fuzz(rounds: int) -> None:
    fuzz_records(connector, SEEDS, rounds, (change_values, cut_and_paste(JSON)))


def test_a_sample_of_mutated_forms_is_survived() -> None:
    fuzz(150)


@pytest.mark.deep
def test_100000_mutated_forms_are_survived() -> None:
    fuzz(100_000)
