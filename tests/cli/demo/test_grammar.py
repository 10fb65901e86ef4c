from random import Random

import pytest

from muniment.cli.demo.grammar import Line, expand, parse_scenes


def test_a_scene_is_read_with_its_tags_marks_and_attachments() -> None:
    (first, second) = parse_scenes("@order morning\nC: buy {qty}\nS^: [ok|fine]\nS+pdf: here\n\nC!: wrong chat")
    assert first.tags == {"order", "morning"}
    assert first.lines == (
        Line("C", "buy {qty}"),
        Line("S", "[ok|fine]", answers=True),
        Line("S", "here", attachment="pdf"),
    )
    assert second.lines == (Line("C", "wrong chat", recalled=True),)


def test_alternatives_nest_and_may_be_empty() -> None:
    made = {expand("a[b|[c|d]|]{x}", Random(seed), lambda name: name.upper()) for seed in range(60)}
    assert made == {"abX", "acX", "adX", "aX"}


@pytest.mark.parametrize("template", ["a[b", "a[b|c", "[a[b]"])
def test_an_open_bracket_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="unbalanced"):
        expand(template, Random(1), str)


def test_a_row_that_is_no_line_is_refused() -> None:
    with pytest.raises(ValueError, match="not a line"):
        parse_scenes("X: who is this")
