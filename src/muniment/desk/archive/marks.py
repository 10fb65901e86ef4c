"""Where in a text a query's words stand, for the reader's eye. It decides nothing: what matches, the index has decided.

A character is folded as search folds it, one at a time, so that a hit in the folded text can be shown in the one that came.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from muniment.search.ast import And, Node, Or, Query, Text
from muniment.search.tokens import fold

LOOKED_AT = 100_000
"""Characters of a text that are looked at."""
_LETTER = r"[0-9a-z\u00b5-\u02af\u0370-\u058f]"
"""What runs on into a word; between Han and Latin a word ends by itself."""
_PIECE = re.compile(r"[^\W_]+|[^\w\s]")
_one = lru_cache(maxsize=20_000)(fold)


def spans(text: str, query: Query) -> list[tuple[int, int]]:
    """From and to (excluded) of each place where a word or phrase that `query` asks for stands in `text`."""
    patterns = [pattern for pattern in map(_pattern, _asked(query.node)) if pattern]
    if not patterns:
        return []
    folded, places = _folded(text[:LOOKED_AT])
    found = re.finditer("|".join(patterns), folded)
    return [(places[match.start()], places[match.end() - 1] + 1) for match in found if match.end() > match.start()]


def _asked(node: Node) -> Iterator[Text]:
    """The texts that a match holds; what stands under NOT is none of them."""
    match node:
        case Text():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _asked(part)


def _pattern(asked: Text) -> str:
    pieces = _PIECE.findall(fold(asked.text))
    words = [piece for piece in pieces if piece[0].isalnum()] or pieces
    if not words:
        return ""
    body = r"[\W_]*".join(map(re.escape, words))
    begin = f"(?<!{_LETTER})" if re.match(_LETTER, words[0]) else ""
    end = (f"{_LETTER}*" if asked.prefix else f"(?!{_LETTER})") if re.match(_LETTER, words[-1][-1]) else ""
    return f"{begin}{body}{end}"


def _folded(text: str) -> tuple[str, list[int]]:
    """`text` folded, and for each character of that the place in `text` that it came from."""
    pieces: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = _one(character)
        pieces.append(folded)
        places += [place] * len(folded)
    return "".join(pieces), places
