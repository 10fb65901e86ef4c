"""What templates can say: texts, names, times, numbers, sizes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.archives import Place

pytestmark = pytest.mark.usefixtures("place")
AT = int(datetime(2026, 11, 18, 7, 42, 6, 311_000, tzinfo=UTC).timestamp() * 1_000_000)


@pytest.fixture(autouse=True)
def in_hong_kong(place: Place) -> Iterator[None]:
    from django.utils import timezone, translation

    with timezone.override(ZoneInfo("Asia/Hong_Kong")), translation.override("en"):
        yield


def said(template: str, **context: object) -> str:
    from django.template import Context, Template

    return Template(template).render(Context(context))


def test_a_message_is_text_in_a_box_of_its_own() -> None:
    html = said("{% message text marks=marks %}", text="<b>保本嘅</b>\n\u202eok", marks=[(3, 5)])
    assert html.startswith('<bdi class="text" dir="auto" lang="zh-Hant">')
    assert "&lt;b&gt;<mark>保本</mark>嘅&lt;/b&gt;\n\u202eok</bdi>" in html


def test_hidden_characters_are_named_when_asked_for() -> None:
    assert '<i class="c">U+202E</i>' in said("{% message text visible=True %}", text="a\u202eb")
    assert said("{{ text|conceals }}", text="a\u202eb") == "True"


def test_a_long_message_says_how_long_it_is_and_where_the_rest_stands() -> None:
    html = said('{% message text limit=100 more="/events/1-0/" %}', text="好" * 5000)
    assert '<a class="n" href="/events/1-0/">all 5,000 characters</a>' in html
    assert html.count("好") == 100


def test_an_empty_message_is_nothing() -> None:
    assert said('{% message "" %}') == ""


def test_a_file_name_shows_its_true_ending() -> None:
    assert said("{% filename name %}", name="bill\u202efdp.exe") == '<bdi>bill<i class="c">U+202E</i>fdp.exe</bdi>'


def test_a_name_is_in_the_letters_of_its_language() -> None:
    assert said("{% person name %}", name="<i>陳大文") == '<bdi lang="zh-Hant">&lt;i&gt;陳大文</bdi>'


@pytest.mark.parametrize(
    "form, precision, shown",
    [
        ("long", "s", "18 Nov 2026, 15:42:06"),
        ("exact", "ms", "18 Nov 2026, 15:42:06.311"),
        ("exact", "us", "18 Nov 2026, 15:42:06.311000"),
        ("short", "s", "18 Nov 2026, 15:42"),
        ("time", "s", "15:42"),
        ("date", "s", "18 November 2026"),
        ("month", "day", "Nov 2026"),
        ("long", "min", "18 Nov 2026, 15:42"),
        ("long", "day", "18 November 2026"),
    ],
)
def test_a_time_shows_no_more_than_the_source_told(form: str, precision: str, shown: str) -> None:
    assert f">{shown}</time>" in said("{% moment at form precision %}", at=AT, form=form, precision=precision)


@pytest.mark.parametrize("precision, why", [("min", "to the minute"), ("day", "a day and no time")])
def test_a_time_that_is_not_exact_looks_different_and_says_why(precision: str, why: str) -> None:
    for form in ("long", "short"):
        html = said("{% moment at form precision %}", at=AT, form=form, precision=precision)
        assert 'class="vague"' in html
        assert why in html
    assert 'class="vague"' not in said("{% moment at %}", at=AT)


def test_a_time_tells_utc_on_hover() -> None:
    assert 'title="2026-11-18 07:42:06 UTC"' in said("{% moment at %}", at=AT)
    assert 'datetime="2026-11-18T07:42:06.311000+00:00"' in said("{% moment at %}", at=AT)


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_a_day_is_written_as_chinese_readers_write_it(language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        assert "2026年11月18日 15:42:06" in said("{% moment at %}", at=AT)


@pytest.mark.parametrize(
    "seconds, shown",
    [
        (0, "0 s ago"),
        (59, "59 s ago"),
        (61, "1 min ago"),
        (3 * 3600 + 120, "3 h 2 min ago"),
        (2 * 86_400 + 4 * 3600, "2 d 4 h ago"),
        (3000 * 86_400, "3,000 d ago"),
        (-5, "in the future"),
    ],
)
def test_an_age_is_said_in_two_units(seconds: int, shown: str) -> None:
    from muniment.desk.times import age

    assert age(seconds) == shown


def test_a_number_is_a_link_to_what_it_counts() -> None:
    assert said("{% count 212480 url %}", url="/search/?q=a&b") == '<a class="n" href="/search/?q=a&amp;b">212,480</a>'
    assert said("{% count 0 %}") == '<span class="n">0</span>'


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_thousands_are_three_digits_in_every_language(language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        assert said("{{ n|grouped }} {% count n %}", n=1_234_567) == '1,234,567 <span class="n">1,234,567</span>'


@pytest.mark.parametrize(
    "language, day, month",
    [
        ("en", "9 Nov 2026", "Nov 2026"),
        ("zh-hant", "2026年11月9日", "2026年11月"),
        ("zh-hans", "2026年11月9日", "2026年11月"),
    ],
)
def test_days_and_months_without_a_message_read_as_the_language_writes_them(
    language: str, day: str, month: str
) -> None:
    from django.utils import translation

    from muniment.desk.archive import sayings

    with translation.override(language):
        assert said('{{ day|said_as:"day" }}', day=date(2026, 11, 9)) == day
        assert sayings.label("month", "2026-11") == month


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_number_leads_nowhere_else(url: str) -> None:
    with pytest.raises(ValueError, match="not an address of ours"):
        said("{% count 1 url %}", url=url)


def test_a_size_is_rounded_and_exact_on_hover() -> None:
    assert said("{% amount 1234567 %}") == '<span class="n" title="1,234,567 bytes">1.2\xa0MB</span>'


@pytest.mark.parametrize("state", ["sealed", "pending", "disposed", "broken", "hold", "privileged"])
def test_a_badge_has_a_word_beside_its_icon(state: str) -> None:
    html = said("{% badge state %}", state=state)
    assert f'class="chip {state}"' in html
    assert html.endswith(f"</svg>{ {'hold': 'on hold'}.get(state, state) }</span>")


def test_the_zone_is_called_by_its_city() -> None:
    assert said("{% zone_name %}") == "Hong Kong time"
