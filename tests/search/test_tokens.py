"""How text is read: the tables, and what a searcher may rely on."""

import sys
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.search import make_tables, tables, tokens


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Buy 0700.HK", "buy 0700 hk"),
        ("HK$1,000 or 3.14", "hk 1 000 or 3 14"),
        ("a@b.co", "a b co"),
        ("don't", "don t"),
        ("買入AAPL股票", "买入 入 aapl 股票 票"),
        ("保本，收益", "保本 本 收益 益"),
        ("保\u200b本\u2060", "保本 本"),
        ("ﾊﾟｰﾃｨｰ", "パー ーテ ティ ィー ー"),
        ("한글", "한글 글"),
        ("ไทย", "ไท ทย ย"),
        ("👍🏽👨‍👩‍👧", "👍 👨 👩 👧"),
        ("❤️ok", "❤ ok"),
        ("１０００元", "1000 元"),
        ("١٢٣", "123"),
        ("Straße ÉCOLE e\u0301", "strasse école é"),
        ("Brand™", "brand"),
        ("帳 賬 账 帐", "帐 帐 帐 帐"),
        ("裏裡里 臺檯台 著着 衞衛", "里里 里里 里 台台 台台 台 着着 着 卫卫 卫"),
        ("\x00a\ud800b\x7f", "a b"),
        ("x" * 250, f"{'x' * 100} {'x' * 100} {'x' * 50}"),
        ("", ""),
        (" ,。!", ""),
    ],
)
def test_text_is_read_as_these_tokens(text: str, expected: str) -> None:
    assert " ".join(tokens.words(text)) == expected
    assert tokens.body(text).split() == tokens.words(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_is_read_the_same_on_the_short_way(text: str) -> None:
    assert tokens.words(text) == tokens.words(f"{text} 一")[:-1]


@given(st.text(), st.text())
def test_tokens_hold_nothing_that_a_database_would_cut_or_quote(text: str, other: str) -> None:
    for token in tokens.words(text + other):
        assert 1 <= len(token) <= tokens.LONGEST
        assert not set(token) & set(" '\"\\*·") and token == "".join(token.split())
        assert all(not c.isascii() or c.islower() or c.isdigit() for c in token)
        token.encode("utf-8")


@given(st.text(), st.text(max_size=3))
def test_joining_with_a_space_never_changes_the_tokens_of_either_side(left: str, right: str) -> None:
    assert tokens.words(f"{left} , {right}") == tokens.words(left) + tokens.words(right)


def test_a_character_and_its_decomposition_are_read_alike() -> None:
    for code in range(0x30000):  # nothing beyond decomposes
        character = chr(code)
        if unicodedata.decomposition(character) or (0xAC00 <= code <= 0xD7A3 and not code % 13):
            decomposed = unicodedata.normalize("NFD", character)
            assert tokens.words("a" + decomposed) == tokens.words("a" + character), hex(code)


@pytest.mark.parametrize(
    "step", [61, pytest.param(1, marks=pytest.mark.deep)]
)  # a prime: other characters of each block than a round number would meet
def test_every_character_alone_is_read_as_its_folded_form(step: int) -> None:
    for code in range(0, sys.maxunicode + 1, step):
        folded = tokens.fold(chr(code))
        assert tokens.words(chr(code)) == tokens.words(folded), hex(code)
        assert tokens.fold(folded) == folded, hex(code)


def test_the_folding_table_is_what_opencc_gives() -> None:
    assert (files(tables) / "han.txt").read_text("utf-8") == make_tables.han_table()


@pytest.mark.skipif(
    unicodedata.unidata_version != "14.0.0", reason="the table of classes was written with Unicode 14.0.0"
)
def test_the_table_of_classes_is_what_unicode_says() -> None:
    assert (files(tables) / "classes.txt").read_text("utf-8") == make_tables.classes_table()


def test_a_changed_table_raises_the_version() -> None:
    known = {1: "5dee4493087c1d3f185f151bded85c24f3ee27bfb60d7d6294c05bbcef4d48da"}

    assert unicodedata.unidata_version != "14.0.0" or known[tokens.VERSION] == tokens.TABLES
