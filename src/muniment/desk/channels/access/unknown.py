"""How many events of an account are kept and not understood in full: counted by the search's own index, so that a link finds them. No content."""

from dataclasses import dataclass

from muniment.desk.archive.accounts import asking_for
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.search.database import open_index
from muniment.search.grammar import parse

KINDS = ("is:partial", "is:unsupported", "type:undecoded")
"""Words of the query language: of a type or with parts that the decoder does not know; that the platform itself would not hand over;
that no decoder could read."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Events that one of KINDS finds. An event may be counted in several."""

    term: str
    number: int


def unknown(desk: Desk, account: str) -> list[Unknown]:
    """Those of the account of a name; none where the query language cannot name it."""
    desk.authority.require(Capability.ACCOUNTS)
    asking = asking_for(account)
    if not asking:
        return []
    index = open_index(desk.catalog)
    return [Unknown(term, index.count(parse(f"{asking} {term}"))) for term in KINDS]
