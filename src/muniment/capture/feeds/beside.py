"""What a connector does beside its feed: it asks its platform, and opens what nobody could read, without being heard by either."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from muniment.capture.archive import Archive
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.live import Live
from muniment.capture.feeds.question import Open, Question, Reply
from muniment.capture.feeds.questions import Questions
from muniment.capture.intake import Sealed
from muniment.record.record import split_payload

Unread = Callable[[Archive, str, str, int, int], Sequence[int]]
"""The leaves of an account's records of one part that nobody can read, behind one leaf, so many at most: the catalog knows them."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """What stands beside one account's feed (`live.Beside`). Without `find` nothing is known to be unread."""

    archive: Archive
    ledger: Ledger
    source: str
    live: Live
    find: Unread | None = None

    def speaks_of(self, questions: Sequence[Question]) -> None:
        Questions(self.archive).speaks_of(self.source, questions)

    def open(self, kind: str, limit: int) -> Sequence[Open]:
        return Questions(self.archive).open(self.source, kind, limit)

    def replied(self, item: Captured | None, replies: Sequence[Reply]) -> bool:
        questions = Questions(self.archive)
        kept = [] if item is None or not questions.news(self.source, replies) else self._sealed([item])
        questions.replied(self.source, replies, kept)
        return bool(kept)

    def unread(self, part: str, after: int, limit: int) -> Sequence[tuple[int, Captured]]:
        leaves = () if self.find is None else self.find(self.archive, self.source, part, after, limit)
        records, found = self.archive.records, []
        for opened in records.pick(leaves, records.log.checkpoint().size):
            if opened.payload is not None and opened.leaf.src == self.source:
                header, raw = split_payload(opened.payload)
                item = Captured(raw=raw, key=header.key, seq=opened.leaf.sseq, part=header.part, meta=header.meta)
                found.append((opened.index, item))
        return found

    def mark(self, name: str) -> str | None:
        return self.ledger.mark(self.source, name)

    def store(self, items: Sequence[Captured], due: Sequence[MediaDue], marks: Mapping[str, str]) -> None:
        self.ledger.accept(self.source, self._sealed(items), due=due, marks=marks, contact=False)

    def _sealed(self, items: Sequence[Captured]) -> list[Sealed]:
        live = self.live
        return self.ledger.seal(self.source, live.name, live.version, live.assurance, items)
