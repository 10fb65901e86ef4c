"""A query in plain words, so that who asks sees how it was read."""

from datetime import UTC, datetime

from muniment.search.ast import And, Everything, Field, Node, Not, Or, Query, Sent, Text
from muniment.search.tokens import fold

_ERA = 146_097 * 86_400
"""Seconds in 400 years, after which the calendar repeats itself."""

_FIELDS = {
    "from": "sent by a person named",
    "to": "received by a person named",
    "with": "sent or received by a person named",
    "in": "in a conversation named",
    "account": "in the account",
    "type": "of the type",
    "channel": "captured from the channel",
    "has": "with",
    "is": "marked",
    "label": "labelled",
}


def explain(query: Query | Node) -> str:
    """`query` in plain English, with every join in parentheses and every word folded as it is compared."""
    return _say(query.node if isinstance(query, Query) else query, outermost=True)


def _say(node: Node, *, outermost: bool = False) -> str:
    match node:
        case Everything():
            return "everything"
        case Text(text, prefix):
            words = " ".join(fold(text).split())
            return f"words that begin with “{words}”" if prefix else f"“{words}”"
        case Field(name, value, prefix):
            return f"{_FIELDS[name]} “{fold(value)}{'…' if prefix else ''}”"
        case Sent():
            return _when(node)
        case Not(part):
            return f"not {_say(part)}"
        case And(parts) | Or(parts):
            joined = (" and " if isinstance(node, And) else " or ").join(_say(part) for part in parts)
            return joined if outermost else f"({joined})"


def _when(sent: Sent) -> str:
    bounds = [
        f"{word} {_moment(seconds)}"
        for word, seconds in (("from", sent.first), ("before", sent.end))
        if seconds is not None
    ]
    return f"sent {' and '.join(bounds) or 'at a known time'}"


def _moment(seconds: int) -> str:
    """The date and time of any second, also of years that `datetime` does not have; the year before 1 is 0 (ISO 8601)."""
    eras, rest = divmod(seconds, _ERA)
    moment = datetime.fromtimestamp(rest, UTC)
    year = moment.year + 400 * eras
    return f"{'-' if year < 0 else ''}{abs(year):04}-{moment:%m-%d %H:%M:%S} UTC"
