"""Text from outside to HTML for a page: escaped, hits marked, links shown but dead, and hidden characters named on demand.

Trust: whatever a message, a name or a file name holds, what leaves here is text and the six elements named below; every
character of the text is there or is named by its number. Whoever prints it puts it into an element of its own direction.

`<mark>` a hit · `<span class="url">` a link, with `<b class="host">` where it really leads · `<i class="c">U+202E</i>` stands
for a character that nobody sees · `<i class="c of">U+0430</i>` follows a character that looks like another, or a host ·
`<span class="part">` a part of a very long text.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from muniment.produce.parts import ONE_PIECE, parts
from muniment.produce.visible import hidden

Span = tuple[int, int]
"""From a character (included) to a character (excluded)."""

# What no page can hold, or what a browser would silently turn into something else.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|\r(?!\n)")

_URL = re.compile(r"(?:\bhttps?://|\bwww\.)[^\s<>\"'「」『』《》【】（），。；！？、]+", re.IGNORECASE)
_HOST = re.compile(r"(?:https?:[/\\]*)?(?:[^/\\?#]*@)?(?P<host>[^/\\?#:]+)", re.IGNORECASE)
_TRAILING = ".,;:!?)]}…"

_LIKE = (
    "асԁеһіјӏոорԛѕһуԝхАВСЕНІЈКМОРЅТУХ"  # Cyrillic, Armenian
    "αικνορυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # Greek
    "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅼⅽⅾⅿⅠⅤⅩⅬⅭⅮⅯ"  # numerals that are letters to the eye
)
_LOOKALIKE = re.compile(f"[{_LIKE}]")
_RADICAL = re.compile("[\u2e80-\u2ef3\u2f00-\u2fd5]")
"""Parts of characters that look like the characters they are taken from."""
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f\u0531-\u0589]")

_CLINGING = 32
"""Characters by which a cut may move, so as not to part a letter from its marks."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as HTML. `before` and `after` are the characters that were left out on either side."""

    html: str
    before: int = 0
    after: int = 0


def show(
    text: str,
    marks: Iterable[Span] = (),
    *,
    visible: bool = False,
    limit: int | None = None,
    lines: int | None = None,
) -> Shown:
    """`text` as HTML, the spans of `marks` as hits; `visible` names hidden and look-alike characters.

    Of a text longer than `limit` characters or `lines` lines, that much is shown, around the first hit.
    """
    hits = merged(marks, len(text))
    start, end = window(text, hits, limit, lines)
    part = text[start:end]
    moved = [(max(a, start) - start, min(b, end) - start) for a, b in hits if a < end and b > start]
    html = (
        _html(part, moved, visible=visible)
        if len(part) <= ONE_PIECE
        else "".join(_pieces(part, moved, visible=visible))
    )
    return Shown(html, start, len(text) - end)


def inline(text: str, *, limit: int = 200) -> str:
    """A name as HTML, on one line: hidden characters are always named, and its middle is left out if it is very long."""
    if len(text) > limit:
        text = f"{text[: limit // 2]}…{text[-limit // 2 :]}"
    places = set(hidden(text))
    return "".join(
        _named(c) if i in places or _UNPRINTABLE.match(c) or c in "\t\n\r" else escape(c) for i, c in enumerate(text)
    )


def conceals(text: str) -> bool:
    """Whether `visible` would show anything that is not shown otherwise."""
    return next(hidden(text), None) is not None or next(lookalikes(text), None) is not None


def merged(marks: Iterable[Span], length: int) -> list[Span]:
    """Spans in order, inside the text, none touching another."""
    found: list[Span] = []
    for a, b in sorted((max(0, a), min(b, length)) for a, b in marks):
        if a >= b:
            continue
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return found


