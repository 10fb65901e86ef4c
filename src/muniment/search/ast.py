"""What is asked for, as a tree: words and phrases, fields, times, and how they are joined. It can be stored and explained."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from muniment.record.errors import Refused
from muniment.search import tokens

FieldName = Literal["from", "to", "with", "in", "account", "type", "channel", "has", "is", "label"]
"""Fields with a value that is looked up among names; `label` is in no language yet."""

FORMAT = 1
DEPTH = 12
"""How many NOTs and parentheses may stand within each other."""
LEVELS = 2 * DEPTH + 4
"""Levels of a tree, so that no database refuses it: each parenthesis brings an OR and an AND."""


PHRASE = 128
"""Positions in a phrase."""


class Everything(msgspec.Struct, frozen=True, tag="everything", tag_field="node"):
    """Every document."""


class Text(msgspec.Struct, frozen=True, omit_defaults=True, tag="text", tag_field="node"):
    """Documents that hold the tokens of `text` in a row; with `prefix`, the last word is only the beginning of one."""

    text: str
    prefix: bool = False


class Field(msgspec.Struct, frozen=True, omit_defaults=True, tag="field", tag_field="node"):
    """Documents with a name in the role `name` that `value` is found in (people, conversations) or is equal to (the rest).

    `exact` asks for the native id as it is, letter for letter: scopes use it, the language does not have it.
    """

    name: FieldName
    value: str
    prefix: bool = False
    exact: bool = False


class Sent(msgspec.Struct, frozen=True, omit_defaults=True, tag="sent", tag_field="node"):
    """Documents sent from `first` (inclusive) to `end` (exclusive), seconds since 1970 UTC; None is open. Undated ones are not.

    `said` is the condition as it was written, for `explain`.
    """

    first: int | None = None
    end: int | None = None
    said: str = ""


class Not(msgspec.Struct, frozen=True, tag="not", tag_field="node"):
    """Documents that are not in `part`."""

    part: "Node"


class And(msgspec.Struct, frozen=True, tag="and", tag_field="node"):
    """Documents that are in each of `parts`."""

    parts: tuple["Node", ...]


class Or(msgspec.Struct, frozen=True, tag="or", tag_field="node"):
    """Documents that are in any of `parts`."""

    parts: tuple["Node", ...]


Node = Everything | Text | Field | Sent | Not | And | Or


class Query(msgspec.Struct, frozen=True):
    """A parsed query: its tree, and the version of the tokeniser that it was made for."""

    node: Node
    tokeniser: int = tokens.VERSION
    format: int = FORMAT


_decoder = msgspec.json.Decoder(Query)


def to_json(query: Query) -> bytes:
    """The stored form of `query`: the same bytes for the same query."""
    return msgspec.json.encode(query, order="sorted")


def from_json(stored: bytes) -> Query:
    """Undo `to_json`; raises Refused for anything that it did not write."""
    try:
        query = _decoder.decode(stored)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise Refused("the stored query cannot be read; expected a query as Muniment writes it") from None
    if query.format != FORMAT or query.tokeniser > tokens.VERSION:
        raise Refused(
            "the stored query is of format {got}; this release reads format {known}", got=query.format, known=FORMAT
        )
    if depth(query.node) > LEVELS:
        raise Refused("the stored query is nested too deeply; expected at most {limit} levels", limit=LEVELS)
    for node in walk(query.node):
        if isinstance(node, And | Or) and not node.parts:
            raise Refused("the stored query joins nothing; expected at least one part")
        if isinstance(node, Text) and len(tokens.words(node.text)) > PHRASE:
            raise Refused("the stored query holds a phrase that is too long; expected {limit} positions", limit=PHRASE)
    return query


def depth(node: Node) -> int:
    """Levels of `node`, itself included; counted without recursion, so that any tree can be asked about."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for parent in level for child in _children(parent)]
    return deepest


def walk(node: Node) -> Iterator[Node]:
    """`node` and all below it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(_children(node))


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
    return ()
