"""Reads what was said of a conversation's members. Permission and audit are the desk's business; nobody else calls this."""

from collections.abc import Sequence

import msgspec

from muniment.catalog.placed import Talk
from muniment.record.membership import Instant, Membership
from muniment.record.roll import Evidence
from muniment.search.document import document_id
from muniment.vault.database import Database

KIN = ("wecom", "wechat")
"""Connectors through which one platform speaks of its groups by the same ids: the archive brings rosters, callbacks bring changes."""

_decode = msgspec.json.Decoder(Membership).decode


class Said(msgspec.Struct, frozen=True, gc=False):
    """What an event says of the members, and the event's search id."""

    id: int
    evidence: Evidence


def kin_of(catalog: Database, talk: Talk) -> tuple[int, ...]:
    """The numbers under which a conversation is known: its own, then those of other accounts of the same platform."""
    rows = catalog.execute(f"SELECT source FROM account WHERE connector IN ({_marks(KIN)}) ORDER BY source", KIN)
    sources = [source for (source,) in rows]
    if not talk.native or talk.source not in sources:
        return (talk.id,)
    # By account and id, as the index stands: there are few accounts, and very many conversations.
    rows = catalog.execute(
        f"SELECT id FROM conversation WHERE source IN ({_marks(sources)}) AND native = ? ORDER BY id",
        (*sources, talk.native),
    )
    return tuple(dict.fromkeys((talk.id, *(number for (number,) in rows))))


def said_between(catalog: Database, conversations: Sequence[int], first: int | None, last: int | None) -> list[Said]:
    """Everything said of the members of these conversations by events with search ids from `first` to `last`, both included."""
    ends = [(" AND id >= ?", first), (" AND id <= ?", last)]
    bounds = "".join(sql for sql, end in ends if end is not None)
    rows = catalog.execute(
        f"SELECT id, at, leaf, ordinal, body FROM membership WHERE conversation IN ({_marks(conversations)})"
        f" AND whole IN (0, 1){bounds} ORDER BY id",
        (*conversations, *(end for _, end in ends if end is not None)),
    )
    found, before, said = [], "", None
    for identifier, at, leaf, ordinal, body in rows:
        if said is None or body != before:
            before, said = body, _decode(body)
        found.append(Said(identifier, Evidence(f"{leaf}-{ordinal}", Instant(at, leaf, ordinal), said)))
    return found


def rosters_before(catalog: Database, conversations: Sequence[int], second: int, limit: int) -> list[int]:
    """The search ids of the last whole rosters before a second (since 1970, UTC), newest first."""
    return _rosters(catalog, conversations, "id < ? ORDER BY id DESC", document_id(second, 0), limit)


def rosters_after(catalog: Database, conversations: Sequence[int], second: int, limit: int) -> list[int]:
    """The search ids of the first whole rosters after a second, oldest first."""
    return _rosters(catalog, conversations, "id >= ? ORDER BY id", document_id(second + 1, 0), limit)


def _rosters(catalog: Database, conversations: Sequence[int], where: str, end: int, limit: int) -> list[int]:
    rows = catalog.execute(
        f"SELECT id FROM membership WHERE conversation IN ({_marks(conversations)}) AND whole = 1 AND {where} LIMIT ?",
        (*conversations, end, limit),
    )
    return [identifier for (identifier,) in rows]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
