"""Asks the platform what stands beside the messages, a little at each look: what is due, and kept where it is new.

What is asked, and when it was asked last, is durable (feeds/questions.py): a restart asks nothing twice. Whatever fails here is
told, and stops no message.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from muniment.capture.feeds.live import Settings, Work
from muniment.capture.feeds.question import Open, Reply
from muniment.capture.http import Http
from muniment.capture.wecom import seen
from muniment.capture.wecom.companion import ASKED_AT_ONCE, BASE, Asked, Companion
from muniment.capture.wecom.plain import text_of
from muniment.record.clock import SECOND, Clock

Secret = Literal["companion_secret", "contacts_secret"]

MOST = 30
"""Calls at one look."""
LONGEST = 5 * SECOND
"""How long one look asks before messages have their turn again (µs); a call that hangs ends by HTTP's own times."""
HTTP = Http(timeout=10.0, deadline=20.0)
DAY = 86_400 * SECOND
WEEK = 7 * DAY
NOBODY = frozenset({"40003", "40031", "40050", "40096", "60111", "84061", "86001"})
"""Codes for an id that the platform does not know, or does not tell of: nobody has to do anything (partly to verify)."""
WHOLE = frozenset({"40001", "40013", "40014", "41001", "42001", "60020", "301052"})
"""Codes that say nothing of what was asked: no call with this secret is answered."""


class Kind(NamedTuple):
    """How the questions of one kind are asked: with which secret, how many at once, when again.

    `every`: so often an answer is kept though it says what the last one said.
    """

    name: str
    secret: Secret
    ask: Callable[[Companion, Sequence[tuple[str, ...]]], Asked]
    again: int = DAY
    every: int | None = DAY
    at_once: int = 1


KINDS = (
    Kind(
        seen.SINGLE_CONSENT,
        "companion_secret",
        lambda companion, about: companion.single_agreements([(each[0], each[1]) for each in about]),
        at_once=ASKED_AT_ONCE,
    ),
    Kind(seen.ROOM_CONSENT, "companion_secret", lambda companion, about: companion.room_agreements(about[0][0])),
    Kind(seen.INTERNAL_ROOM, "companion_secret", lambda companion, about: companion.internal_room(about[0][0])),
    Kind(seen.EXTERNAL_ROOM, "contacts_secret", lambda companion, about: companion.external_room(about[0][0])),
    Kind(seen.PERMITTED, "companion_secret", lambda companion, _: companion.permitted()),
    Kind(seen.ROBOT, "companion_secret", lambda companion, about: companion.robot(about[0][0]), WEEK, None),
    Kind(seen.CLIENT, "contacts_secret", lambda companion, about: companion.client(about[0][0]), WEEK, None),
    Kind(seen.COLLEAGUE, "contacts_secret", lambda companion, about: companion.colleague(about[0][0]), WEEK, None),
)
"""Consent first, names last."""


class Asker:
    """Asks for one account, with the secrets that were entered; without one, what needs it is not asked."""

    def __init__(
        self, settings: Settings, clock: Clock, *, http: Http = HTTP, chance: Callable[[], float] = random.random
    ) -> None:
        base = settings.get("api") or BASE
        self._companions: dict[Secret, Companion] = {
            secret: Companion(settings["corpid"], settings[secret], base=base, http=http, clock=clock, chance=chance)
            for secret in ("companion_secret", "contacts_secret")
            if settings.get(secret)
        }
        self._held: dict[Secret, tuple[int, str]] = {}
        """Until when no call is made with a secret, and the code of why."""

    def ask(self, work: Work) -> str | None:
        """Ask what is due; the code of what stands in the way, None where nothing does."""
        look = _Look(work, work.now() + LONGEST)
        for kind in KINDS:
            companion = self._companions.get(kind.secret)
            if companion is None:
                continue
            until, held = self._held.get(kind.secret, (0, ""))
            if until > work.now():
                look.code = look.code or held
                continue
            while look.goes_on() and (some := work.beside.open(kind.name, kind.at_once)):
                asked = look.ask(kind, companion, some)
                if asked is not None:
                    look.code = look.code or asked.code
                    if asked.state == "retry" or asked.code in WHOLE:
                        self._held[kind.secret] = asked.next_at, asked.code or ""
                    break
        return look.code


class _Look:
    """One look: how much it may still ask, and what stood in its way."""

    def __init__(self, work: Work, until: int) -> None:
        self.code: str | None = None
        self._work, self._until, self._left = work, until, MOST

    def goes_on(self) -> bool:
        return self._left > 0 and not self._work.stopped() and self._work.now() < self._until

    def ask(self, kind: Kind, companion: Companion, some: Sequence[Open]) -> Asked | None:
        """Ask these together; what failed, where it is more than that nobody is known by an id."""
        self._left -= 1
        asked = kind.ask(companion, [each.about for each in some])
        if asked.code == "pace":
            self._left = 0
            return None
        now = self._work.now()
        if asked.state == "ok" and asked.item is not None:
            raw = asked.item.raw
            self._work.beside.replied(
                asked.item,
                [
                    Reply(
                        open=each, said=said_of(raw, kind.name, each.about), every=kind.every, next_at=now + kind.again
                    )
                    for each in some
                ],
            )
            return None
        if asked.state == "retry" or asked.code in WHOLE:
            return asked
        if len(some) > 1:  # one of them may spoil the answer for all
            half = len(some) // 2
            for part in (some[:half], some[half:]):
                if self.goes_on() and (failed := self.ask(kind, companion, part)) is not None:
                    return failed
            return None
        self._work.beside.replied(None, [Reply(open=each, code=asked.code, next_at=now + kind.again) for each in some])
        return None if asked.code in NOBODY else asked


def said_of(raw: bytes, kind: str, about: Sequence[str]) -> bytes:
    """What an answer says of a question, the same however the platform orders it."""
    answer: Any = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    if kind == seen.SINGLE_CONSENT:
        listed = answer.get("agreeinfo")
        answer = [
            each
            for each in (listed if isinstance(listed, list) else ())
            if isinstance(each, dict)
            and [text_of(each.get("userid")), text_of(each.get("exteranalopenid"))] == list(about)
        ]
    return msgspec.json.encode(_in_order(answer), order="sorted")


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_order(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted(map(_in_order, value), key=lambda item: msgspec.json.encode(item, order="sorted"))
    return value
