"""What a page shows of a text from outside: all of it, nothing but it, and never as markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.desk.show import Span, conceals, inline, merged, show, window
from muniment.produce.visible import hidden

ALLOWED = {("mark", None), ("span", "url"), ("b", "host"), ("i", "c"), ("i", "c of")}
NASTY = (
    "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b", "\x85", "\ud800", "\ufffe", "\r", "\n", "\r\n", "\t",
    "<script>", "</bdi>", "&amp;", "&", '"', "'", "<!--", "]]>", "https://", "http://a@b/", "www.", "https://а.example/",
    "保本", "а", "ｐ", "⼀", "👩‍👩‍👧", "1️⃣", "e\u0301", "ﷺ", " ", "/", "@", "\\",
)  # fmt: skip
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=12).map("".join)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(texts)
    edge = st.integers(-2, len(text) + 2)
    return text, draw(st.lists(st.tuples(edge, edge), max_size=5))


class Page(HTMLParser):
    """Reads what was made as a browser would: the text that it stands for, the hits in it, and every element."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str | None]] = []
        self.elements: set[tuple[str, str | None]] = set()
        self.said: list[str] = []
        self.hits: set[int] = set()
        self.hosts: list[str] = []
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert all(name == "class" for name, _ in attrs)
        self.open.append((tag, dict(attrs).get("class")))
        self.elements.add(self.open[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if ("i", "c of") in self.open:
            return
        if ("i", "c") in self.open:
            data = chr(int(data.removeprefix("U+"), 16))
        if ("mark", None) in self.open:
            at = sum(map(len, self.said))
            self.hits |= set(range(at, at + len(data)))
        if ("b", "host") in self.open:
            self.hosts.append(data)
        self.said.append(data)

    @property
    def text(self) -> str:
        return "".join(self.said)


@given(marked(), st.booleans())
def test_every_character_is_there_and_only_the_named_elements_are(case: tuple[str, list[Span]], visible: bool) -> None:
    text, marks = case
    page = Page(show(text, marks, visible=visible).html)
    assert page.text == text
    assert page.elements <= ALLOWED
    assert page.hits == {at for a, b in merged(marks, len(text)) for at in range(a, b)}


@given(marked(), st.integers(1, 20), st.integers(1, 4))
def test_a_part_says_exactly_what_it_left_out(case: tuple[str, list[Span]], limit: int, lines: int) -> None:
    text, marks = case
    shown = show(text, marks, limit=limit, lines=lines)
    end = len(text) - shown.after
    assert Page(shown.html).text == text[shown.before : end]
    assert end - shown.before <= limit + 32
    assert text[shown.before : end].count("\n") <= lines


@given(marked(), st.integers(1, 20), st.integers(1, 4))
def test_a_part_holds_the_beginning_of_the_first_hit(case: tuple[str, list[Span]], limit: int, lines: int) -> None:
    text, marks = case
    hits = merged(marks, len(text))
    start, end = window(text, hits, limit, lines)
    assert 0 <= start <= end <= len(text)
    if hits:
        assert start <= hits[0][0] < end


@given(texts)
def test_nothing_hidden_is_left_when_all_is_made_visible(text: str) -> None:
    assert list(hidden(show(text, visible=True).html)) == []


@given(texts)
def test_a_name_is_one_line_of_text_with_nothing_hidden(text: str) -> None:
    html = inline(text)
    page = Page(html)
    assert page.text == text
    assert page.elements <= {("i", "c")}
    assert not set("\n\r\t\u202e\u200b") & set(html)


def test_a_long_name_keeps_its_ends() -> None:
    html = inline("a" * 5000 + ".pdf", limit=40)
    assert len(html) < 50
    assert html.endswith(".pdf")


@pytest.mark.parametrize(
    "text, host",
    [
        ("see https://bank.example/x.", "bank.example"),
        ("https://bank.example@evil.example/login", "evil.example"),
        ("https://bank.example:pw@evil.example:8443/?a@b", "evil.example"),
        ("HTTP://EVIL.example#bank.example", "EVIL.example"),
        ("https://evil.example\\@bank.example", "evil.example"),
        ("去 www.evil.example，快", "www.evil.example"),
    ],
)
def test_a_link_shows_where_it_leads(text: str, host: str) -> None:
    assert "".join(Page(show(text).html).hosts) == host


def test_a_link_cannot_be_followed() -> None:
    assert "<a" not in show("https://evil.example/").html


def test_a_host_in_foreign_letters_is_spelled_as_the_wire_has_it() -> None:
    assert '<i class="c of">xn--80ak6aa92e.com</i>' in show("https://аррӏе.com/").html


@pytest.mark.parametrize("text", ["pаypal", "раура", "⼀百萬", "Ⅴolume", "a\u202eb", "sell\u200bing"])
def test_what_deceives_the_eye_is_told(text: str) -> None:
    assert conceals(text)
    assert "U+" in show(text, visible=True).html


@pytest.mark.parametrize("text", ["paypal", "привет мир", "καλημέρα", "一百萬", "👩‍👩‍👧 1️⃣", "می‌خواهم"])
def test_what_is_plain_is_left_alone(text: str) -> None:
    assert not conceals(text)
    assert show(text, visible=True).html == text


def test_hidden_characters_stay_as_they_are_until_asked_for() -> None:
    assert show("a\u202eb").html == "a\u202eb"


def test_a_control_character_is_always_named() -> None:
    assert show("a\x00b").html == 'a<i class="c">U+0000</i>b'
