"""Write tables/han.txt from OpenCC and tables/classes.txt from Python's Unicode data. For developers: needs OpenCC.

A change in either file changes how text is read: raise `tokens.VERSION` with it.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from muniment.search.scripts import DENSE, SYMBOLS, VANISH

HAN_HEAD = """\
# One Han character and the one it is folded to: the single-character conversions of OpenCC's `t2s` configuration,
# derived from the project OpenCC (https://github.com/BYVoid/OpenCC), Copyright BYVoid and contributors,
# licensed under the Apache License, Version 2.0. Written by `python -m muniment.search.make_tables`.
"""
CLASSES_HEAD = f"""\
# Ranges of code points: `w` is a letter, mark or number of a script with spaces between words, `s` a symbol of category So;
# `d` is the first of ten decimal digits, folded to 0 to 9. From Unicode {unicodedata.unidata_version}, as Python has it.
# Written by `python -m muniment.search.make_tables`.
"""


def han_table() -> str:
    """The text of tables/han.txt; raises ImportError where OpenCC is not installed."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    han = [c for first, last in DENSE if first >= 0x2E80 for c in map(chr, range(first, last + 1))]
    pairs = ((c, convert(c)) for c in han if unicodedata.is_normalized("NFKC", c))
    return HAN_HEAD + "".join(f"{a} {b}\n" for a, b in pairs if a != b and len(b) == 1)


def classes_table() -> str:
    """The text of tables/classes.txt."""
    taken = set(_spread((*DENSE, *VANISH, *SYMBOLS)))
    words, symbols, zeros = [], [], []
    for code in range(0x110000):
        category = unicodedata.category(chr(code))
        if category == "Nd" and code > 0x7F and unicodedata.decimal(chr(code)) == 0:
            zeros.append(code)
        if code in taken:
            continue
        if category[0] in "LMN":
            words.append(code)
        elif category == "So":
            symbols.append(code)
    lines = [f"{kind} {a:04X} {b:04X}\n" for kind, codes in (("w", words), ("s", symbols)) for a, b in _ranges(codes)]
    return CLASSES_HEAD + "".join(lines) + "".join(f"d {code:04X}\n" for code in zeros)


def _spread(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


def _ranges(codes: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = codes[0]
    for code in codes[1:]:
        if code != previous + 1:
            yield start, previous
            start = code
        previous = code
    yield start, previous


if __name__ == "__main__":
    folder = Path(str(files("muniment.search") / "tables"))
    (folder / "han.txt").write_text(han_table(), encoding="utf-8")
    (folder / "classes.txt").write_text(classes_table(), encoding="utf-8")
