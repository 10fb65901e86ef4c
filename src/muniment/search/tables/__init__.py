"""The folding and character-class tables, read from the text files beside this one."""

import hashlib
import unicodedata
from importlib.resources import files
from typing import NamedTuple

from muniment.search.scripts import DENSE, SYMBOLS, VANISH

Ranges = tuple[tuple[int, int], ...]


class Tables(NamedTuple):
    """`folding`: code point to what replaces it (None: nothing); `words` and `symbols`: ranges; `digest`: hex SHA-256."""

    folding: dict[int, str | None]
    words: Ranges
    symbols: Ranges
    digest: str


def load() -> Tables:
    """Read the tables; `digest` covers them, the ranges of scripts.py and the Unicode version of this Python."""
    texts = {name: (files(__name__) / name).read_text("utf-8") for name in ("han.txt", "variants.txt", "classes.txt")}
    lines = {name: [x for x in text.splitlines() if x and not x.startswith("#")] for name, text in texts.items()}
    folding: dict[int, str | None] = {ord(a): b for a, b in (line.split() for line in lines["han.txt"])}
    for line in lines["variants.txt"]:
        folding.update({ord(c): line[-1] for c in line[:-1]})
    for code, target in folding.items():
        while target is not None and ord(target) in folding:
            target = folding[ord(target)]
        folding[code] = target
    words: list[tuple[int, int]] = []
    symbols = [*SYMBOLS]
    for kind, *codes in (line.split() for line in lines["classes.txt"]):
        if kind == "d":
            folding.update({int(codes[0], 16) + n: str(n) for n in range(10)})
        else:
            (words if kind == "w" else symbols).append((int(codes[0], 16), int(codes[1], 16)))
    folding.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})  # full-width forms, as NFKC has them
    folding.update({code: chr(code - 0xFEC0) for code in range(0xFF21, 0xFF3B)})  # ... the capitals as small letters
    folding[0x3000] = " "
    folding.update({0x2122: " ", 0x2120: " "})  # NFKC would glue the letters TM and SM to the word before
    folding.update(dict.fromkeys(range(0xD800, 0xE000), " "))
    for first, last in VANISH:
        folding.update(dict.fromkeys(range(first, last + 1)))
    seal = hashlib.sha256(repr((DENSE, VANISH, SYMBOLS, unicodedata.unidata_version)).encode())
    for name in sorted(texts):
        seal.update(texts[name].encode())
    return Tables(folding, tuple(words), tuple(symbols), seal.hexdigest())
