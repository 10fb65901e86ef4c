"""A very long message is shown in parts: all of it, its hits marked, and in no part more than a browser can lay out."""

import re
from html import unescape

from muniment.desk.show import show
from muniment.produce.parts import ONE_PIECE, PART

TAGS = re.compile(r"<[^>]*>")


def test_all_of_a_long_text_is_there_in_parts() -> None:
    text = "".join(f"line {number} <b>&amp;</b>\n" for number in range(10_000))

    html = show(text).html

    pieces = re.findall(r'<span class="part">(.*?)</span>', html, re.DOTALL)
    assert "".join(map(unescape, pieces)) == text
    assert len(pieces) > len(text) // (PART + 1000)
    assert "<b>" not in html


def test_its_hits_are_marked_wherever_they_stand() -> None:
    text = "word " * 20_000
    marks = [(0, 4), (5, 9), (PART - 2, PART + 900), (50_000, 50_004), (len(text) - 5, len(text) - 1)]

    html = show(text, marks).html

    assert unescape(TAGS.sub("", html)) == text
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", html, re.DOTALL))
    assert TAGS.sub("", marked) == "".join(text[a:b] for a, b in marks)


def test_a_text_that_a_browser_takes_at_once_stays_in_one() -> None:
    assert "part" not in show("a" * ONE_PIECE).html
