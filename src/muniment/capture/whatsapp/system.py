"""Lines that the app wrote about the chat, by language, and the kind of event each one is.

A pattern is the fixed words of one notice; `{a}` stands for who acted, `{b}` for whom or what. Quotation marks of all
languages are read as straight ones and full stops at the end as absent. A line that names no author and fits no
pattern is still nobody's words: it is an event of kind `system`.
"""

import re
from functools import cache, lru_cache
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


class _Rule(NamedTuple):
    """A template with the longest run of its fixed words, by which lines are sifted before an expression is tried."""

    kind: Kind
    op: str
    literal: str
    template: str


_QUOTES = {ord(c): '"' for c in "“”„‟«»「」『』〝〞＂"} | {ord("’"): "'", ord("‘"): "'"}
_NAME = r"(?P<a>(?:(?!: )[^\n]){1,120}?)"
_HOLE = re.compile(r"(\{[ab]\})")
_OPENING = re.compile('["“„«「『〝]')
_GRAM = 2
_LONGEST = 300


def _rules() -> list[_Rule]:
    rules = []
    for kind, op, templates in NOTICES:
        for template in map(str.strip, templates.strip().splitlines()):
            pieces = [piece.strip().casefold() for piece in _HOLE.split(template) if not piece.startswith("{")]
            rules.append(_Rule(kind, op, max(pieces, key=len), template))
    return rules


@cache
def _index() -> tuple[list[_Rule], dict[str, list[int]]]:
    """The rules, and which of them have a literal that begins with these two characters."""
    rules = _rules()
    index: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        index.setdefault(rule.literal[:_GRAM], []).append(number)
    return rules, index


@cache
def _expression(template: str) -> re.Pattern[str]:
    # Spaces beside Chinese and Japanese words come and go between versions of the app.
    pieces = [
        {"{a}": _NAME, "{b}": r"(?P<b>[^\n]{1,200}?)"}.get(piece)
        or re.escape(piece).replace(r"\ ", " " if piece.isascii() else " ?")
        for piece in _HOLE.split(template)
        if piece
    ]
    return re.compile("".join(pieces) + (r"[.。।]?\s*$" if template.endswith("}") else ""), re.IGNORECASE)


@lru_cache(maxsize=4096)
def classify(text: str) -> Notice | None:
    """The notice that `text` (a body, one line or more) is, or None. Only its first 300 characters count."""
    line = clean(text[: 2 * _LONGEST]).translate(_QUOTES).strip().partition("\n")[0][:_LONGEST]
    folded = line.casefold()
    rules, index = _index()
    found: set[int] = set()
    for at in range(len(folded) - _GRAM + 1):
        numbers = index.get(folded[at : at + _GRAM])
        if numbers is not None:
            found.update(numbers)
    for number in sorted(found):
        rule = rules[number]
        if rule.literal in folded and (match := _expression(rule.template).match(line)):
            groups = match.groupdict()
            return Notice(rule.kind, rule.op, _name(groups.get("a")), _name(groups.get("b")))
    return None


def _name(text: str | None) -> str | None:
    return (text.strip(' "') or None) if text else None


def quotes_a_system_line(author: str, rest: str) -> bool:
    """Whether `rest` is a notice whose quoted name holds the colon at which `author` was cut: `Jane changed ... "A: B"`.

    A notice's actor never holds a colon and a space, so someone's own words that look like one are not taken for it.
    """
    return _may_be_quoted(author) and classify(rest[: 2 * _LONGEST]) is not None


@lru_cache(maxsize=4096)
def _may_be_quoted(author: str) -> bool:
    return len(author) > 60 or _OPENING.search(author) is not None
