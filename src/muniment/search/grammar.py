"""The query language: text to a tree, or a refusal that says where it stopped and what it expected there.

A parser by hand: what helps a person who mistyped is the place and the one thing expected, not a set of terminals.
"""

import re
import unicodedata
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple, get_args

from muniment.record.errors import Refused
from muniment.record.event import Kind
from muniment.search import dates, known, tokens
from muniment.search.ast import DEPTH, PHRASE, And, Everything, Field, FieldName, Node, Not, Or, Query, Sent, Text

LENGTH = 10_000
"""Characters in a query."""
TERMS = 500
"""Words, phrases and fields in a query."""
DATES = 50
"""Conditions on the time in a query."""

FIELDS: tuple[str, ...] = (
    *(name for name in get_args(FieldName) if name != "label"),
    "before",
    "after",
    "on",
)

_QUOTES = '"“”„‟＂'
_LEXEME = re.compile(
    rf"\s+|(?P<open>[(（])|(?P<close>[)）])|(?P<head>[A-Za-zＡ-Ｚａ-ｚ]+[:：])?(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)(?P<shut>[{_QUOTES}][*＊]?)?|(?P<bare>[^\s()（）{_QUOTES}]+))?"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_PROXIMITY = re.compile(r"(w|pre)/\d+", re.IGNORECASE)


class _Lexeme(NamedTuple):
    kind: str  # "(", ")", "AND", "OR", "NOT", "term" or "end"
    at: int
    node: Node | None = None  # None for a term without anything that is indexed
    written: str = ""


def parse(text: str, *, zone: tzinfo = UTC, now: datetime | None = None) -> Query:
    """Read `text` as a query; dates are days of `zone`, relative ones are counted from `now` (with its zone; default: the clock).

    Raises Refused, which names the position (characters from 1) and what was expected there.
    """
    if len(text) > LENGTH:
        raise Refused("the query is {got} characters long; expected at most {limit}", got=len(text), limit=LENGTH)
    if half := _SURROGATE.search(text):  # what Python makes of a byte of the command line that is no UTF-8
        raise Refused("at {at}: the query is not UTF-8 here; expected UTF-8 text", at=half.start() + 1)
    return Query(_Parser(_lexemes(text, zone, now or datetime.now(UTC))).whole())


class _Parser:
    def __init__(self, lexemes: list[_Lexeme]) -> None:
        self._lexemes = lexemes
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        if self._peek().kind == "end":
            return Everything()
        node = self._any()
        if self._peek().kind == ")":
            raise Refused("at {at}: expected no closing parenthesis, none is open", at=self._peek().at)
        return node

    def _any(self) -> Node:
        parts = [self._all()]
        while self._peek().kind == "OR":
            self._take()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Node:
        start = self._peek()
        parts: list[Node] = []
        joined = True  # a term must stand here: at the beginning, and after AND
        while True:
            lexeme = self._peek()
            if lexeme.kind in ("end", ")", "OR") or (lexeme.kind == "AND" and joined):
                if joined:
                    raise Refused("at {at}: expected a word, a phrase or a field", at=lexeme.at)
                break
            if lexeme.kind == "AND":
                self._take()
                joined = True
                continue
            node = self._one()
            if node is None and (joined and parts):
                raise Refused("at {at}: nothing here is indexed; expected a letter, a digit or a symbol", at=lexeme.at)
            if node is not None:
                parts.append(node)
            joined = False
        if not parts:
            raise Refused("at {at}: nothing here is indexed; expected a letter, a digit or a symbol", at=start.at)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Node | None:
        lexeme = self._take()
        if lexeme.kind == "term":
            return lexeme.node
        self._depth += 1
        if self._depth > DEPTH:
            raise Refused("at {at}: nested too deeply; expected at most {limit} levels", at=lexeme.at, limit=DEPTH)
        if lexeme.kind == "NOT":
            operand = self._peek()
            if operand.kind not in ("term", "(", "NOT"):
                raise Refused("at {at}: expected a word, a phrase or a field after NOT", at=operand.at)
            part = self._one()
            if part is None:
                raise Refused("at {at}: nothing here is indexed; expected a letter, a digit or a symbol", at=operand.at)
            node: Node = part.part if isinstance(part, Not) else Not(part)
        else:
            node = self._any()
            if self._peek().kind != ")":
                raise Refused(
                    "at {at}: expected a closing parenthesis for the one at {opened}",
                    at=self._peek().at,
                    opened=lexeme.at,
                )
            self._take()
        self._depth -= 1
        return node

    def _peek(self) -> _Lexeme:
        return self._lexemes[self._next]

    def _take(self) -> _Lexeme:
        self._next += 1
        return self._lexemes[self._next - 1]


def _lexemes(text: str, zone: tzinfo, now: datetime) -> list[_Lexeme]:
    found: list[_Lexeme] = []
    position = terms = times = 0
    while position < len(text):
        match = _LEXEME.match(text, position)
        at = position + 1
        if match is None or match.end() == position:
            raise Refused("at {at}: this character cannot stand here", at=at)
        position = match.end()
        if match["open"] or match["close"]:
            found.append(_Lexeme("(" if match["open"] else ")", at))
        elif not match[0].isspace():
            lexeme = _lexeme(match, at, zone, now)
            terms += lexeme.kind == "term"
            times += isinstance(lexeme.node, Sent)
            if terms > TERMS or times > DATES:
                raise Refused(
                    "at {at}: too many conditions; expected at most {terms}, {times} of them on the time",
                    at=at,
                    terms=TERMS,
                    times=DATES,
                )
            found.append(lexeme)
    return [*found, _Lexeme("end", len(text) + 1)]


def _lexeme(match: re.Match[str], at: int, zone: tzinfo, now: datetime) -> _Lexeme:
    head, quoted, bare = match["head"], match["quoted"], match["bare"]
    if quoted is not None and match["shut"] is None:
        raise Refused("at {at}: expected a closing quotation mark", at=at + len(head or ""))
    value = quoted if quoted is not None else (bare or "")
    prefix = quoted is not None and len(match["shut"]) == 2
    name = unicodedata.normalize("NFKC", head[:-1]).lower() if head else ""
    if name == "label":
        raise Refused(
            "at {at}: there are no labels in this release; expected {fields}", at=at, fields=", ".join(FIELDS)
        )
    if name in FIELDS:
        if not value:
            raise Refused("at {at}: expected a value right after {field}:", at=at + len(head), field=name)
        if quoted is None:
            value, prefix = _star(value, at + len(head))
        return _Lexeme("term", at, _field(name, value, prefix, at + len(head), zone, now))
    if head:
        if value and not value.startswith("//"):
            raise Refused(
                "at {at}: no such field; expected {fields}, or quotation marks around the text",
                at=at,
                fields=", ".join(FIELDS),
            )
        value = head + value
    if quoted is None:
        plain = unicodedata.normalize("NFKC", value)
        if plain in ("AND", "OR", "NOT"):
            return _Lexeme(plain, at)
        if _PROXIMITY.fullmatch(plain):
            raise Refused(
                "at {at}: w/n and pre/n are not in this release; expected a word, or a phrase in quotation marks", at=at
            )
        if plain[0] == "-" and tokens.words(plain[1:2]):
            raise Refused(
                "at {at}: a leading minus has no meaning here; write NOT to exclude, or quotation marks to find the text",
                at=at,
            )
        value, prefix = _star(value, at)
    return _Lexeme("term", at, _text(value, prefix, at))


def _star(value: str, at: int) -> tuple[str, bool]:
    """`value` without the star at its end, and whether there was one."""
    plain = value.replace("＊", "*")
    stem = plain.rstrip("*")
    if "*" in stem or len(plain) - len(stem) > 1 or (plain != stem and not tokens.words(stem[-1:])):
        raise Refused(
            "at {at}: a star stands only at the end of a word, for words that begin so", at=at + plain.index("*")
        )
    return value[: len(stem)], plain != stem


def _text(value: str, prefix: bool, at: int) -> Node | None:
    row = tokens.words(value)
    if len(row) > PHRASE:
        raise Refused(
            "at {at}: the phrase is {got} positions long; expected at most {limit}", at=at, got=len(row), limit=PHRASE
        )
    return Text(value, prefix) if row else None


def _field(name: str, value: str, prefix: bool, at: int, zone: tzinfo, now: datetime) -> Node:
    if name in ("before", "after", "on"):
        span = None if prefix else dates.read(unicodedata.normalize("NFKC", value), zone=zone, now=now)
        if span is None or (name == "on" and span.first == span.end):
            raise Refused("at {at}: expected a date: {expected}", at=at, expected=dates.EXPECTED)
        first, end = (
            (None if name == "before" else span.first),
            (span.end if name == "on" else span.first if name == "before" else None),
        )
        return Sent(first, end, f"{name}:{value}")
    if _text(value, prefix, at) is None:
        raise Refused("at {at}: nothing here is indexed; expected a letter, a digit or a symbol", at=at)
    if name == "type" and tokens.fold(value) not in set(Kind):
        raise Refused("at {at}: no such type; expected one of {kinds}", at=at, kinds=", ".join(Kind))
    if prefix and name in ("account", "type", "channel", "has", "is"):
        raise Refused("at {at}: expected a whole value after {field}:, not the beginning of one", at=at, field=name)
    if name == "is" and tokens.fold(value) not in known.FLAGS:
        raise Refused("at {at}: nothing is marked so; expected one of {flags}", at=at, flags=", ".join(known.FLAGS))
    if name == "has" and tokens.fold(value) not in known.THINGS:
        raise Refused(
            "at {at}: messages come with nothing of this sort; expected one of {things}",
            at=at,
            things=", ".join(known.THINGS),
        )
    return Field(name, value, prefix)  # type: ignore[arg-type]  # a member of FIELDS that is no date
