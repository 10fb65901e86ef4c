"""XML to values: nothing but elements and words gets in, and nothing of them is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.wechat.tree import DEPTH, LARGEST, NotXml, read_xml

BILLION = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]><xml><a>&lol2;</a></xml>'


def test_elements_words_attributes_and_repetitions() -> None:
    raw = '\ufeff<?xml version="1.0" encoding="utf-8"?><xml a="1"> <b>你<![CDATA[好 <>&]]>&amp;</b><c/><d><e>1</e><e>2</e></d>tail</xml>'
    assert read_xml(raw.encode()) == (
        "xml",
        {"@a": "1", "b": "你好 <>&&", "c": "", "d": {"e": ["1", "2"]}, "#text": " tail"},
    )


@pytest.mark.parametrize(
    "raw",
    [b"", b"<xml>", b"<xml></xml><xml/>", b"no", b"\x00", b"<xml>&nope;</xml>", b"<xml>&#0;</xml>", b"<xml>&#xD800;</xml>", BILLION,
     b"<!DOCTYPE xml><xml/>", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1/">]><x>&e;</x>',
     b"<a>" * (DEPTH + 1) + b"</a>" * (DEPTH + 1), b'<?xml version="1.0" encoding="klingon"?><xml/>', b"<xml>\xff</xml>", b"<x" + b" " * LARGEST + b"/>"],
)  # fmt: skip
def test_what_is_no_plain_xml_is_refused(raw: bytes) -> None:
    with pytest.raises(NotXml):
        read_xml(raw)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_words_come_back_as_they_were(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert read_xml(f"<xml><a>{escaped}</a></xml>".encode())[1]["a"] == words
