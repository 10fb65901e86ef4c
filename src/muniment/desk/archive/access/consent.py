"""Who withdrew consent to being archived: the newest word of each client to each colleague or group, where it is a refusal.

Newest is what was said last, whenever it came to us, and wherever it lies: a callback tells of it under another conversation,
and in another account, than the message does. No content: accounts, conversations by number, times. Whoever asks says by which
capability they may know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.record.event import Event, Kind
from muniment.search.ast import And, Field, Node, Or, Query
from muniment.search.database import open_index

AT_ONCE = 500
"""Events in one statement."""
SUBJECTS = 50
"""Clients in one question to the index."""
_decode = msgspec.json.Decoder(Event).decode
_CONSENT = Field("type", Kind.CONSENT.value)
_DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A conversation in which a client refuses to be archived. `at` is when they said so (µs UTC), as far as it is known."""

    source: str
    conversation: int
    leaf: int
    ordinal: int
    at: int | None


@dataclass(frozen=True, slots=True)
class _Word:
    """What one event says of consent: of whom, to whom, when, and whether it is a refusal."""

    sender: str
    subject: str
    other: str
    at: int | None
    refused: bool
    row: tuple[str, int, int, int]
    """Source, conversation, leaf, ordinal."""

    @property
    def place(self) -> tuple[bool, int, int, int]:
        """Later words are larger: by the time of the word, the record's place where two have the same, or none."""
        return self.at is not None, self.at or 0, self.row[2], self.row[3]


def withdrawn(desk: Desk, capability: Capability, native: str | None = None) -> list[Withdrawn]:
    """The conversations in which the newest word on consent is a refusal, newest first; raises NotFound.

    `native` asks of the conversations with this id alone. Refusals are looked for within the scope. What was said since counts
    wherever it lies: nothing of it is shown, but that the refusal no longer stands.
    """
    scope = desk.authority.require(capability)
    here: tuple[Node, ...] = () if native is None else (Field("in", native, exact=True),)
    # A refusal says "disagree": the events that do not need not be read.
    refusals = [word for word in _words(desk, And((_CONSENT, *here)), scope, f"%{_DISAGREE}%") if word.refused]
    if not refusals:
        return []
    newest: dict[tuple[str, str], _Word] = {}
    subjects = sorted({name for word in refusals for name in (word.subject, word.sender) if name})
    for start in range(0, len(subjects), SUBJECTS):
        said_by = tuple(Field("from", subject, exact=True) for subject in subjects[start : start + SUBJECTS])
        for word in _words(desk, And((_CONSENT, Or(said_by))), None, "%"):
            before = newest.get((word.subject, word.other))
            if before is None or before.place < word.place:
                newest[word.subject, word.other] = word
    found: dict[int, Withdrawn] = {}
    for word in sorted(refusals, key=lambda word: word.place, reverse=True):
        if newest.get((word.subject, word.other), word).refused:
            source, conversation, leaf, ordinal = word.row
            found.setdefault(conversation, Withdrawn(source, conversation, leaf, ordinal, word.at))
    return list(found.values())


def _words(desk: Desk, node: Node, scope: Node | None, like: str) -> Iterator[_Word]:
    for ids in _pages(desk, node, scope):
        rows = desk.catalog.execute(
            "SELECT event.conversation, record.source, event.leaf, event.ordinal, event.body FROM event JOIN record"
            f" ON record.leaf = event.leaf WHERE event.id IN ({', '.join('?' * len(ids))}) AND event.body LIKE ?",
            [*ids, like],
        ).fetchall()
        for conversation, source, leaf, ordinal, body in rows:
            word = _word(_decode(body), (source, conversation, leaf, ordinal))
            if word is not None:
                yield word


def _pages(desk: Desk, node: Node, scope: Node | None) -> Iterator[Sequence[int]]:
    index, before = open_index(desk.catalog), None
    while ids := index.search(Query(node), limit=AT_ONCE, before_id=before, scope=scope):
        yield ids
        before = ids[-1]


def _word(event: Event, row: tuple[str, int, int, int]) -> _Word | None:
    said = event.extra.get("consent")
    if not isinstance(said, dict) or said.get("status") not in ("agree", _DISAGREE, "default"):
        return None
    subject = str(said.get("subject") or event.sender or "")
    at = said.get("at")
    return _Word(
        event.sender or "",
        subject,
        _other(event, subject, said.get("with")),
        at if isinstance(at, int) else event.sent_at,
        said["status"] == _DISAGREE,
        row,
    )


def _other(event: Event, subject: str, told: object) -> str:
    """To whom the word was said: a colleague, or a group by its id.

    A conversation of two is called by the ids of both, or by the client's alone; then the colleague is beside it.
    """
    both = event.conversation.split("|")
    if event.conversation and subject not in both:
        return event.conversation
    others = sorted({*both, *event.recipients, *([told] if isinstance(told, str) else [])} - {subject, ""})
    return "|".join(others)
