"""Puts a message in the place of its sealed row: what nobody could read when it came, and somebody can read now.

Both records stay. The sealed one keeps its row and says nothing any more, as one that says what another says.
"""

import msgspec

from muniment.catalog.documents import document
from muniment.record.event import Event, Kind
from muniment.search.index import Index
from muniment.vault.database import Database


def make_way(database: Database, index: Index, leaf: int, source: str) -> None:
    """Take out what record `leaf` said of not being readable, within the caller's transaction.

    Nothing is done where it is another account's record, or one that was read: no record takes the words of another away.
    """
    row = database.execute(
        "SELECT event.id, event.body, event.conversation, coalesce(account.name, record.source), record.connector FROM record"
        " JOIN event ON event.leaf = record.leaf LEFT JOIN account ON account.source = record.source"
        " WHERE record.leaf = ? AND record.source = ? AND record.status = 'undecoded' AND event.kind = ?",
        (leaf, source, Kind.UNDECODED.value),
    ).fetchone()
    if row is None:
        return
    identifier, body, conversation, account, connector = row
    text, indexed = document(identifier, msgspec.json.decode(body, type=Event), connector or "", account)
    index.remove(msgspec.structs.replace(indexed, text=text), for_good=False)
    database.execute("DELETE FROM event WHERE id = ?", (identifier,))
    database.execute(
        "DELETE FROM conversation WHERE id = ? AND NOT EXISTS (SELECT 1 FROM event WHERE event.conversation = conversation.id)",
        (conversation,),
    )
    database.execute("UPDATE record SET status = 'duplicate' WHERE leaf = ?", (leaf,))
