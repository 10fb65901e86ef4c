"""The questions of live sources, in intake: when each was asked last, what was kept of its answer, and when its turn comes again.

What a question is about lies sealed; of an answer only a keyed digest stays here, to tell whether it has changed.
"""

from collections.abc import Sequence

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.feeds.question import Open, Question, Reply, Standing
from muniment.capture.intake import Sealed
from muniment.vault.pseudonym import Pseudonyms
from muniment.vault.sealedtext import SealedText

AT_ONCE = 500
"""Questions in one statement."""


class Questions:
    """The questions of one archive. Any process may write; each call is one durable step."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._database = archive, archive.intake.database
        self._names = Pseudonyms(archive.kek)
        self._text = SealedText(archive.kek, "question")

    def speaks_of(self, source: str, questions: Sequence[Question]) -> None:
        """The feed speaks of these: a new one is asked at once, another soon, where it may be. Most often nothing is to be written."""
        found = {self._name(source, each): each for each in questions}
        known = self._turns(source, list(found))
        new = [(name, each) for name, each in found.items() if name not in known]
        now = self._archive.clock()
        earlier = [
            (name, asked_at + each.soon)
            for name, each in found.items()
            if each.soon is not None
            for next_at, asked_at in (known.get(name, (0, None)),)
            if asked_at is not None and next_at > asked_at + each.soon
        ]
        if not new and not earlier:
            return
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.executemany(
                "INSERT INTO question (source, id, kind, sealed, next_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [
                    (
                        source,
                        name,
                        each.kind,
                        self._text.seal(msgspec.json.encode(each.about), _about(source, name)),
                        now,
                    )
                    for name, each in new
                ],
            )
            self._database.executemany(
                "UPDATE question SET next_at = ? WHERE source = ? AND id = ? AND next_at > ?",
                [(at, source, name, at) for name, at in earlier],
            )

    def _turns(self, source: str, names: Sequence[bytes]) -> dict[bytes, tuple[int, int | None]]:
        """Of each that is known: when its turn comes, and when it was asked; the latter None where it was refused and waits its time."""
        found: dict[bytes, tuple[int, int | None]] = {}
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            for name, next_at, asked_at, code in self._database.execute(
                f"SELECT id, next_at, asked_at, code FROM question WHERE source = ? AND id IN ({','.join('?' * len(some))})",
                [source, *some],
            ):
                found[bytes(name)] = next_at, asked_at if code is None else None
        return found

    def _name(self, source: str, question: Question) -> bytes:
        return self._names.key(source, "question", "\n".join((question.kind, *question.about)))

    def open(self, source: str, kind: str, limit: int) -> list[Open]:
        """Those of a kind whose turn has come, the longest waiting first."""
        rows = self._database.execute(
            "SELECT id, sealed FROM question WHERE source = ? AND kind = ? AND next_at <= ? ORDER BY next_at, id LIMIT ?",
            (source, kind, self._archive.clock(), limit),
        ).fetchall()
        return [
            Open(
                id=bytes(name),
                kind=kind,
                about=msgspec.json.decode(self._text.open(sealed, _about(source, bytes(name))), type=tuple[str, ...]),
            )
            for name, sealed in rows
        ]

    def news(self, source: str, replies: Sequence[Reply]) -> bool:
        """Whether any of the replies says what was not kept yet, or not for as long as it may be."""
        now = self._archive.clock()
        for each in replies:
            row = self._database.execute(
                "SELECT digest, kept_at FROM question WHERE source = ? AND id = ?", (source, each.open.id)
            ).fetchone()
            if row is None or each.said is None:
                continue
            if row[0] is None or bytes(row[0]) != self._names.content(each.said):
                return True
            if each.every is not None and now - row[1] >= each.every:
                return True
        return False

    def replied(self, source: str, replies: Sequence[Reply], items: Sequence[Sealed]) -> None:
        """They were asked; `items` are the records of what was said, where it is to be kept. One durable step."""
        now = self._archive.clock()
        with self._archive.disk.transaction(self._database, "intake"):
            self._archive.intake.take(items)
            for each in replies:
                self._database.execute(
                    "UPDATE question SET asked_at = ?, next_at = ?, code = ? WHERE source = ? AND id = ?",
                    (now, each.next_at, None if each.code is None else each.code[:80], source, each.open.id),
                )
                if items and each.said is not None:
                    self._database.execute(
                        "UPDATE question SET digest = ?, kept_at = ? WHERE source = ? AND id = ?",
                        (self._names.content(each.said), now, source, each.open.id),
                    )

    def standing(self, source: str) -> list[Standing]:
        """How the questions of a source stand, by kind."""
        rows = self._database.execute(
            "SELECT kind, count(*), count(digest), count(code), max(code), max(asked_at) FROM question WHERE source = ?"
            " GROUP BY kind ORDER BY kind",
            (source,),
        ).fetchall()
        return [
            Standing(
                kind=kind,
                number=int(number),
                answered=int(answered),
                refused=int(refused),
                code=code,
                asked_at=asked_at,
            )
            for kind, number, answered, refused, code, asked_at in rows
        ]


def _about(source: str, name: bytes) -> str:
    return f"{source} {name.hex()}"
