"""Cuts a list of names out of a sentence: `Bob, Carol and Dan`. Where a comma or an `and` may be part of a name, it stays whole."""

import re

_COMMAS = re.compile(r"\s*(?:,\s|、|，)\s*")
_LAST = re.compile(r"\s+(?:and|&|和|及|與|与|y|e|et|und|en|и|og|och|ve|dan)\s+")
_CLOSE = re.compile(r"(?<=.{2})(?:和|及|與|与)(?=.{2})")
"""Between Chinese names no space is needed; one of a single character on either side is part of a name (`李和平`)."""


def cut_names(text: str) -> list[str]:
    """The names, as written. A last `and` counts where spaces stand around it, or a telephone number beside it, or after a comma."""
    *some, last = _COMMAS.split(text.strip())
    pieces = _LAST.split(last)
    if len(pieces) == 1 and (some or "+" in last):
        pieces = _CLOSE.split(last)
    return [name.strip() for name in (*some, *pieces) if name.strip()]
