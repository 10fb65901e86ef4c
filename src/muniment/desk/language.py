"""In which language a message seems to be written, so that its Han characters take the right form and a reader aloud the right voice.

A guess from the characters alone, never a fact about the message: nothing is stored, searched or translated by it.
"""

import re
from functools import cache

from muniment.search.tables import load

SAMPLE = 2000
"""Characters that are looked at; a long message tells early."""

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_CANTONESE = re.compile("[冇咗哋唔啲喺嗰嘅嘢㗎咁佢嚟]")
"""Written where people write Traditional characters, though other characters of the message may tell more."""
_BOTH = frozenset("着恒")
"""Simplified to the tables, in daily use in Hong Kong."""
_LETTER = re.compile(r"[^\W\d_]")
_URL = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)


def guess(text: str) -> str:
    """A language tag for the attribute `lang`: en, zh-Hant, zh-Hans, zh, ja or ko; "" where nothing tells."""
    some = _URL.sub(" ", text[:SAMPLE])
    han = _HAN.findall(some)
    hangul, kana = len(_HANGUL.findall(some)), len(_KANA.findall(some))
    if hangul > len(han) + kana:
        return "ko"
    if kana and kana * 4 >= len(han):
        return "ja"
    if han:
        return _script(han, cantonese=_CANTONESE.search(some) is not None)
    letters = _LETTER.findall(some)
    return "en" if letters and all(letter.isascii() for letter in letters) else ""


def _script(han: list[str], *, cantonese: bool) -> str:
    traditional, simplified, perhaps = _exclusive()
    more = sum(c in traditional for c in han) - sum(c in simplified for c in han)
    if more == 0:
        more = cantonese - any(c in perhaps for c in han)
    return "zh-Hant" if more > 0 else "zh-Hans" if more < 0 else "zh"


@cache
def _exclusive() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Characters that only Traditional text has, that only Simplified text has, and that mostly Simplified text has.

    Our folding table gives the pairs; the national character sets say which half of a pair the other script uses too
    (后, 里 and 面 are a Simplified form of one word and the Traditional form of another).
    """
    folding = load().folding
    pairs = {chr(a): b for a, b in folding.items() if b is not None and _HAN.fullmatch(chr(a)) and _HAN.fullmatch(b)}
    traditional = frozenset(c for c in pairs if not _encodes(c, "gb2312"))
    forms = frozenset(pairs.values()) - _BOTH
    simplified = frozenset(c for c in forms if not _encodes(c, "big5hkscs"))
    return traditional, simplified, frozenset(c for c in forms - simplified if not _encodes(c, "big5"))


def _encodes(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
