"""The catalogues are complete in both Chinese scripts, and the machinery that says so can say no."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from opencc import OpenCC

from muniment.record.errors import NotFound, Refused
from muniment.site import words
from tests.house import messages


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_the_catalogue_is_complete_and_its_placeholders_agree(locale: str) -> None:
    assert list(messages.faults(locale, messages.read(locale), messages.collect())) == []


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_the_compiled_catalogue_is_the_readable_one(locale: str) -> None:
    assert list(messages.compiled_faults(locale, messages.read(locale))) == []


def test_it_collects_refusals_marked_sentences_and_plurals(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text(
        'raise Refused("no {what} here", what=1)\n'
        'raise errors.Damaged(\n    "a long "\n    "one"\n)\n'
        'help=_("say it")\n'
        'ngettext("{n} record", "{n} records", n)\n'
        'print("not this")\n'
    )
    found = {m.id for m in messages.collect(tmp_path) if m.id}
    assert found == {"no {what} here", "a long one", "say it", ("{n} record", "{n} records")}


TEMPLATE = """\
{% load i18n %}<ul>
    <li title="{% translate 'a title' %}">{% translate "100% said" %}</li>
  <li>{% blocktranslate trimmed with name=person.name %}
        Written by
        {{ name }}.
      {% endblocktranslate %}</li>
{# Translators: the queue's length #}
      {% blocktranslate count n=waiting %}{{ n }} waits{% plural %}{{ n }} wait{% endblocktranslate %}
 {% translate "May" context "month" %} not this (nor this
</ul>
"""


def test_it_collects_from_templates_as_django_will_ask(tmp_path: Path) -> None:
    folder = tmp_path / "app" / "templates" / "app"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(TEMPLATE)
    (tmp_path / "app" / "words.txt").write_text("{% translate 'no template' %}")
    (tmp_path / "app" / "pages.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext_lazy, pgettext\n"
        '_("lazily")\n'
        'ngettext_lazy("%(n)d file", "%(n)d files", "n")\n'
        'pgettext("verb", "hold")\n'
    )
    found = {(m.context, m.id) for m in messages.collect(tmp_path) if m.id}
    assert found == {
        (None, "a title"),
        (None, "100%% said"),
        (None, "Written by %(name)s."),
        (None, ("%(n)s waits", "%(n)s wait")),
        ("month", "May"),
        (None, "lazily"),
        (None, ("%(n)d file", "%(n)d files")),
        ("verb", "hold"),
    }


def test_one_sentence_with_two_plurals_is_refused(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text('ngettext("one", "many", n)\nngettext("one", "more", n)\n')
    with pytest.raises(messages.Collision, match="two plurals"):
        messages.collect(tmp_path)


def test_django_finds_a_compiled_sentence(tmp_path: Path) -> None:
    """Through Django's own machinery, in a process of its own: settings, LOCALE_PATHS, the file called django.mo."""
    catalog = Catalog(locale="zh_Hant", domain="muniment")
    catalog.add("a sentence of ours", "我們的一句話")
    catalog.add(("%(n)s waits", "%(n)s wait"), ("等候%(n)s",))
    catalog.add("May", "五月", context="month")
    folder = tmp_path / "zh_Hant" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(messages.mo_bytes(catalog))
    code = (
        "import sys; from django.conf import settings; import django\n"
        "settings.configure(USE_I18N=True, LOCALE_PATHS=[sys.argv[1]], INSTALLED_APPS=[])\n"
        "django.setup(); from django.utils import translation as t; t.activate('zh-hant')\n"
        "print(t.gettext('a sentence of ours'), t.ngettext('%(n)s waits', '%(n)s wait', 3), t.pgettext('month', 'May'))"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout == "我們的一句話 等候%(n)s 五月\n"


@pytest.mark.parametrize("locale", messages.LOCALES)
def test_the_commands_and_django_say_the_same(locale: str) -> None:
    first, second = (messages.po_path(locale).with_name(name).read_bytes() for name in messages.COMPILED)
    assert first == second


def test_it_says_what_is_wrong_with_a_catalogue() -> None:
    template, catalog = Catalog(), Catalog(locale="zh_Hant")
    for text in ("new", "empty", "unsure", "not the {same}", "kept {well}"):
        template.add(text)
    catalog.add("empty", "")
    catalog.add("unsure", "不確定", flags=["fuzzy"])
    catalog.add("not the {same}", "不是{other}")
    catalog.add("kept {well}", "{well}存好")
    catalog.add("gone", "沒有了")

    said = list(messages.faults("zh_Hant", catalog, template))
    assert [line.split(":")[1].strip() for line in said] == [
        "missing",
        "not translated",
        "fuzzy",
        "placeholders differ",
        "no longer said",
    ]


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh_HK.UTF-8", "zh-hant"),
        ("zh_TW", "zh-hant"),
        ("zh-Hant", "zh-hant"),
        ("zh_CN.UTF-8", "zh-hans"),
        ("zh-Hans-SG", "zh-hans"),
        ("zh", "zh-hans"),
        ("en_GB.UTF-8", "en"),
        ("C.UTF-8", "en"),
        ("fr_FR", None),
        ("", None),
    ],
)
def test_a_locale_name_means_one_of_our_languages(tag: str, language: str | None) -> None:
    assert words.fit(tag) == language


def test_the_first_variable_that_fits_chooses_the_language() -> None:
    assert words.choose(None, {"LANGUAGE": "fr:zh_HK:en", "LANG": "en_US.UTF-8"}) == "zh-hant"
    assert words.choose(None, {"LANG": "zh_CN.UTF-8"}) == "zh-hans"
    assert words.choose(None, {"LANG": "fr_FR.UTF-8"}) == "en"
    assert words.choose("en", {"LANG": "zh_CN.UTF-8"}) == "en"


def test_a_language_that_we_do_not_speak_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="'fr'"):
        words.choose("fr", {})


def test_a_refusal_is_said_in_the_readers_language_and_in_english_where_nobody_translated_it() -> None:
    template = "there are no words in {language}; expected one of {known}"
    error = Refused(template, language="fr", known="en")
    for language in ("zh-hant", "zh-hans"):
        said = words.say(error, words.load(language))
        assert said != str(error)
        assert "fr" in said
    assert words.say(error, words.load("en")) == str(error)
    unknown = NotFound("nobody ever " + "said {this}", this=3)
    assert words.say(unknown, words.load("zh-hans")) == "nobody ever said 3"


def test_each_catalogue_is_written_in_its_own_script() -> None:
    simplified = OpenCC("t2s")
    for message in messages.read("zh_Hans"):
        for _english, form in messages._forms(message) if message.id else []:
            assert simplified.convert(form) == form

    others = [str(m.string) for m in messages.read("zh_Hant") if m.id and m.string]
    assert sum(simplified.convert(form) != form for form in others) > len(others) / 2
