"""HTML to text: what a reader sees comes out, what is broken stays text, and no input takes longer than its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.plaintext import html_to_text


@pytest.mark.parametrize(
    "html, text",
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("  a \n\n b  ", "a b"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<b>bo</b>ld", "bold"),
        ("你好<b>世界</b>", "你好世界"),
        ("a&nbsp;b &amp; &lt;c&gt; &#20320;", "a\u00a0b & <c> 你"),
        ("<script>alert('<p>x</p>')</script>seen<style>p{}</style>", "seen"),
        ("<title>t</title>x", "x"),
        ("<script>never closed", "never closed"),
        ("<!-- hidden -->seen", "seen"),
        ("<!-->seen", "seen"),
        ("<![if !mso]>seen<![endif]>", "seen"),
        ("<?xml version='1.0'?>seen", "seen"),
        ("<!-- never closed", "<!-- never closed"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("a <b", "a <b"),
        ('<a title="a>b">c</a>', "c"),
        ("<a title='>'>c", "c"),
        ("<a title='>c", "c"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ('<a href="https://example.com/x">here</a>.', "here <https://example.com/x>."),
        ('<a href="https://example.com/">https://example.com</a>', "https://example.com"),
        ('<a href="mailto:a@example.com">a@example.com</a>', "a@example.com"),
        ('<a href="javascript:x()">here</a>', "here"),
        ('<img alt="a cat" src="cid:1">', "a cat"),
        ('<emoji id="laugh" alt="😀" title="Laugh"></emoji>', "😀"),
        ('<at id="0">Mei Wong</at> hi', "Mei Wong hi"),
        ('<img alt="&lt;b&gt;">', "<b>"),
        ("&#" + "9" * 6000 + ";", "\ufffd"),
        ("&#55357;&#0;", "\ufffd\ufffd"),
        ("<systemEventMessage/>", ""),
        ("<DIV>A</DIV>B", "A\nB"),
    ],
)
def test_what_is_shown(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.timeout(20)  # quadratic readers need minutes for these
@pytest.mark.parametrize(
    "unit",
    ["<!--", "<", "<a ", "<a b='", '<a b="\'', "<![CDATA[", "</", "<!", "<?", "&", "&#", "<a b=c", " b", "</scrip", "<script>",
     "<title><", "<a '>' ", "<a '>\" ", "<a \"'>", "<pre>", "<a href='http:x'>", "<img alt='", "\n ", "<p>", "=", "<a x='>"],
)  # fmt: skip
def test_no_input_takes_longer_than_its_length(unit: str) -> None:
    for text in (unit * 5_000, "<a " + unit * 5_000, "<a " + unit * 5_000 + ">", "<script>" + unit * 5_000):
        html_to_text(text)


@given(st.text(alphabet="<>/!-='\"&;#aAbp123 \n你scriptle", max_size=60))
def test_any_text_gives_text(html: str) -> None:
    html_to_text(html).encode("utf-8")


@given(st.text(alphabet=st.characters(exclude_characters="<&\x00 \t\n\r\f", exclude_categories=["Cs"]), max_size=30))
def test_words_without_markup_stay_as_they_are(words: str) -> None:
    assert html_to_text(words) == words
    assert html_to_text(f"<p>{words}</p>") == words
