"""A very long text is cut where it shows least, and nothing of it is lost."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from muniment.produce.parts import PART, parts


@given(st.text(alphabet="ab \n價🙂\u0301\u200d\ufe0f", max_size=40), st.integers(1, 900))
def test_the_parts_are_the_text(some: str, times: int) -> None:
    text = some * times

    cut = list(parts(text))

    assert "".join(cut) == text
    assert all(PART <= len(part) < PART + 1000 for part in cut[:-1]) and len(cut[-1]) < PART + 1000


def test_a_text_of_lines_is_cut_after_lines() -> None:
    text = "".join(f"line {number}\n" for number in range(5000))

    assert all(part.endswith("\n") for part in parts(text))


def test_a_text_of_words_is_cut_after_a_space() -> None:
    assert all(part.endswith(" ") for part in parts("word " * 5000))


def test_a_letter_keeps_its_marks() -> None:
    text = "e\u0301" * 10_000

    assert all(not after.startswith("\u0301") for _, after in pairwise(parts(text)))


def test_a_short_text_is_one_part() -> None:
    assert list(parts("a b\nc")) == ["a b\nc"]
    assert list(parts("")) == [""]
