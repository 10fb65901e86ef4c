"""Takes everything that was derived from one record out of the catalog, as if the record had never been read.

What is left is what a rebuild would make of a record whose key is destroyed: its leaf, and that it is disposed of.
"""

import msgspec

from muniment.catalog.documents import document
from muniment.catalog.project import number
from muniment.record.event import Event
from muniment.search.index import Index
from muniment.vault.database import Database


def forget(database: Database, index: Index, leaf: int) -> list[int]:
    """Remove the rows and index entries of record `leaf`, within the caller's transaction.

    Returns the leaves of later records that bore the same key: they were kept as divergences from this one, and must
    be projected again.
    """
    row = database.execute(
        "SELECT record.key, record.part, coalesce(account.name, record.source), record.connector FROM record"
        " LEFT JOIN account ON account.source = record.source WHERE record.leaf = ? AND record.status <> 'disposed'",
        (leaf,),
    ).fetchone()
    if row is None:
        return []
    key, part, account, connector = row
    conversations = set()
    for identifier, body, conversation in database.execute(
        "SELECT id, body, conversation FROM event WHERE leaf = ?", (leaf,)
    ).fetchall():
        text, indexed = document(identifier, msgspec.json.decode(body, type=Event), connector or "", account)
        index.remove(msgspec.structs.replace(indexed, text=text))
        database.execute("DELETE FROM link WHERE id = ?", (identifier,))
        database.execute("DELETE FROM media WHERE event = ?", (identifier,))
        database.execute("DELETE FROM membership WHERE id = ?", (identifier,))
        conversations.add(conversation)
    database.execute("DELETE FROM event WHERE leaf = ?", (leaf,))
    for conversation in conversations:
        database.execute(
            "DELETE FROM conversation WHERE id = ? AND NOT EXISTS (SELECT 1 FROM event WHERE event.conversation = conversation.id)",
            (conversation,),
        )
    if part == "attachment":
        _hand_over_blob(database, leaf)
    same = (
        []
        if key is None
        else [
            other
            for (other,) in database.execute(
                "SELECT leaf FROM record WHERE key = ? AND leaf > ? ORDER BY leaf", (key, leaf)
            )
        ]
    )
    same += _same_events(database, leaf)
    database.execute("DELETE FROM record_key WHERE leaf = ?", (leaf,))
    database.execute("DELETE FROM event_key WHERE leaf = ?", (leaf,))
    database.execute(
        "UPDATE record SET connector = NULL, version = NULL, part = NULL, import_id = NULL, assurance = NULL, key = NULL, content = NULL,"
        " sha256 = NULL, length = NULL, status = 'disposed' WHERE leaf = ?",
        (leaf,),
    )
    return same


def withdraw(database: Database, index: Index, leaf: int) -> None:
    """Remove the rows of record `leaf` altogether, for the projector to make them again."""
    forget(database, index, leaf)
    database.execute("DELETE FROM record WHERE leaf = ?", (leaf,))


def _same_events(database: Database, leaf: int) -> list[int]:
    """The later records that hold an event with the key of one of this record's."""
    later: set[int] = set()
    for (key,) in database.execute("SELECT key FROM event_key WHERE leaf = ?", (leaf,)).fetchall():
        place = number(bytes(key))
        while row := database.execute("SELECT leaf, key FROM event_key WHERE id = ?", (place,)).fetchone():
            if row[0] > leaf and bytes(row[1]) == bytes(key):
                later.add(row[0])
            place += 1
    return sorted(later)


def _hand_over_blob(database: Database, leaf: int) -> None:
    """Let the next record with the same bytes stand for them, if there is one."""
    (other,) = database.execute(
        "SELECT min(other.leaf) FROM record AS other JOIN record AS this ON this.leaf = ?"
        " WHERE other.content = this.content AND other.part = 'attachment' AND other.leaf <> this.leaf",
        (leaf,),
    ).fetchone()
    if other is not None:
        database.execute("UPDATE blob SET leaf = ? WHERE leaf = ?", (other, leaf))
    database.execute("DELETE FROM blob WHERE leaf = ?", (leaf,))
