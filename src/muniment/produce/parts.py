"""Cuts a very long text into parts that a browser lays out one by one, and only those in sight.

In one piece, the time that a browser takes grows with the square of the length: a message of a megabyte held it up for a
minute.
"""

import re
from collections.abc import Iterator

ONE_PIECE = 16_000
"""Up to so many characters a browser lays out at once without being felt to."""
PART = 4000
"""Characters from which on a part ends at the next good place."""
_SEARCHED = 500
"""Characters that are searched for a line's end, then for a space."""
_CLINGING = 64

_PLAIN = re.compile(r"(?<=[\w ,.;:!?，。；：！？、])(?=[\w ])")
"""Between two characters of which neither changes how the other is shown; marks and joiners are none of these."""


def parts(text: str) -> Iterator[str]:
    """`text` in parts of about PART characters: cut after a line's end where there is one, else at a space, else between letters.

    Put together they are the text. A part that does not end a line makes one where none was written.
    """
    start = 0
    while len(text) - start > PART + _SEARCHED:
        end = _cut(text, start + PART)
        yield text[start:end]
        start = end
    yield text[start:]


def _cut(text: str, at: int) -> int:
    for mark in ("\n", " "):
        found = text.find(mark, at, at + _SEARCHED)
        if found >= 0:
            return found + 1
    plain = _PLAIN.search(text, at, at + _CLINGING)
    return plain.start() if plain else at + _CLINGING
