"""The index on both databases: fields, times, pages, counts, long texts, removal."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from muniment.record.errors import NotFound, Refused
from muniment.search import ast, grammar, postgres, sqlite, tokens
from muniment.search.document import Document, Name, document_id, outside, prepare, sent_seconds, shard_of
from muniment.search.index import Facet, Index
from muniment.vault.sqlite import connect, memory

Ask = Callable[..., list[int]]
Make = Callable[..., Document]

ALICE, BOB = Name("wxid_alice", "Alice 陳大文"), Name("85298765432", "Bob")


def test_fields_find_people_conversations_and_kinds(empty: Index, make_document: Make, ask: Ask) -> None:
    empty.add(
        [
            make_document("one", sender=ALICE, recipients=(BOB,), conversation=Name("g1", "HK 交易群")),
            make_document("two", sender=BOB, recipients=(ALICE,), channel="wecom", kind="recall", flags=("deleted",)),
            make_document("three", sender=None, has=("attachment", "image"), labels=("vip",), account="other"),
        ]
    )

    assert ask(empty, "from:陈大文") == ask(empty, "from:alice") == ask(empty, "from:wxid_alice") == [1]
    assert ask(empty, "from:ali*") == [1] and ask(empty, "from:ali") == []
    assert ask(empty, "to:alice") == [2]
    assert ask(empty, "with:alice") == [2, 1]
    assert ask(empty, "with:8529*") == [2, 1]
    assert ask(empty, "from:nobody") == [] and ask(empty, "NOT from:nobody") == [3, 2, 1]
    assert ask(empty, "in:交易") == [1] and ask(empty, "in:dealers") == [3, 2]
    assert ask(empty, "channel:WeCom") == [2] and ask(empty, "channel:we") == []
    assert ask(empty, "type:recall is:Deleted") == [2]
    assert ask(empty, "has:image", scope=ast.Field("label", "VIP")) == [3]
    assert ask(empty, "", scope=ast.Field("is", "rejected")) == []
    assert ask(empty, "s1") == ask(empty, '"dealers"') == []


def test_a_phrase_does_not_begin_in_a_name_and_end_in_its_display(empty: Index, make_document: Make, ask: Ask) -> None:
    empty.add([make_document(sender=Name("chan tai", "man ho"))])

    assert ask(empty, 'from:"chan tai"') == ask(empty, 'from:"man ho"') == [1]
    assert ask(empty, 'from:"tai man"') == []


def test_times_may_stand_anywhere_in_a_query(empty: Index, make_document: Make, ask: Ask) -> None:
    empty.add(
        [
            make_document("old", at="2024-12-31T23:59:59+00:00"),
            make_document("new", at="2025-01-01T00:00:00+00:00"),
            make_document("undated", at=None),
        ]
    )

    assert ask(empty, "after:2025") == [2] and ask(empty, "before:2025") == [1]
    assert ask(empty, "NOT after:2025") == [1, 3]
    assert ask(empty, "on:2024-12-31 OR undated") == [1, 3]
    assert ask(empty, "NOT (on:2024 OR on:2025)") == [3]
    assert ask(empty, "") == [2, 1, 3]


def test_times_that_no_id_can_carry_are_compared_exactly(empty: Index, make_document: Make, ask: Ask) -> None:
    years = ("0001-01-01", "1969-12-31", "1970-01-01", "2026-03-01", "2600-01-01", "9999-12-31")
    documents = [make_document("x", at=f"{day}T00:00:00+00:00") for day in years] + [make_document("x", at=None)]
    empty.add(documents)

    for query, found in (
        ("before:1970-01-01", {1, 2}),
        ("NOT before:1970-01-01", {3, 4, 5, 6, 7}),
        ("after:1970-01-01", {3, 4, 5, 6}),
        ("on:1970-01-01", {3}),
        ("before:1969", {1}),
        ("on:1969", {2}),
        ("before:1970-01-01T00:00:01", {1, 2, 3}),
        ("after:2514", {5, 6}),
        ("on:2514", set()),
        ("after:3000-01-01", {6}),
        ("before:3000-01-01", {1, 2, 3, 4, 5}),
        ("x after:2026 before:3000-01-01", {4, 5}),
        ("after:2027 OR before:1969-12-31", {1, 5, 6}),
    ):
        assert set(ask(empty, query)) == found, query
    empty.remove(documents[5])
    assert ask(empty, "after:3000-01-01") == [] and len(empty._names_in("time")) == 4


def test_a_time_is_a_day_of_the_zone_that_was_asked_for(empty: Index, make_document: Make) -> None:
    empty.add([make_document(at="2026-03-31T20:00:00+00:00")])
    hong_kong = grammar.parse("on:2026-04-01", zone=ZoneInfo("Asia/Hong_Kong"))

    assert empty.count(hong_kong) == 1 and empty.count(grammar.parse("on:2026-04-01")) == 0


def test_pages_follow_one_another_without_gap_or_overlap(empty: Index, make_document: Make) -> None:
    documents = [make_document("x", at=f"20{20 + n % 7}-0{1 + n % 9}-01T00:00:00+00:00") for n in range(40)]
    empty.add(documents)
    query = grammar.parse("x")
    found: list[int] = []
    while page := empty.search(query, limit=7, before_id=found[-1] if found else None):
        found += page

    assert found == sorted((d.id for d in documents), reverse=True)


def test_a_scope_is_part_of_the_query_whatever_the_query_says(empty: Index, make_document: Make, ask: Ask) -> None:
    empty.add([make_document("a", sender=ALICE), make_document("a b", sender=BOB), make_document("b", sender=BOB)])
    scope = ast.Field("from", "bob")

    assert ask(empty, "a OR b", scope=scope) == [3, 2]
    assert ask(empty, "NOT a", scope=scope) == [3]
    assert ask(empty, "from:alice", scope=scope) == []
    assert [f.count for f in empty.facets(grammar.parse(""), "from", scope=scope)] == [2]


def test_facets_count_the_matches_by_value(empty: Index, make_document: Make) -> None:
    empty.add(
        [
            make_document("a", sender=ALICE, at="2026-01-31T20:00:00+00:00", flags=("edited",)),
            make_document("a", sender=BOB, at="2026-02-03T00:00:00+00:00", channel="wecom"),
            make_document("a", sender=BOB, at=None),
            make_document("b", sender=BOB, at="2025-02-03T00:00:00+00:00"),
        ]
    )
    query, zone = grammar.parse("a"), ZoneInfo("Asia/Hong_Kong")

    assert empty.facets(query, "from") == [Facet(BOB, 2), Facet(ALICE, 1)]
    assert empty.facets(query, "channel") == [Facet(Name("whatsapp"), 2), Facet(Name("wecom"), 1)]
    for by in ("channel", "type", "account"):
        assert empty.facets(query, by, total=3) == empty.facets(query, by)
    assert empty.facets(query, "is") == [Facet(Name("edited"), 1)]
    assert empty.facets(query, "month", zone=zone) == [Facet(Name("2026-02"), 2), Facet(Name(""), 1)]
    assert empty.facets(query, "day", zone=zone)[1] == Facet(Name("2026-02-01"), 1)
    assert empty.facets(grammar.parse(""), "year") == [
        Facet(Name("2026"), 2), Facet(Name("2025"), 1), Facet(Name(""), 1)
    ]  # fmt: skip


def test_names_are_found_by_how_a_word_of_them_begins(empty: Index, make_document: Make) -> None:
    empty.add([make_document("a", sender=Name("p1", "梁嘉欣 Leung")), make_document("a", sender=Name("leung-2"))])

    assert empty.names("from", "leu", 9) == [Name("p1", "梁嘉欣 Leung"), Name("leung-2")]
    assert empty.names("from", "leu", 1) == [Name("p1", "梁嘉欣 Leung")]
    assert empty.names("from", "梁", 9) == [Name("p1", "梁嘉欣 Leung")]
    assert empty.names("from", "…", 9) == empty.names("in", "leu", 9) == []


def test_a_long_text_is_one_document_for_and_not_and_phrases(empty: Index, make_document: Make, ask: Ask) -> None:
    filler = [f"w{n}" for n in range(9000)]
    empty.add(
        [
            make_document(" ".join(["first", *filler, "last"])),
            make_document(" ".join(["first", *filler])),
            make_document("的" * 700 + "内幕" + "的" * 700 + " end"),
            make_document("first"),
        ]
    )

    assert ask(empty, "first last") == [1]
    assert ask(empty, "first NOT last") == [4, 2]
    assert ask(empty, "NOT last") == [4, 3, 2]
    assert ask(empty, "w10 (last OR NOT first)") == [1]
    assert ask(empty, f'"{" ".join(filler[1950:2070])}"') == [2, 1]
    assert ask(empty, '"w8998 w8999 last"') == [1]
    assert ask(empty, "的" * 128) == [3] and ask(empty, "的内幕的") == [3] and ask(empty, '"的 end"') == [3]
    assert ask(empty, "from:alice w5 NOT last") == [2]


@pytest.mark.parametrize("offset", range(0, 400, 57))
def test_a_phrase_is_found_wherever_it_lies_in_a_long_text(
    empty: Index, make_document: Make, ask: Ask, offset: int
) -> None:
    phrase = " ".join(f"p{n}" for n in range(ast.PHRASE))
    empty.add([make_document("x " * (100 + offset) + phrase + " x" * 600), make_document("x " * 2300 + phrase)])

    assert ask(empty, f'"{phrase}"') == [2, 1]
    assert ask(empty, f'"x {phrase[: -len(" p127")]}"') == [2, 1]


def test_a_name_of_thousands_is_found_in_full(empty: Index, make_document: Make, ask: Ask) -> None:
    empty.add([make_document("x", sender=Name(f"u{n}", f"Chan {n}")) for n in range(1500)])

    assert empty.count(grammar.parse("from:chan NOT from:7")) == 1499


@pytest.mark.parametrize("pattern", ["b OR x {}", "b x {}", "NOT (b {})", "b OR NOT (x {})", "b OR from:chan NOT ({})"])
def test_the_deepest_query_is_answered(empty: Index, make_document: Make, ask: Ask, pattern: str) -> None:
    empty.add([make_document("a", sender=Name(f"u{n}", "chan")) for n in range(70)])
    query, deeper = "a", "a"
    while True:
        deeper = f"({pattern.format(query)})"
        try:
            grammar.parse(deeper)
        except Refused:
            break
        query = deeper

    assert len(ask(empty, query, scope=ast.Or((ast.Not(ast.Text("z")), ast.Field("from", "chan"))))) in (0, 70)


def test_a_query_of_many_words_is_answered(empty: Index, make_document: Make, ask: Ask) -> None:
    empty.add([make_document("w499 z"), make_document("w3")])

    assert ask(empty, " OR ".join(f"w{n}" for n in range(500))) == [2, 1]
    assert ask(empty, " OR ".join(f"(w{n} NOT z)" for n in range(250))) == [2]
    assert ask(empty, " ".join(f"NOT w{n}" for n in range(499))) == [1]


def test_texts_and_names_that_no_database_can_hold_are_indexed(empty: Index, make_document: Make, ask: Ask) -> None:
    awkward = make_document("a\x00b \ud800c 'd\" \\e", sender=Name("x\x00y\udfff", "z" * 5000), flags=("a\x00",))
    empty.add([awkward, make_document("b", sender=awkward.sender)])

    assert ask(empty, "a b c d e") == [1] and ask(empty, "from:x") == [2, 1]
    empty.remove(awkward)
    assert ask(empty, "from:x") == [2]


def test_names_are_numbered_in_the_order_they_came_however_they_were_batched(
    fresh_index: Callable[[], Index], make_document: Make
) -> None:
    documents = [make_document(sender=Name(f"n{n % 7}"), at=f"20{29 - n % 9}-01-01T00:00:00+00:00") for n in range(50)]

    def numbers(size: int) -> Any:
        index = fresh_index()
        for at in range(0, 50, size):
            index.add(documents[at : at + size])
        return index._names_in("person")

    assert numbers(1) == numbers(13) == numbers(50)


def test_what_was_removed_is_gone_with_the_names_that_nothing_else_bears(
    empty: Index, make_document: Make, ask: Ask
) -> None:
    one, two = make_document("canary", sender=ALICE), make_document("canary", sender=BOB, recipients=(ALICE,))
    empty.add([one, two])
    empty.remove(one)

    assert ask(empty, "canary") == [2] and ask(empty, "with:alice") == [2]
    empty.remove(two)
    assert ask(empty, "") == [] and ask(empty, "with:alice") == [] and not empty._names_in("person")
    empty.forget()
    empty.add([one])
    assert ask(empty, "from:alice canary") == [1]


def test_removing_what_is_not_there_is_refused_and_changes_nothing(empty: Index, make_document: Make, ask: Ask) -> None:
    there = make_document("a")
    empty.add([there])

    for missing in (make_document("a"), make_document("a", at="2019-01-01T00:00:00+00:00")):
        with pytest.raises(NotFound):
            empty.remove(missing)
    assert ask(empty, "a") == [1]


def test_a_query_for_another_reading_of_text_is_refused(empty: Index) -> None:
    with pytest.raises(Refused, match="reading 99"):
        empty.count(ast.Query(ast.Text("a"), tokeniser=99))


def test_ids_are_in_the_order_of_time() -> None:
    assert document_id(None, 5) < document_id(1, 0) < document_id(1, 1) < document_id(2, 0)
    assert document_id(-5, 0) == document_id(1, 0) and document_id(1 << 40, 0) == document_id((1 << 34) - 1, 0)
    assert sent_seconds(document_id(None, 9)) is None and sent_seconds(document_id(77, 9)) == 77
    assert [outside(s) for s in (None, -5, 0, 1, (1 << 34) - 1, 1 << 34)] == [None, -5, 0, None, None, 1 << 34]
    with pytest.raises(Refused):
        document_id(1, 1 << 29)


@pytest.mark.parametrize("year", [1970, 1999, 2000, 2026, 2514])
def test_a_shard_is_a_year(year: int) -> None:
    last = int(datetime.fromisoformat(f"{year}-12-31T23:59:59+00:00").timestamp()) if year < 2514 else (1 << 34) - 1
    shard = shard_of(document_id(last, (1 << 29) - 1))

    assert shard.name == f"y{year}" and shard.end == (last + 1) << 29 and shard_of(shard.first).name == shard.name
    assert shard_of(document_id(None, 1)).name == "undated"


# What is particular to one database


@pytest.mark.sqlite
def test_a_rollback_takes_the_new_names_with_it(make_document: Make, ask: Ask) -> None:
    connection = memory()
    index = sqlite.Index(connection)
    index.create()
    connection.execute("BEGIN")
    index.add([make_document("a", sender=ALICE), make_document("b", sender=BOB)])
    connection.execute("ROLLBACK")
    index.add([make_document("c", sender=BOB)])
    other = sqlite.Index(connection)
    other.add([make_document("d", sender=Name("new"))])
    index.add([make_document("e", sender=Name("new"))])

    assert ask(index, "from:alice") == [] and ask(index, "from:bob") == [3] and ask(index, "from:new") == [5, 4]
    connection.close()


@pytest.mark.sqlite
def test_an_index_of_other_tables_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = memory()
    sqlite.Index(connection).create()
    sqlite.Index(connection).create()
    monkeypatch.setattr(tokens, "TABLES", "other")

    with pytest.raises(Refused, match="rebuild"):
        sqlite.Index(connection).create()
    connection.close()


@pytest.mark.sqlite
def test_no_file_holds_what_was_forgotten(tmp_path: Any, make_document: Make) -> None:
    path = tmp_path / "catalog.sqlite"
    connection = connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA secure_delete = ON")
    index = sqlite.Index(connection)
    index.create()
    canary = make_document("zqxjkvcanary 鱻龘靐", sender=Name("vwxqznative", "yqzdisplay"))
    documents = [make_document(f"word{n} zqxj other{n % 9}", sender=Name(f"n{n}")) for n in range(3000)]
    for at in range(0, 3000, 100):
        connection.execute("BEGIN IMMEDIATE")
        index.write(prepare([*documents[at : at + 100], *([canary] if at == 1500 else [])]))
        connection.execute("COMMIT")
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    needles = [b"kvcanary", "龘靐".encode()[1:], b"wxqznative", b"qzdisplay"]  # a term's beginning is the last one's
    assert all(needle in kept for needle in needles)

    connection.execute("BEGIN IMMEDIATE")
    index.remove(canary)
    index.forget()
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert not [needle for file in tmp_path.iterdir() for needle in needles if needle in file.read_bytes()]
    assert index.count(grammar.parse("zqxj")) == 3000
    connection.close()


@pytest.mark.postgres
def test_postgres_never_walks_the_times_to_find_a_rare_word(database: Any, make_document: Make) -> None:
    connection = database
    index = postgres.Index(connection)
    index.create()
    index.add([make_document(f"common {n % 40}") for n in range(20_000)])
    index.add([make_document("common rare", at="2026-01-01T00:00:00+00:00")])
    connection.execute("VACUUM ANALYZE")
    for word in ("rare", "absent", "common rare"):
        (window,) = index._windows(grammar.parse(word), None)
        hits, values = postgres._hits(window.shard, window.expression, window.first, window.end)
        sql = f"EXPLAIN WITH hits AS MATERIALIZED ({hits}) SELECT id FROM hits ORDER BY id DESC LIMIT 50"
        lines = "\n".join(line for (line,) in connection.execute(sql, values))

        assert "Bitmap Index Scan on search_short_y2026_ts" in lines and "search_short_y2026_pkey" not in lines


@pytest.mark.postgres
def test_postgres_forgets_outside_a_transaction_only(database: Any, make_document: Make) -> None:
    connection = database
    index = postgres.Index(connection)
    index.create()
    connection.begin()

    with pytest.raises(Refused, match="outside a transaction"):
        index.forget()
    connection.rollback()
