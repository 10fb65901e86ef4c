"""Stamps read back to the microsecond, and identifiers sort by the time they were made."""

import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.record.clock import from_rfc3339, rfc3339, uuid7

MOMENTS = st.integers(0, 253_402_300_799_999_999)


@given(st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999))
@example(-62_135_596_800_000_000)
@example(253_402_300_799_999_999)
def test_a_stamp_reads_back(at: int) -> None:
    assert from_rfc3339(rfc3339(at)) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-21T20:43:55Z",
        "2026-11-21T20:43:55.123456",
        "2026-11-21 20:43:55.123456Z",
        "2026-02-30T00:00:00.000000Z",
        "2026-11-21T20:43:55.12345xZ",
    ],
)
def test_it_refuses_any_other_spelling(text: str) -> None:
    with pytest.raises(ValueError):
        from_rfc3339(text)


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_an_identifier_is_a_uuid_of_version_7(at: int, chance: bytes) -> None:
    identifier = uuid.UUID(uuid7(at, chance))

    assert (identifier.version, identifier.variant, identifier.int >> 80) == (
        7,
        uuid.RFC_4122,
        at // 1000 & 0xFFFFFFFFFFFF,
    )
