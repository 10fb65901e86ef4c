"""How text is read: folded, then cut into tokens, one position each; both databases get these and cut nothing themselves.

docs/formats/query.md defines it for other implementers. `VERSION` and `TABLES` say which reading an index was made with.
"""

import re
import unicodedata
from array import array
from bisect import bisect_right
from operator import add
from typing import Final

from muniment.search import tables
from muniment.search.scripts import DENSE

VERSION: Final = 1
"""Raised by any change that reads some text differently."""

LONGEST: Final = 100
"""Characters in a token; a longer word is read as parts of this length."""

_tables = tables.load()
TABLES: Final = _tables.digest
"""Hex SHA-256 of the tables and of this Python's Unicode version."""

_FOLDING = _tables.folding
_ASCII = bytes(c + 32 if 65 <= c <= 90 else c if c < 128 and chr(c).isalnum() else 32 for c in range(256))
_CLASSES = sorted(
    [(a, b, "w") for a, b in _tables.words]
    + [(a, b, "d") for a, b in DENSE]
    + [(a, b, "s") for a, b in _tables.symbols]
)
_STARTS = [a for a, _, _ in _CLASSES]
_LONG = re.compile(f"[^ ]{{{LONGEST + 1}}}")
_dense = "".join(f"{chr(a)}-{chr(b)}" for a, b in DENSE)
_STRETCH = re.compile(f"[{_dense}][ {_dense}]*|[^ {_dense}]{{1,{LONGEST}}}")
_AFTER_GAP = re.compile("\0.", re.DOTALL)
_APART = "\ud800"
"""Stands for a character that may join with the one before it; no text that was folded holds a surrogate."""


def fold(text: str) -> str:
    """`text` in the one form in which it is compared: NFKC, case folded, Traditional as Simplified, invisibles gone."""
    if text.isascii():
        return text.lower()
    while True:
        folded = unicodedata.normalize("NFKC", text.translate(_FOLDING).casefold())
        if folded == text:
            return folded
        text = folded


def body(text: str) -> str:
    """The tokens of `text` in order, with one space or more between them, as the index takes them."""
    if text.isascii():
        spaced = text.encode("ascii").translate(_ASCII).decode("ascii")
    else:
        spaced = text.translate(_READ)
        if _APART in spaced:
            spaced = fold(text).translate(_SPACED)
    if spaced.isascii() and (len(spaced) <= LONGEST or not _LONG.search(spaced)):
        return spaced
    return " ".join([_pairs(x) if _class(ord(x[0])) == "d" else x for x in _STRETCH.findall(spaced)])


def words(text: str) -> list[str]:
    """The tokens of `text`; the index of a token in this list is its position."""
    return body(text).split()


def phrase(text: str, *, prefix: bool = False) -> tuple[tuple[str, ...], bool]:
    """The tokens to look for in a row when `text` is asked for, and whether the last of them is the beginning of one.

    A run of characters at the end may go on in the text, so that its last character is not asked for by itself; a
    single one is the beginning of a pair. Empty when `text` holds nothing that is indexed.
    """
    tokens = words(text)
    if not tokens:
        return (), False
    last = tokens[-1]
    if (kind := _class(ord(last[0]))) != "d":
        return tuple(tokens), prefix and kind == "w"
    before = tokens[-2] if len(tokens) > 1 else ""
    if len(before) == 2 and before[1] == last:
        return tuple(tokens[:-1]), False
    return tuple(tokens), True


def _class(code: int) -> str:
    """`w` for a character of words, `d` of scripts without spaces, `s` for a symbol, empty for what separates."""
    at = bisect_right(_STARTS, code) - 1
    return _CLASSES[at][2] if at >= 0 and code <= _CLASSES[at][1] else ""


def _pairs(stretch: str) -> str:
    """Runs of dense characters, separated by spaces, as the pairs of each run and its last character."""
    length = len(stretch)
    if length < 8 and " " not in stretch:
        return f"{' '.join(map(add, stretch, stretch[1:]))} {stretch[-1]}"
    # Every character beside its successor and a space, in strides, which is several times faster than a loop; the
    # pair that begins with a gap (NUL here) and the second half of the pair that ends with one are then dropped.
    points = array("I", stretch.replace(" ", "\0").encode("utf-32-le"))
    laid = array("I", b" \0\0\0" * (3 * length))
    laid[0::3] = points
    laid[1:-3:3] = points[1:]
    return _AFTER_GAP.sub("", laid.tobytes().decode("utf-32-le"))


class _Spaced(dict[int, str]):
    """What a folded character becomes: itself in a word or a run, itself between spaces as a symbol, else a space."""

    def __missing__(self, code: int) -> str:
        kind = _class(code)
        value = self[code] = f" {chr(code)} " if kind == "s" else chr(code) if kind else " "
        return value


class _Read(dict[int, str]):
    """What an unfolded character becomes, folding and spacing at once, where that does not depend on its neighbours."""

    def __missing__(self, code: int) -> str:
        value = self[code] = _APART if _joins(chr(code)) else fold(chr(code)).translate(_SPACED)
        return value


def _joins(character: str) -> bool:
    """Whether normalisation may compose or reorder `character` with what stands before it: marks, Hangul vowels and finals."""
    for form in (character, fold(character)):
        first = unicodedata.normalize("NFKD", form)[:1]
        if first and (unicodedata.category(first)[0] == "M" or "\u1161" <= first <= "\u11ff"):
            return True
    return False


_SPACED = _Spaced()
_READ = _Read()
