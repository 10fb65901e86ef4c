"""Adds a term to the text of a query, and takes it out again: what a click on a facet does. Pure text, no archive."""

import re

from muniment.search.ast import Or
from muniment.search.grammar import parse

_QUOTED = re.compile(r'["“”„‟＂]')
_PIECE = re.compile(
    r'(?P<open>[(（])|(?P<close>[)）])|(?P<quoted>["“”„‟＂][^"“”„‟＂]*["“”„‟＂]?)|(?P<space>\s+)|(?P<rest>[^\s()（）"“”„‟＂]+)'
)


def term(field: str, value: str) -> str:
    """The term that asks for `value` in `field`; a quotation mark within it separates words, as the index reads it."""
    plain = _QUOTED.sub(" ", value).strip()
    return f"{field}:{plain}" if re.fullmatch(r"[\w.-]+", plain, re.ASCII) else f'{field}:"{plain}"'


def add(text: str, more: str) -> str:
    """`text` narrowed by one term more; alternatives are put in parentheses first. Raises Refused when `text` is no query."""
    plain = text.strip()
    if not plain:
        return more
    return f"({plain}) {more}" if isinstance(parse(plain).node, Or) else f"{plain} {more}"


def holds(text: str, more: str) -> bool:
    """Whether `text` asks for the term, beside whatever else it asks for; raises Refused when it is no query."""
    return _find(_chunks(text), _chunks(more)) >= 0 and not isinstance(parse(text).node, Or)


def without(text: str, more: str) -> str:
    """`text` without the term, where it stands outside all parentheses."""
    chunks, wanted = _chunks(text), _chunks(more)
    at = _find(chunks, wanted)
    if at < 0:
        return text
    before, behind = chunks[:at], chunks[at + len(wanted) :]
    if before[-1:] == ["AND"]:
        before.pop()
    elif behind[:1] == ["AND"]:
        behind.pop(0)
    return " ".join(before + behind)


def _find(chunks: list[str], wanted: list[str]) -> int:
    for at in range(len(chunks) - len(wanted), -1, -1):
        negated = at > 0 and chunks[at - 1] == "NOT"
        if chunks[at : at + len(wanted)] == wanted and not negated:
            return at
    return -1


def _chunks(text: str) -> list[str]:
    """The parts of a query that are separated by spaces outside parentheses and quotation marks."""
    chunks: list[str] = []
    depth, current = 0, ""
    for piece in _PIECE.finditer(text):
        depth += 1 if piece["open"] else -1 if piece["close"] else 0
        if piece["space"] and depth <= 0:
            chunks.append(current)
            current = ""
        else:
            current += piece[0]
    return [chunk for chunk in (*chunks, current) if chunk]
