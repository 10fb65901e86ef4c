"""Lines that the app wrote about the chat, by language, and the kind of event each one is.

A pattern is the fixed words of one notice; `{a}` stands for who acted, `{b}` for whom or what. Quotation marks of all
languages are read as straight ones and full stops at the end as absent. A line that names no author and fits no
pattern is still nobody's words: it is an event of kind `system`.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from muniment.capture.whatsapp.locales import clean
from muniment.capture.whatsapp.notices import NOTICES
from muniment.record.event import Kind


class Notice(NamedTuple):
    """What a system line says: the kind of event, what was done, by whom and to whom (as written, where the line says)."""

    kind: Kind
    op: str
    actor: str | None = None
    subject: str | None = None


_QUOTES = {ord(c): '"' for c in "“”„‟«»「」『』〝〞"} | {ord("’"): "'", ord("‘"): "'", ord("＂"): '"'}
_NAME = r"(?:(?!: )[^\n]){1,120}?"


def _compiled(template: str) -> tuple[str, re.Pattern[str]]:
    """The longest fixed words of a template, by which lines are sifted, and its expression."""
    pieces = re.split(r"(\{[ab]\})", template)
    literal = max((piece for piece in pieces if not piece.startswith("{")), key=len).strip()
    names = {"{a}": f"(?P<a>{_NAME})", "{b}": r"(?P<b>[^\n]{1,200}?)"}
    body = "".join(
        names.get(piece, re.escape(piece).replace(r"\ ", " ?" if not piece.isascii() else " ")) for piece in pieces
    )
    end = r"[.。।]?\s*$" if template.endswith("}") else ""
    return literal.casefold(), re.compile(body + end, re.IGNORECASE)


_RULES = [
    (kind, op, *_compiled(template))
    for kind, op, templates in NOTICES
    for template in map(str.strip, templates.strip().splitlines())
]


def _plain(text: str) -> str:
    return clean(text).translate(_QUOTES).strip()


@lru_cache(maxsize=4096)
def classify(text: str) -> Notice | None:
    """The notice that `text` (a body, one line or more) is, or None."""
    line = _plain(text[:600]).partition("\n")[0]
    folded = line.casefold()
    for kind, op, literal, pattern in _RULES:
        if literal in folded and (match := pattern.match(line)):
            groups = match.groupdict()
            return Notice(kind, op, _name(groups.get("a")), _name(groups.get("b")))
    return None


def _name(text: str | None) -> str | None:
    return (text.strip(' "') or None) if text else None


_OPENING = re.compile('["“„«「『〝]')


def quotes_a_system_line(author: str, rest: str) -> bool:
    """Whether `rest` is a notice whose quoted name holds the colon at which `author` was cut: `Jane changed ... "A: B"`.

    A notice's actor never holds a colon and a space, so someone's own words that look like one are not taken for it.
    """
    return _may_be_quoted(author) and classify(rest[:600]) is not None


@lru_cache(maxsize=4096)
def _may_be_quoted(author: str) -> bool:
    return len(author) > 60 or _OPENING.search(author) is not None
