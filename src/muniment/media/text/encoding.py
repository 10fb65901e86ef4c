"""Which encoding a text is in, and the text: marks first, then UTF-8, then whichever Chinese encoding reads like Chinese.

GB18030 reads almost any bytes and Big5 most, so that what decodes is no proof. Each decoding is scored by how common its
characters are: text read in the wrong one is made of rare characters. Source of the ranges: GB 2312-80 and Big5 order
characters by use: level 1 is the common half (GB 2312 rows 16 to 55; Big5 A440 to C67E).
"""

import codecs
import re
from typing import NamedTuple

from muniment.media.text.frequent import CANTONESE, COMMON

_SAMPLE = 65_536
_GOOD = 0.35  # a score from which a Chinese reading is believed over a Western one
_DECLARED = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"\s*<\?xml[^>]+?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "big5-eten": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
}
"""What senders call an encoding, and the one that holds all of it: the smaller is said where the larger is meant."""

_CODECS = (
    "ascii gb2312 big5 utf-8 utf-7 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be gb18030 gbk big5hkscs cp950 hz "
    "iso2022_jp iso2022_jp_2 iso2022_kr shift_jis cp932 euc_jp euc_kr cp949 johab cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 "
    "cp1256 cp1257 cp1258 cp437 cp850 cp866 cp874 latin-1 iso8859-2 iso8859-5 "
    "iso8859-7 iso8859-9 iso8859-15 koi8-r koi8-u mac-roman tis-620 raw-unicode-escape"
).split()


class Decoded(NamedTuple):
    """A text and the encoding it was found in; `faulty` where bytes fitted no character, `cut_short` where the last did not end."""

    text: str
    encoding: str
    faulty: bool = False
    cut_short: bool = False


def load() -> None:
    """Import the codecs: Python loads each when it is first asked for, which behind the walls is too late."""
    for name in _CODECS:
        codecs.lookup(name)
        b"a".decode(name, "ignore")


def decode(raw: bytes, *, said: str = "", most: int = 1 << 30) -> Decoded:
    """The text of `raw`. `said` is the encoding that somebody claimed; it counts where the bytes fit it.

    Never raises. No more than about `most` characters are decoded.
    """
    raw = raw[: 4 * most]
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _in(raw[len(mark) :], name)
    if claimed := _claim(said):
        text = _strictly(raw, claimed)
        if text is not None and not (claimed == "cp1252" and _chinese(raw)):
            return Decoded(text, claimed)
    if raw.isascii():
        return _seven_bits(raw)
    eight = _in(raw, "utf-8")
    if not eight.faulty:
        return eight
    if name := _wide(raw):
        return _in(raw, name)
    return _best(raw, claimed)


def said_in_html(raw: bytes) -> str:
    """The encoding that a page declares for itself, empty where it does not."""
    found = _DECLARED.search(raw, 0, 4_096) or _XML_DECLARED.match(raw, 0, 1_024)
    return found[1].decode("ascii") if found else ""


def known(name: str) -> bool:
    """Whether text can be decoded by that name."""
    return bool(_claim(name))


def _claim(said: str) -> str:
    plain = said.strip().strip("'\"").lower().replace("_", "-")
    wide = _WIDER.get(plain, plain)
    try:
        info = codecs.lookup(wide)
    except (LookupError, ValueError):
        return ""
    return wide if info._is_text_encoding else ""  # noqa: SLF001 - tells text from base64 and its like, and nothing else does


def _strictly(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError, LookupError):
        return None


def _in(raw: bytes, name: str) -> Decoded:
    """Read as `name`; an unfinished last character is a text cut short and no fault of the encoding."""
    try:
        return Decoded(raw.decode(name), name)
    except UnicodeDecodeError as error:
        if (
            error.end >= len(raw)
            and len(raw) - error.start < 4
            and ("end" in error.reason or "incomplete" in error.reason or "truncated" in error.reason)
        ):
            return Decoded(raw[: error.start].decode(name), name, cut_short=True)
        return Decoded(raw.decode(name, "replace"), name, faulty=True)


def _seven_bits(raw: bytes) -> Decoded:
    """ASCII, and the two Chinese and Japanese encodings that hide in it."""
    for mark, name in ((b"~{", "hz"), (b"\x1b$", "iso2022_jp_2")):
        if mark in raw and (text := _strictly(raw, name)) is not None:
            return Decoded(text, name)
    return Decoded(raw.decode("ascii"), "ascii")


def _wide(raw: bytes) -> str:
    """UTF-16 without its mark, told by zeros that stand in one half only; empty where it is not."""
    sample = raw[: _SAMPLE & ~1]
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    if len(raw) < 4 or len(raw) % 2 or not any(zeros) or all(zeros):
        return ""
    name = "utf-16-be" if zeros[0] else "utf-16-le"
    return name if _strictly(sample, name) is not None or _in(sample, name).cut_short else ""


def _best(raw: bytes, claimed: str) -> Decoded:
    """The reading that scores best; one without faults goes before any with."""
    scored = []
    for place, name in enumerate(("gb18030", "big5hkscs", "cp950")):
        found = _in(raw, name)
        scored.append((not found.faulty, score(found.text[:_SAMPLE], name) + 0.05 * (name == claimed), -place, found))
    sound, points, _, best = max(scored, key=lambda each: each[:3])
    if sound and points >= _GOOD:
        return best
    western = _strictly(raw, "cp1252")
    if western is not None and _western(western) and not (sound and points >= _GOOD):
        return Decoded(western, "cp1252")
    if not sound:  # damaged Chinese is still Chinese: the reading with the fewest and least odd faults
        best = max(scored, key=lambda each: each[1])[3]
        if score(best.text[:_SAMPLE], best.encoding) < _GOOD:
            return Decoded(raw.decode("cp1252", "replace"), "cp1252", faulty=western is None)
    return best


def _chinese(raw: bytes) -> bool:
    return any(
        (text := _strictly(raw, name)) is not None and score(text[:_SAMPLE], name) >= _GOOD
        for name in ("gb18030", "big5hkscs")
    )


def _western(text: str) -> bool:
    """Whether letters beyond ASCII stand alone among others, as accents do, rather than in rows."""
    odd = sum(not character.isascii() for character in text)
    return odd * 3 <= len(text)


def score(text: str, name: str) -> float:
    """How much a text decoded as `name` reads like Chinese, from about -1 to 1: the mean over its characters beyond ASCII."""
    points = count = 0.0
    for character in text:
        if character.isascii():
            continue
        count += 1
        points += _points(character, name)
    return points / count if count else 0.0


def _points(character: str, name: str) -> float:
    code = ord(character)
    if character in COMMON or character in CANTONESE:
        return 1.0
    if 0x4E00 <= code <= 0x9FFF:
        return 0.35 if _first_level(character, name) else -0.4
    if 0x3000 <= code <= 0x301F or 0xFF00 <= code <= 0xFF5E or character in "·—‘’“”…￥→←↑↓№℃":
        return 0.6
    if 0x3040 <= code <= 0x30FF or code >= 0x1F000:
        return 0.0
    return -0.8 if code == 0xFFFD or 0xE000 <= code <= 0xF8FF else -0.5


def _first_level(character: str, name: str) -> bool:
    try:
        if name == "gb18030":
            code = character.encode("gb2312")
            return len(code) == 2 and 0xB0 <= code[0] <= 0xD7
        code = character.encode("big5")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xA4 <= code[0] <= 0xC6
