"""The language that a message seems to be in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.desk.language import guess


@pytest.mark.parametrize(
    "text, language",
    [
        ("Slide 4 still says principal protected", "en"),
        ("何太放心，呢隻票據保本嘅，年息八厘，冇風險", "zh-Hant"),
        ("唔係保本㗎，講清楚先", "zh-Hant"),
        ("冇事", "zh-Hant"),
        ("恒生指數", "zh-Hant"),
        ("这款产品不保本，属于R3，请先看风险揭示书", "zh-Hans"),
        ("你上次说保本的那个，现在亏了怎么算？", "zh-Hans"),
        ("发票", "zh-Hans"),
        ("好，看着你", "zh"),
        ("OK 收到", "zh"),
        ("これはペンです", "ja"),
        ("日本の会社", "ja"),
        ("안녕하세요", "ko"),
        ("привет", ""),
        ("مرحبا", ""),
        ("café au lait", ""),
        ("12:30 🙂", ""),
        ("", ""),
        ("https://www.example.com/a/b", ""),
        ("睇下 https://www.example.com/very-long-words-in-a-link 咗未", "zh-Hant"),
    ],
)
def test_a_message_tells_its_language(text: str, language: str) -> None:
    assert guess(text) == language


@given(st.text())
def test_whatever_comes_there_is_an_answer(text: str) -> None:
    assert guess(text) in {"en", "zh-Hant", "zh-Hans", "zh", "ja", "ko", ""}
