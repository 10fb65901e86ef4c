"""What no template may hold: a word that nobody can translate, script or style in line, text that is not escaped.

These read the templates' source, so that a page nobody opened is held to it too; the pages themselves are tested in a
browser (tests/browser).
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests.house.messages import SOURCE, templates

TEMPLATES = templates()
_SPOKEN = ("title", "alt", "placeholder", "aria-label", "aria-description", "summary", "label")
_IN_A_TAG = {"block page_class", "block body_attributes"}
"""Blocks of base.html that stand within a tag: what fills them is no text."""
_TYPED = {"code", "kbd", "samp", "pre"}
"""What is typed or printed as it stands, whoever reads it."""
_WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
_NAMES = re.compile(r"\b(Muniment|English|WhatsApp|WeChat|WeCom|PDF|CSV|JSON|NDJSON)\b|简体中文|繁體中文")
"""What stands as it is in every language: our name, each language's name in itself, platforms, formats."""


class Reader(HTMLParser):
    """Collects what a template's HTML says by itself, and what of it the content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.refused: list[str] = []
        self._typed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An opening tag: its attributes that are shown or read aloud, and those that run or paint."""
        given = dict(attrs)
        self._typed += tag in _TYPED
        for name, value in attrs:
            if name in _SPOKEN and value:
                self.said.append(value)
            if name == "style" or (name.startswith("on") and name.isalpha()):
                self.refused.append(f"<{tag} {name}=…>")
            if name.startswith(("hx-on", "data-hx-on")):
                self.refused.append(f"<{tag} {name}=…>")
            if value and value.strip().lower().startswith("javascript:"):
                self.refused.append(f"<{tag} {name}=javascript:…>")
        if tag == "style" or (tag == "script" and "src" not in given):
            self.refused.append(f"<{tag}> in line")

    def handle_endtag(self, tag: str) -> None:
        """A closing tag."""
        self._typed -= tag in _TYPED

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self._typed:
            self.said.append(data)


def read(source: str) -> Reader:
    """A template's own HTML, with what its tags and variables put there left out."""
    reader, kept, silent = Reader(), list[str](), ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            first = token.contents.split(maxsplit=1)[0]
            if first in ("blocktranslate", "blocktrans", "comment", "verbatim"):
                silent = f"end{first}"
            elif token.contents in _IN_A_TAG:
                silent = "endblock"
            elif first == silent:
                silent = ""
        elif token.token_type == TokenType.TEXT and not silent:
            kept.append(token.contents)
    reader.feed("".join(kept))
    reader.close()
    return reader


def untranslated(source: str) -> list[str]:
    """The words of a template that no catalogue can reach."""
    return [text.strip() for text in read(source).said if _WORD.search(_NAMES.sub("", text))]


def unescaped(source: str) -> list[str]:
    """The tags and variables that switch escaping off."""
    return [
        token.contents
        for token in Lexer(source).tokenize()
        if (token.token_type == TokenType.VAR and re.search(r"\|\s*(safe|safeseq)\b", token.contents))
        or (token.token_type == TokenType.BLOCK and re.match(r"autoescape\s+off|filter\s+safe", token.contents))
    ]


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


PAGES = [path for path in TEMPLATES if path.suffix == ".html"]


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_template_holds_script_or_style_in_line(path: Path) -> None:
    assert read(path.read_text(encoding="utf-8")).refused == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_switches_escaping_off(path: Path) -> None:
    assert unescaped(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        '<img alt="a face">',
        "<b>{{ x }} records</b>",
        "<p>記錄</p>",
        '{% if a %}<i title="Yes">1</i>{% endif %}',
    ],
)
def test_a_word_outside_the_catalogues_is_found(source: str) -> None:
    assert untranslated(source)


@pytest.mark.parametrize(
    "source",
    [
        '<p>{% translate "Hello" %}</p>',
        "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}",
        "{% comment %}Why{% endcomment %}<p>1 · 2</p>",
        "<p><code>muniment verify</code></p>",
        "<!-- why --><html lang=en><a href=/search>{{ text }}</a>",
    ],
)
def test_what_can_be_translated_or_is_not_said_is_left_alone(source: str) -> None:
    assert untranslated(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "<script>1</script>",
        "<style>p{}</style>",
        '<p style="color:red">',
        '<p onclick="x()">',
        '<p hx-on:click="x()">',
        '<a href="javascript:x()">',
    ],
)
def test_what_the_policy_would_refuse_is_found(source: str) -> None:
    assert read(source).refused


@pytest.mark.parametrize("source", ["{{ x|safe }}", "{{ x | safeseq }}", "{% autoescape off %}", "{% filter safe %}"])
def test_text_that_is_not_escaped_is_found(source: str) -> None:
    assert unescaped(source)
