"""Whether one document that was read already is within a scope: the tree that the index is asked with, asked of the document.

For a page of messages it costs microseconds each, where the index would walk the messages of everybody in the scope. The
two are held against each other in the tests, since a scope that meant two things would show what it must not.
"""

from muniment.record.errors import Refused
from muniment.search import tokens
from muniment.search.ast import And, Everything, Field, Node, Not, Or, Sent
from muniment.search.document import Document, Name, sent_seconds, storable


def holds(node: Node, document: Document) -> bool:
    """Whether `document`, whose text is not looked at, is in `node`.

    Raises Refused for what a scope does not consist of: words of the text, and names that are not asked for exactly.
    """
    match node:
        case Everything():
            return True
        case Not(part):
            return not holds(part, document)
        case And(parts):
            return all(holds(part, document) for part in parts)
        case Or(parts):
            return any(holds(part, document) for part in parts)
        case Sent(first, end):
            seconds = sent_seconds(document.id) if document.outside is None else document.outside
            return seconds is not None and (first is None or seconds >= first) and (end is None or seconds < end)
        case Field(name, value, exact=True):
            wanted = storable(value)
            return any(storable(each.native) == wanted for each in _named(name, document))
        case Field(name="account" | "channel" | "type" | "has" | "is" | "label" as name, value=value):
            folded = tokens.fold(value)
            return any(tokens.fold(storable(each.native)) == folded for each in _named(name, document))
    raise Refused("a scope consists of accounts, native ids, channels and times; expected no words in it")


def _named(name: str, document: Document) -> tuple[Name, ...]:
    """The names that a document bears in the role of a field."""
    sender = () if document.sender is None else (document.sender,)
    match name:
        case "from":
            return sender
        case "to":
            return document.recipients
        case "with":
            return (*sender, *document.recipients)
        case "in":
            return (document.conversation,)
        case "account":
            return (Name(document.account),)
        case "channel":
            return (Name(document.channel),)
        case "type":
            return (Name(document.kind),)
    several = {"has": document.has, "is": document.flags, "label": document.labels}[name]
    return tuple(Name(each) for each in several)
