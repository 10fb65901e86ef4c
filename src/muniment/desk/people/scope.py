"""From people to a tree that search joins to every query: the messages of their accounts, and those with their handles.

A message is a person's when it came through an account that the person held at the time, or was written or received under
a handle that was theirs at the time. Days are the firm's own (its time zone), as a desk's books count them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from muniment.desk.authority import Scope
from muniment.desk.people.models import Dated, Handle, Holding
from muniment.search.ast import And, Everything, Field, Node, Not, Or, Sent

CONTACTS = frozenset({"phone", "email"})
"""Channels of handles that are no platform's: where somebody can be reached, which suggests whose a handle may be."""

NOBODY: Node = Not(Everything())
"""The scope that holds no message."""


def scope_of(people: Collection[int], accounts: Mapping[str, str], zone: ZoneInfo) -> Scope:
    """The messages of these people; `accounts` gives the name of each account by its source."""
    reaches: list[Node] = []
    for holding in Holding.objects.filter(person__in=people).order_by("id"):
        if holding.source in accounts:
            reaches.append(_dated(Field("account", accounts[holding.source], exact=True), holding, zone))
    alike: dict[tuple[str, date | None, date | None], list[Handle]] = defaultdict(list)
    for handle in Handle.objects.filter(person__in=people).exclude(channel__in=CONTACTS).order_by("id"):
        alike[handle.channel, handle.since, handle.until].append(handle)
    for (channel, _, _), handles in alike.items():
        named = Or(tuple(Field("with", handle.native, exact=True) for handle in handles))
        reaches.append(_dated(And((named, Field("channel", channel))), handles[0], zone))
    return Or(tuple(reaches)) if reaches else NOBODY


def _dated(node: Node, dated: Dated, zone: ZoneInfo) -> Node:
    """`node` while it was so. An undated message is not within a time that has a beginning or an end."""
    if dated.since is None and dated.until is None:
        return node
    return And((node, Sent(_second(dated.since, zone), _second(dated.until, zone))))


def _second(day: date | None, zone: ZoneInfo) -> int | None:
    return None if day is None else int(datetime.combine(day, time(), zone).timestamp())
