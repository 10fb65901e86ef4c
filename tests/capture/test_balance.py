"""The balance sheet's arithmetic: counts, runs, and the tiling of a file by its parts, against a naive reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.balance import LISTED, RUNS, BalanceSheet, Count, PartList, Tiling
from muniment.capture.connector import Part

SIZE = 40
spans = st.lists(
    st.integers(0, SIZE).flatmap(lambda low: st.tuples(st.just(low), st.integers(0, SIZE - low))), max_size=12
)


@given(spans)
def test_gaps_and_overlaps_are_those_of_counting_every_byte(given_spans: list[tuple[int, int]]) -> None:
    tiling, held = Tiling(), [0] * SIZE
    for offset, length in given_spans:
        tiling.add(None, offset, length)
        for place in range(offset, offset + length):
            held[place] += 1
    missing = {place for _, offset, length in tiling.gaps(None, SIZE) for place in range(offset, offset + length)}
    assert missing == {place for place in range(SIZE) if not held[place]}
    assert bool(tiling.overlaps) == any(count > 1 for count in held)


@given(st.permutations(range(8)))
def test_parts_may_come_in_any_order(order: list[int]) -> None:
    tiling = Tiling()
    for place in order:
        tiling.add("member", place * 5, 5)
    assert (tiling.gaps("member", SIZE), tiling.overlaps) == ([], [])
    assert tiling.gaps("other", 3) == [("other", 0, 3)]
    assert tiling.gaps("member", SIZE + 1) == [("member", SIZE, 1)]


def part(
    kind: str,
    *,
    lines: int = 1,
    rejected: str | None = None,
    missing: tuple[str, ...] = (),
    unread: bool = False,
) -> Part:
    return Part(kind=kind, raw=b"12345", at=(0, 5), lines=lines, rejected=rejected, missing=missing, unread=unread)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["message", "attachment", "span"]), st.sampled_from(["stored", "duplicate", "rejected"])
        ),
        max_size=40,
    )
)
def test_what_was_seen_is_the_sum_of_its_fates(fates: list[tuple[str, str]]) -> None:
    sheet = BalanceSheet("file", 5, "id")
    for leaf, (kind, fate) in enumerate(fates):
        what = part(kind, rejected="why" if fate == "rejected" else None)
        sheet.fate(sheet.saw(what), leaf, fate)
    assert sheet.balanced
    assert sheet.counts["bytes"].seen == 5 * len(fates)
    listed = [*sheet.stored_runs, *sheet.duplicate_runs]
    assert sorted(leaf for first, count in listed for leaf in range(first, first + count)) == [
        leaf for leaf, (_, fate) in enumerate(fates) if fate != "rejected"
    ]
    assert [rejection.leaf for rejection in sheet.rejected] == [
        leaf for leaf, (_, fate) in enumerate(fates) if fate == "rejected"
    ]
    for wanted in ("stored", "duplicate", "rejected"):
        runs = sheet.lists[wanted].runs
        assert [leaf for first, count, _ in runs for leaf in range(first, first + count)] == [
            leaf for leaf, (_, fate) in enumerate(fates) if fate == wanted
        ]


@pytest.mark.parametrize("what", ["seen", "stored", "duplicate", "rejected"])
def test_one_too_many_anywhere_does_not_balance(what: str) -> None:
    sheet = BalanceSheet("file", 5, "id", counts={"messages": Count(seen=3, stored=1, duplicate=1, rejected=1)})
    assert sheet.balanced
    setattr(sheet.counts["messages"], what, getattr(sheet.counts["messages"], what) + 1)
    assert not sheet.balanced


def test_a_byte_without_a_record_does_not_balance() -> None:
    assert not BalanceSheet("file", 5, "id", unattributed=[(None, 4, 1)]).balanced


def test_lists_end_but_counts_go_on() -> None:
    sheet = BalanceSheet("file", 5, "id")
    for leaf in range(LISTED + 5):
        for what, fate in (
            (part("message", rejected="why"), "rejected"),
            (part("message", missing=("gone",)), "stored"),
        ):
            sheet.fate(sheet.saw(what), leaf * 2, fate)
    assert (sheet.rejected_count, len(sheet.rejected)) == (LISTED + 5, LISTED)
    assert (len(sheet.missing), sheet.missing_count, len(sheet.stored_runs)) == (
        LISTED,
        LISTED + 5,
        LISTED,
    )
    assert sheet.balanced


def test_a_list_of_parts_ends_and_says_so() -> None:
    found = PartList()
    for leaf in range(0, 2 * RUNS, 2):
        found.add(leaf)
    assert (found.whole, len(found.runs)) == (True, RUNS)
    found.add(2 * RUNS - 1)  # goes on with the last run
    assert (found.whole, found.runs[-1]) == (True, (2 * RUNS - 2, 2, ""))
    found.add(2 * RUNS, "messages")
    assert (found.whole, len(found.runs)) == (False, RUNS)


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (part("span", rejected="why", lines=1), "messages"),
        (part("span", rejected="why", lines=0), "attachments"),
        (part("span", rejected="why", unread=True), "unread_files"),
        (part("message"), ""),
    ],
)
def test_a_rejected_part_is_listed_with_what_it_counts_as(made: Part, what: str) -> None:
    sheet = BalanceSheet("file", 5, "id")
    sheet.fate(sheet.saw(made), 7, "rejected" if what else "stored")
    assert sheet.lists["rejected" if what else "stored"].runs == [(7, 1, what)]
