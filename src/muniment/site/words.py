"""The catalogues and the choice among them: English, 繁體中文, 简体中文. Nothing here needs Django.

A command line speaks one language for as long as it runs: `use` sets it once, `_` and `ngettext` speak it. Rooms below
are handed a `Words` instead. A page will choose by the reader; it asks `load`.
"""

import gettext as catalogues
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from muniment.record.errors import MunimentError, Refused
from muniment.record.words import ENGLISH, Words

DOMAIN = "muniment"
LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "zh-hant": "繁體中文", "zh-hans": "简体中文"}

_FOLDERS = {"zh-hant": "zh_Hant", "zh-hans": "zh_Hans"}
_TRADITIONAL = {"hant", "tw", "hk", "mo"}

_words: Words = ENGLISH


def fit(asked: str) -> str | None:
    """The language of ours that a tag such as `zh_HK.UTF-8`, `zh-Hans` or `en` means; None when it is none of ours."""
    parts = asked.partition(".")[0].partition("@")[0].replace("_", "-").lower().split("-")
    if parts[0] == "zh":
        return "zh-hant" if _TRADITIONAL & set(parts[1:]) else "zh-hans"
    return "en" if parts[0] in {"en", "c", "posix"} else None


def choose(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """The language to speak: what was asked for, else the first of LANGUAGE, LC_ALL, LC_MESSAGES, LANG that fits.

    Raises Refused when `asked` is none of ours; an environment that names none of ours means English.
    """
    if asked is not None:
        found = fit(asked)
        if found is None:
            known = ", ".join(LANGUAGES)
            raise Refused(
                "there are no words in {language}; expected one of {known}", language=repr(asked), known=known
            )
        return found
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for tag in environment.get(name, "").split(":"):
            if tag and (found := fit(tag)):
                return found
    return "en"


@cache
def load(language: str) -> Words:
    """The words of one of LANGUAGES; English where the catalogue is missing or has no such sentence."""
    if language not in _FOLDERS:
        return ENGLISH
    return catalogues.translation(DOMAIN, LOCALE, [_FOLDERS[language]], fallback=True)


def use(language: str) -> Words:
    """Speak `language` from here on, and hand its words to whoever is below."""
    global _words  # noqa: PLW0603  # one process, one terminal, one language
    _words = load(language)
    return _words


def words() -> Words:
    """The words that `use` chose."""
    return _words


def _(message: str) -> str:
    """`message` in the language that `use` chose."""
    return _words.gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form for `n` things in the language that `use` chose; the caller fills in `{n}`."""
    return _words.ngettext(singular, plural, n)


def say(error: MunimentError, spoken: Words | None = None) -> str:
    """A refusal in the reader's language; in English where a translation does not fit the values."""
    try:
        return (spoken or _words).gettext(error.template).format(**error.values)
    except (KeyError, IndexError, ValueError):
        return str(error)
