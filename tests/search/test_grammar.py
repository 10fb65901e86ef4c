"""The query language: how it is read, what is refused and where, and that a stored query is the same query."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.record.errors import Refused
from muniment.search import ast, dates, grammar
from muniment.search.ast import And, Everything, Field, Node, Not, Or, Query, Sent, Text
from muniment.search.explain import explain

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
NOW = datetime(2026, 3, 31, 17, 30, tzinfo=UTC)  # 1 April, half past one in the morning, in Hong Kong

A, B, C = Text("a"), Text("b"), Text("c")


@pytest.mark.parametrize(
    "text, node",
    [
        ("", Everything()),
        ("  \n", Everything()),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("NOT a b", And((Not(A), B))),
        ("NOT (a b)", Not(And((A, B)))),
        ("NOT NOT a", A),
        ("a NOT b OR c", Or((And((A, Not(B))), C))),
        ("a and not or", And((A, Text("and"), Text("not"), Text("or")))),
        ("a（b　OR　c）", And((A, Or((B, C))))),
        ("“保本 收益”", Text("保本 收益")),
        ("a ＡＮＤ b", And((A, B))),
        ("pre*", Text("pre", prefix=True)),
        ("pre＊", Text("pre", prefix=True)),
        ('"a pre"*', Text("a pre", prefix=True)),
        ('"a*"', Text("a*")),
        ("from:chan", Field("from", "chan")),
        ("FROM：陳", Field("from", "陳")),
        ('in:"hk dealers"', Field("in", "hk dealers")),
        ("to:852*", Field("to", "852", prefix=True)),
        ("type:recall", Field("type", "recall")),
        ("account:amy-phone", Field("account", "amy-phone")),
        ('ACCOUNT："電話 a*"', Field("account", "電話 a*")),
        ("has:image IS:Edited", And((Field("has", "image"), Field("is", "Edited")))),
        ("is:ＲＥＰＬＹ", Field("is", "ＲＥＰＬＹ")),
        ("http://a.b/c?d=e", Text("http://a.b/c?d=e")),
        ("10:30", Text("10:30")),
        ("Subject: b", And((Text("Subject:"), B))),
        ("a - b", And((A, B))),
        ("5-6 -", Text("5-6")),
    ],
)
def test_a_query_is_read_so(text: str, node: Node) -> None:
    assert grammar.parse(text, now=NOW).node == node


@pytest.mark.parametrize(
    "text, at, expected",
    [
        ("a AND", 6, "a word, a phrase or a field"),
        ("OR a", 1, "a word, a phrase or a field"),
        ("a AND OR b", 7, "a word, a phrase or a field"),
        ("NOT", 4, "after NOT"),
        ("a (b", 5, "a closing parenthesis for the one at 3"),
        ("a ) b", 3, "no closing parenthesis"),
        ("()", 2, "a word, a phrase or a field"),
        ('a "b c', 3, "a closing quotation mark"),
        ("a w/5 b", 3, "not in this release"),
        ("a pre/12 b", 3, "not in this release"),
        ("-a", 1, "write NOT"),
        ("*", 1, "a star stands only at the end"),
        ("a*b", 2, "a star stands only at the end"),
        ("b**", 2, "a star stands only at the end"),
        ("sender:chan", 1, "no such field"),
        ("from: chan", 6, "a value right after from:"),
        ("from:!", 6, "nothing here is indexed"),
        ("type:letter", 6, "no such type"),
        ("account:", 9, "a value right after account:"),
        ("account:amy*", 9, "a whole value after account:"),
        ("account:!", 9, "nothing here is indexed"),
        ("is:edit*", 4, "a whole value after is:"),
        ("a is:refused", 6, "nothing is marked so; expected one of alternatives_differ, ambiguous_author,"),
        ("has:anything", 5, "nothing of this sort; expected one of attachment, audio, contact, document, image,"),
        ("has:image*", 5, "a whole value after has:"),
        ("label:vip", 1, "no labels in this release"),
        ("label: vip", 1, "no labels in this release"),
        ("label:*", 1, "no labels in this release"),
        ("a\ud800b", 2, "is not UTF-8"),
        ("from:\udcff", 6, "is not UTF-8"),
        ("on:someday", 4, "expected a date"),
        ("after:2026-02-30", 7, "expected a date"),
        ("on:2026-03-31T09:00", 4, "expected a date"),
        ("after:99999999999999999999d", 7, "expected a date"),
        ("!", 1, "nothing here is indexed"),
        ("a OR !", 6, "nothing here is indexed"),
        ("a AND !", 7, "nothing here is indexed"),
        ("NOT !", 5, "nothing here is indexed"),
        ("(" * 13 + "a" + ")" * 13, 13, "nested too deeply"),
        ("(" * 5000, 13, "nested too deeply"),
        ("NOT " * 2000, 49, "nested too deeply"),
        ("a " * 501, 1001, "too many conditions"),
        ("on:2026 " * 51, 401, "too many conditions"),
        ('"' + "x " * 129 + '"', 1, "the phrase is 129 positions long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, at: int, expected: str) -> None:
    with pytest.raises(Refused) as refusal:
        grammar.parse(text, now=NOW)

    assert str(refusal.value).startswith(f"at {at}: ") and expected in str(refusal.value)


def test_a_query_that_is_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="10001 characters long"):
        grammar.parse("x" * 10_001)


@pytest.mark.parametrize(
    "written, first, end",
    [
        ("today", "2026-04-01", "2026-04-02"),
        ("昨天", "2026-03-31", "2026-04-01"),
        ("7d", "2026-03-25", "2026-03-26"),
        ("2W", "2026-03-18", "2026-03-19"),
        ("1m", "2026-03-01", "2026-03-02"),
        ("1y", "2025-04-01", "2025-04-02"),
        ("2026-03-31", "2026-03-31", "2026-04-01"),
        ("2026/3/1", "2026-03-01", "2026-03-02"),
        ("20260301", "2026-03-01", "2026-03-02"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2024", "2024-01-01", "2025-01-01"),
        ("2026年3月31日", "2026-03-31", "2026-04-01"),
        ("２０２６-０３", "2026-03-01", "2026-04-01"),
    ],
)
def test_a_date_is_a_span_of_days_in_the_zone(written: str, first: str, end: str) -> None:
    def at(day: str) -> int:
        return int(datetime.fromisoformat(day).replace(tzinfo=HONG_KONG).timestamp())

    asked = grammar.parse(f"on:{written} after:{written} before:{written}", zone=HONG_KONG, now=NOW).node

    assert asked == And(
        (
            Sent(at(first), at(end), f"on:{written}"),
            Sent(at(first), None, f"after:{written}"),
            Sent(None, at(first), f"before:{written}"),
        )
    )


def test_the_last_day_of_a_shorter_month_stands_for_the_day_it_lacks() -> None:
    span = dates.read("1m", zone=UTC, now=datetime(2026, 3, 31, tzinfo=UTC))

    assert span is not None and datetime.fromtimestamp(span.first, UTC).date().isoformat() == "2026-02-28"


def test_a_day_on_which_the_clock_changes_is_as_long_as_it_was() -> None:
    span = dates.read("2026-03-29", zone=ZoneInfo("Europe/London"), now=NOW)

    assert span is not None and span.end - span.first == 23 * 3600


def test_a_moment_bounds_to_the_minute() -> None:
    node = grammar.parse("after:2026-03-31T09:30", zone=HONG_KONG, now=NOW).node

    assert isinstance(node, Sent) and node.first == int(datetime(2026, 3, 31, 1, 30, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "everything"),
        ("保證 NOT (a OR b*)", "“保证” and not (“a” or words that begin with “b”)"),
        ("from:Chan in:群", "sent by a person named “chan” and in a conversation named “群”"),
        ("on:today", "sent from 2026-03-31 16:00:00 UTC and before 2026-04-01 16:00:00 UTC"),
        ("is:edited has:image type:edit", "marked “edited” and with “image” and of the type “edit”"),
    ],
)
def test_a_query_is_explained_in_plain_words(text: str, said: str) -> None:
    assert explain(grammar.parse(text, zone=HONG_KONG, now=NOW)) == said


@pytest.mark.parametrize(
    "seconds, said",
    [
        (-62_135_624_202, "0000-12-31 16:23:18 UTC"),
        (-62_135_596_800, "0001-01-01 00:00:00 UTC"),
        (-62_167_219_201, "-0001-12-31 23:59:59 UTC"),
        (253_402_300_800, "10000-01-01 00:00:00 UTC"),
        (0, "1970-01-01 00:00:00 UTC"),
        (1_772_355_600, "2026-03-01 09:00:00 UTC"),
    ],
)
def test_every_second_is_explained_as_a_date(seconds: int, said: str) -> None:
    assert explain(Sent(seconds)) == f"sent from {said}"


PIECES = st.sampled_from(
    [
        "a",
        "保本",
        "NOT",
        "AND",
        "OR",
        "(",
        ")",
        "（",
        '"',
        "“",
        "*",
        "from:",
        "on:",
        "7d",
        "after:",
        "w/3",
        ":",
        "-",
        " ",
        "！",
    ]
)


@given(st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=20).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_stored(text: str) -> None:
    try:
        query = grammar.parse(text, now=NOW)
    except Refused as refused:
        said = str(refused)
    else:
        said = explain(query)
        assert ast.from_json(ast.to_json(query)) == query

    assert said


@given(st.binary(max_size=60))
def test_bytes_that_are_no_stored_query_are_refused(stored: bytes) -> None:
    with pytest.raises(Refused):
        ast.from_json(stored)


def test_a_stored_query_of_another_kind_is_refused() -> None:
    nested: Node = A
    for _ in range(ast.LEVELS):
        nested = Not(nested)
    deep = b'{"format":1,"tokeniser":1,"node":' + b'{"node":"not","part":' * 100_000

    for stored in (
        ast.to_json(Query(nested)),
        ast.to_json(Query(And(()))),
        ast.to_json(Query(Text("x " * 200))),
        ast.to_json(Query(A, format=99)),
        ast.to_json(Query(A, tokeniser=99)),
        deep,
    ):
        with pytest.raises(Refused, match="stored query"):
            ast.from_json(stored)


def test_the_stored_form_is_fixed() -> None:
    query = grammar.parse("保本 NOT from:chan* on:2026", now=NOW)

    assert ast.to_json(query).decode() == (
        '{"format":1,"node":{"node":"and","parts":[{"node":"text","text":"保本"},'
        '{"node":"not","part":{"name":"from","node":"field","prefix":true,"value":"chan"}},'
        '{"end":1798761600,"first":1767225600,"node":"sent","said":"on:2026"}]},"tokeniser":1}'
    )
