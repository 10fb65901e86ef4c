"""What the catalog knows, for the importer: records by key, and the stretch of a conversation that an export covers."""

from collections.abc import Callable, Iterator, Sequence

from muniment.capture.importer import KnownPart
from muniment.capture.manifest import Vanished
from muniment.catalog.keys import find_keys, find_variant
from muniment.catalog.project import decode_event, number
from muniment.record.clock import SECOND
from muniment.search.document import document_id
from muniment.vault.database import Database
from muniment.vault.pseudonym import Pseudonyms


class KnownParts:
    """Answers the importer from the catalog. `step` is called while the importer waits; it may do the projector's work."""

    def __init__(self, database: Database, names: Pseudonyms, step: Callable[[], object] | None = None) -> None:
        self._database, self._names, self._step = database, names, step

    def position(self) -> int:
        """Leaves of the records log that are projected."""
        if self._step is not None:
            self._step()
        row = self._database.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
        return 0 if row is None else int(row[0])

    def parts(self, keys: Sequence[bytes]) -> dict[bytes, KnownPart]:
        """The records that bear these key digests."""
        return {key: KnownPart(*row) for key, row in find_keys(self._database, keys).items()}

    def variant(self, key: bytes, content: bytes) -> KnownPart | None:
        """The record that bears this key digest with this content digest."""
        row = find_variant(self._database, key, content)
        return None if row is None else KnownPart(*row)

    def timeline(self, source: str, conversation: str, first_at: int, last_at: int) -> Iterator[tuple[bytes, Vanished]]:
        """The messages of a conversation from `first_at` to `last_at` (µs UTC), by their records' key digests."""
        place = number(self._names.key(source, "conversation", conversation))
        low, high = document_id(first_at // SECOND, 0), document_id(last_at // SECOND + 1, 0)
        rows = self._database.execute(
            "SELECT record.key, event.leaf, event.ordinal, event.body FROM event JOIN record ON record.leaf = event.leaf"
            " WHERE event.conversation = ? AND event.id >= ? AND event.id < ? AND record.key IS NOT NULL"
            " AND record.part = 'message' ORDER BY event.id",
            (place, low, high),
        )
        for key, leaf, ordinal, body in rows:
            yield (
                key,
                Vanished(event=f"{leaf}-{ordinal}", conversation=conversation, sent_at=decode_event(body).sent_at),
            )