def window(text: str, hits: Sequence[Span], limit: int | None, lines: int | None) -> Span:
    """Which part of `text` to show: all of it if it is short enough, else a part that holds the first hit."""
    first = hits[0][0] if hits else 0
    start, end = 0, len(text)
    if limit is not None and end > limit:
        if first >= limit * 3 // 4:
            start = min(first, _whole(text, first - limit // 4))
        end = _whole(text, min(start + limit, end))
    if lines is not None and _end_of(text, start, end, lines) <= first < end:
        start = text.rfind("\n", start, first) + 1 or start
    return start, end if lines is None else _end_of(text, start, end, lines)


def _end_of(text: str, start: int, end: int, lines: int) -> int:
    """Where `lines` lines from `start` end, at `end` at the latest."""
    at = start
    for _ in range(lines):
        at = text.find("\n", at, end) + 1
        if at == 0:
            return end
    return at


def lookalikes(text: str) -> Iterator[int]:
    """Where characters stand that pass for others: among Latin letters, or with no other letter of their own script about."""
    yield from (match.start() for match in _RADICAL.finditer(text))
    if _LOOKALIKE.search(text) is None:
        return
    at_home = _FOREIGN.search(_LOOKALIKE.sub("", text)) is not None
    for word in _WORD.finditer(text):
        mixed = re.search("[A-Za-z]", word[0]) is not None
        for match in _LOOKALIKE.finditer(word[0]):
            if mixed or not at_home or _FOREIGN.match(match[0]) is None:
                yield word.start() + match.start()


def links(text: str) -> Iterator[tuple[Span, Span]]:
    """Where links stand in `text`, and in each the host that it really leads to."""
    for match in _URL.finditer(text):
        url = match[0].rstrip(_TRAILING)
        host = _HOST.match(url)
        if host is not None:
            at = match.start()
            yield (at, at + len(url)), (at + host.start("host"), at + host.end("host"))


def _html(text: str, hits: Sequence[Span], *, visible: bool) -> str:
    """The text between two neighbouring cuts is in the same elements throughout; each such piece closes what it opens."""
    urls = list(links(text))
    whole, hosts = [url for url, _ in urls], [host for _, host in urls]
    named = {match.start() for match in _UNPRINTABLE.finditer(text)}
    like: set[int] = set()
    if visible:
        named.update(hidden(text))
        like.update(lookalikes(text))
    special = sorted(named | like)
    spelled = {b: _spelled(text[a:b]) for a, b in hosts}
    cuts = sorted({0, len(text), *(edge for spans in (hits, whole, hosts) for span in spans for edge in span)})
    in_mark, in_url, in_host = _Inside(hits), _Inside(whole), _Inside(hosts)
    pieces: list[str] = []
    for a, b in pairwise(cuts):
        some = special[bisect_left(special, a) : bisect_left(special, b)]
        piece = _characters(text, a, b, some, named)
        if in_mark(a):
            piece = f"<mark>{piece}</mark>"
        if in_host(a):
            piece = f'<b class="host">{piece}</b>{spelled.get(b, "")}'
        if in_url(a):
            piece = f'<span class="url">{piece}</span>'
        pieces.append(piece)
    return "".join(pieces)


def _pieces(text: str, hits: Sequence[Span], *, visible: bool) -> Iterator[str]:
    """A very long text in parts that a browser lays out one by one."""
    at, first = 0, 0
    for part in parts(text):
        end = at + len(part)
        while first < len(hits) and hits[first][1] <= at:
            first += 1
        last = bisect_left(hits, (end, end), first)
        moved = [(max(a, at) - at, min(b, end) - at) for a, b in hits[first:last]]
        yield f'<span class="part">{_html(part, moved, visible=visible)}</span>'
        at = end


class _Inside:
    """Whether a position lies in one of some ordered spans; positions must be asked for in order."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._next = 0

    def __call__(self, at: int) -> bool:
        while self._next < len(self._spans) and self._spans[self._next][1] <= at:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] <= at


def _characters(text: str, start: int, end: int, special: Sequence[int], named: set[int]) -> str:
    """A piece of the text, escaped; of the `special` characters those at `named` by number alone, the others followed by it."""
    pieces: list[str] = []
    at = start
    for place in special:
        pieces.append(_escaped(text[at:place]))
        pieces.append(_named(text[place]) if place in named else escape(text[place]) + _note(text[place]))
        at = place + 1
    pieces.append(_escaped(text[at:end]))
    return "".join(pieces)


def _escaped(text: str) -> str:
    return escape(text).replace("\r", "&#13;")  # a bare CR would be read as a line feed


def _named(character: str) -> str:
    return f'<i class="c">U+{ord(character):04X}</i>'


def _note(character: str) -> str:
    return f'<i class="c of">U+{ord(character):04X}</i>'


def _spelled(host: str) -> str:
    """How a host that is not in plain letters is spelled on the wire; nothing for the others."""
    if host.isascii():
        return ""
    try:
        wire = host.encode("idna").decode("ascii")
    except UnicodeError:
        wire = "?"
    return f'<i class="c of">{escape(wire) if wire.isprintable() else "?"}</i>'


def _whole(text: str, at: int) -> int:
    """`at`, moved forward past what clings to the character before it."""
    for place in range(at, min(at + _CLINGING, len(text))):
        c = text[place]
        if not (unicodedata.combining(c) or c in "\u200d\ufe0e\ufe0f\n" or "\U0001f3fb" <= c <= "\U0001f3ff"):
            return place
    return at
