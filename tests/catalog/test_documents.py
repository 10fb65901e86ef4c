"""What of an event the index is told: also the times that no id can carry."""

import pytest

from muniment.catalog.documents import document
from muniment.record.event import Event, Kind


@pytest.mark.parametrize(
    "sent_at, outside",
    [(None, None), (1_000_000, None), (999_999, 0), (-1, -1), ((1 << 34) * 1_000_000, 1 << 34)],
)
def test_a_time_that_no_id_can_carry_goes_beside_it(sent_at: int | None, outside: int | None) -> None:
    event = Event(kind=Kind.MESSAGE, conversation="c", sent_at=sent_at)

    assert document(1, event, "ndjson")[1].outside == outside
