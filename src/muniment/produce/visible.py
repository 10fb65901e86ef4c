"""Text from outside to HTML that shows what is there: escaped, and with every hidden character named.

What cannot be seen can mislead: a right-to-left override turns a name round, a zero-width space splits a word that a
search should find. Each becomes `<i class="c">U+202E</i>`; what belongs to an emoji or a script that joins letters stays.
"""

import re
from collections.abc import Iterator
from html import escape

# Controls but for tab and line feed, formats, separators, fillers that look like nothing, variation selectors, tags,
# interlinear marks, non-characters and surrogates.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SUSPECT = re.compile(f"[{_HIDDEN}]")

# The characters that Unicode says may be pictures (emoji-data.txt), in ranges; hidden ones, marks and Han are none.
_PICTURE = (
    "[#*0-9\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_JOINING = "[\u0620-\u06d3\u06fa-\u070e\u0710-\u088f\u0892-\u08e1\u08e3-\u0dff]"
_BELONGS = re.compile(
    f"(?<={_PICTURE})\ufe0f?\u20e3?(?:\u200d(?={_PICTURE}))?"  # emoji presentation, keycap, joined emoji
    f"|(?<={_PICTURE})\ufe0e"
    f"|(?<={_PICTURE}\ufe0f)\u200d(?={_PICTURE})"
    f"|(?<={_JOINING})[\u200c\u200d](?={_JOINING})"  # Persian, Urdu, Indic: part of the spelling
    "|(?<=\U0001f3f4)[\U000e0061-\U000e007a\U000e0030-\U000e0039]{2,6}\U000e007f"  # flags of England, Scotland, Wales
    "|(?<=[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"  # a form of an ideograph
    f"|\r(?=\n)|(?P<hidden>[{_HIDDEN}])"
)


def visible(text: str) -> str:
    """`text` as HTML: escaped, hidden characters as labelled marks; the rest of it unchanged, its line ends too."""
    if _SUSPECT.search(text) is None:
        return escape(text)
    pieces: list[str] = []
    end = 0
    for match in _BELONGS.finditer(text):
        start = match.start()
        hidden = match["hidden"]
        if hidden is not None:
            pieces += (escape(text[end:start]), f'<i class="c">U+{ord(hidden):04X}</i>')
        elif match[0] == "\r":
            pieces += (escape(text[end:start]), "&#13;")  # a bare CR would be read as a line feed
        else:
            continue
        end = match.end()
    pieces.append(escape(text[end:]))
    return "".join(pieces)


def hidden(text: str) -> Iterator[int]:
    """Where in `text` the hidden characters are; those that belong to an emoji or to a word's spelling are none."""
    if _SUSPECT.search(text) is not None:
        yield from (match.start() for match in _BELONGS.finditer(text) if match["hidden"] is not None)


def plain(text: str) -> str:
    """`text` where no element may stand, as in a title: escaped, hidden characters written out."""
    return escape(_SUSPECT.sub(lambda match: f"[U+{ord(match[0]):04X}]", text))
