"""Bytes to text in whatever encoding a mail program had; what nobody declared is guessed with care, and said."""

import codecs
import re

_ALIASES = {
    "gb2312": "gb18030",  # programs say the smallest of the family and write any of it
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "gb18030-2000": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf-16": "utf-16",
    "unknown-8bit": "",
    "x-unknown": "",
    "unknown": "",
}
_BARRED = frozenset("idna punycode undefined unicode_escape raw_unicode_escape mbcs oem".split())
"""Codecs that are no encodings of mail: slow on hostile input, or tied to a machine."""
_CHINESE = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*+")


def decode_text(data: bytes, charset: str | None) -> tuple[str, bool]:
    """Text of `data`, and whether it is certain: False where the declared charset does not fit, or none was declared."""
    name = (charset or "").strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if name:
        try:
            if codecs.lookup(name).name.replace("-", "_") not in _BARRED:
                return _clean(data.decode(name)), True
        except (LookupError, UnicodeError, ValueError):
            pass
    elif data.isascii():
        return data.decode("ascii"), True
    return _clean(guessed(data)), False


def guessed(data: bytes) -> str:
    """Text of bytes that nobody named: UTF-8 where it fits, Chinese where every high byte has its pair, else Western."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _CHINESE.fullmatch(data):
        return data.decode("gb18030", "replace")
    return data.decode("cp1252", "replace")


def _clean(text: str) -> str:
    """No half characters, which some codecs let through."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
