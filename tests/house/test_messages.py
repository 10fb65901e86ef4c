"""The catalogues are complete in both Chinese scripts, and the machinery that says so can say no."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

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
