"""What somebody may do, and on whose messages: capabilities, each within a scope.

A scope is a tree of the query language, joined to every query by AND within the query itself: it cannot be forgotten in a
count, a facet or an export, because there is no answer without it. Whoever lacks a capability is told that the thing is
not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from muniment.record.errors import NotFound
from muniment.search.ast import Node, Or


class Capability(StrEnum):
    """One thing that a role allows."""

    READ = "read"
    """Search, open conversations, messages, raw bytes and attachments."""
    PRODUCE = "produce"
    """Make bundles of what one may read, and download them."""
    IMPORT = "import"
    """Bring files in, see imports and their balance sheets."""
    ACCOUNTS = "accounts"
    """Add capture accounts and say whose they are."""
    PEOPLE = "people"
    """See people, handles, desks, groups and supervisors."""
    PEOPLE_CHANGE = "people.change"
    """Change them, and bring in the people feed."""
    ACCESS = "access"
    """Give and end sign-ins and roles."""
    AUDIT = "audit"
    """Read the audit log."""
    SYSTEM = "system"
    """See the state of the logs, databases, keys and jobs, and run checks; no content."""
    ATTENTION = "attention"
    """See what needs attention in the firm."""
    OWN = "own"
    """See what is captured about oneself, and hand in a message from another channel."""


Scope = Node | None
"""Whose messages; None is everybody's."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The capabilities of one actor, each with its scope. A capability that is not among them is not held."""

    scopes: Mapping[Capability, Scope]

    def holds(self, capability: Capability) -> bool:
        """Whether it is held, in whatever scope."""
        return capability in self.scopes

    def require(self, capability: Capability) -> Scope:
        """The scope in which `capability` is held; raises NotFound when it is not, as for a thing that is not there."""
        if capability not in self.scopes:
            raise NotFound("there is nothing here for you; ask whoever gives access in your firm if there should be")
        return self.scopes[capability]

    def require_everything(self, capability: Capability) -> None:
        """Raise NotFound unless `capability` is held for everybody's messages: what it opens cannot be cut by scope."""
        if self.require(capability) is not None:
            raise NotFound("there is nothing here for you; ask whoever gives access in your firm if there should be")


SYSTEM = Authority(MappingProxyType(dict.fromkeys(Capability)))
"""Who runs commands on the machine holds the files themselves: everything, without a scope."""


def either(scopes: list[Scope]) -> Scope:
    """The scope of somebody who was given several."""
    if any(scope is None for scope in scopes):
        return None
    parts = tuple(scope for scope in scopes if scope is not None)
    return parts[0] if len(parts) == 1 else Or(parts)
