"""Plain text in any Chinese encoding is found by how it reads; a right claim helps and a wrong one does not hurt."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.media import types
from muniment.media.attachment import read
from muniment.media.reading import Note, Status
from muniment.media.text.encoding import decode, said_in_html
from tests.media.files import here

SIMPLIFIED = "客户来电，要求买入腾讯控股两手，限价三百八十元，账户余额足够。"
TRADITIONAL = "客戶來電，要求買入騰訊控股兩手，限價三百八十元，賬戶餘額足夠。"
CANTONESE = "佢話唔好用公司電話講，呢度有錄音，遲啲喺WhatsApp再傾，得唔得嘅？"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk", "gb2312", "hz"])
def test_simplified_chinese_is_read(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding)).text == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5", "big5hkscs", "cp950"])
def test_traditional_chinese_is_read(encoding: str) -> None:
    text = f"{TRADITIONAL}\r\n2026 ok\r\n"  # UTF-16 without its mark shows by its line ends and digits
    assert decode(text.encode(encoding)).text == text


def test_cantonese_characters_of_hong_kong_are_read() -> None:
    assert decode(CANTONESE.encode("big5hkscs")) == (CANTONESE, "big5hkscs", False, False)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("買入", "big5"),
        ("买入", "gb18030"),
        ("收到", "gb18030"),
        ("好的", "big5"),
        ("謝謝您", "big5"),
        ("ok 保本", "gb18030"),
    ],
)
def test_a_word_or_two_are_enough(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café naïve, £100 – “fine” straße", "cp1252"),
        ("plain ascii", "ascii"),
        ("", "ascii"),
    ],
)
def test_western_text_stays_western(text: str, encoding: str) -> None:
    assert decode(text.encode("cp1252")) == (text, encoding, False, False)


def test_a_claim_counts_where_the_bytes_fit_it() -> None:
    assert decode("привет".encode("koi8-r"), said="koi8-r").text == "привет"
    assert decode("買入騰訊".encode("big5"), said="BIG5").text == "買入騰訊"
    assert decode("嘅".encode("big5hkscs"), said="big5").text == "嘅"
    assert decode("㐂".encode("gb18030"), said="gb2312").text == "㐂"


def test_a_wrong_claim_does_not_hurt() -> None:
    assert decode(SIMPLIFIED.encode(), said="big5").text == SIMPLIFIED
    assert decode(TRADITIONAL.encode("big5"), said="iso-8859-1").text == TRADITIONAL
    for nonsense in ("base64", "zip", "no such", "rot13", "idna", "\0", "utf-8\n"):
        assert decode(SIMPLIFIED.encode("gb18030"), said=nonsense).text == SIMPLIFIED


def test_a_text_that_is_cut_within_a_character_is_said_to_be() -> None:
    for encoding in ("utf-8", "gb18030", "big5hkscs"):
        whole = TRADITIONAL.encode(encoding)
        found = decode(whole[:-1])
        assert (found.text, found.encoding, found.cut_short) == (TRADITIONAL[:-1], encoding, True)
        assert here(types.TEXT, whole[:-1]).notes == (Note.CUT_SHORT,)


def test_damage_within_chinese_leaves_it_chinese() -> None:
    raw = bytearray(f"{SIMPLIFIED}\n".encode("gb18030") * 4)
    raw[60:61] = b"\xff"
    found = decode(bytes(raw))
    assert found.faulty
    assert "腾讯控股" in found.text
    assert here(types.TEXT, bytes(raw)).notes == (Note.UNDECODABLE,)


def test_a_page_declares_its_encoding() -> None:
    assert said_in_html(b'<html><meta charset="gb2312">') == "gb2312"
    assert said_in_html(b"<meta http-equiv=Content-Type content='text/html; charset=big5'>") == "big5"
    assert said_in_html(b'<?xml version="1.0" encoding="GBK"?><html>') == "GBK"
    assert said_in_html(b"<p>charset=none") == ""


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "gb2312", "big5", "utf-8", "hz", "utf-16", "iso-2022-kr", "johab", "x"]),
)
def test_any_bytes_give_some_text(raw: bytes, said: str) -> None:
    decode(raw, said=said).text.encode("utf-8", "surrogatepass")


@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_unicode_is_never_mistaken(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found.text == text or (encoding == "utf-8" and not found.faulty)
    assert encoding == "utf-16" or found.text == text


def test_a_table_of_text_keeps_its_lines() -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["客戶", "股數"], ["陳大文, 先生", "2000"]])
    reading = read(out.getvalue().encode("big5hkscs"), "text/csv", "orders.csv")
    assert (reading.extract_status, reading.agrees) == (Status.OK, True)
    assert reading.text == '客戶,股數\n"陳大文, 先生",2000'


def _said(folder: Path) -> list[str]:
    with zipfile.ZipFile(folder / "test.json.zip") as archive:
        talks = json.loads(archive.read(archive.namelist()[0]))
    return [turn["content"] for talk in talks.values() for turn in talk["messages"]]


@pytest.mark.shared
def test_real_chat_is_read_in_every_encoding(shared_data: Callable[[str], Path]) -> None:
    """Each message by itself, as a file of its own: short, and the harder for it."""
    said = [text for text in _said(shared_data("crosswoz")) if len(text) >= 8][:1_000]
    to_traditional = opencc.OpenCC("s2hk")
    wrong = dict.fromkeys(("gb18030", "big5hkscs"), 0)
    for text in said:
        for encoding, written in (("gb18030", text), ("big5hkscs", to_traditional.convert(text))):
            try:
                raw = written.encode(encoding)
            except UnicodeEncodeError:
                continue
            wrong[encoding] += decode(raw).text != written
    assert {encoding: count <= len(said) // 1_000 for encoding, count in wrong.items()} == dict.fromkeys(wrong, True), (
        wrong
    )
