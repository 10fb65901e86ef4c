"""The questions that are put to the index, by class, and what a plain reading of the corpus answers to each."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec


class Message(msgspec.Struct, frozen=True):
    """What of a line the questions ask about."""

    sender: str
    sent_at: str
    text: str


class Seen(NamedTuple):
    """What a plain reader knows of a message; sent in seconds, UTC."""

    text: str
    sender: str
    sent: int


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and whether a message answers it."""

    name: str
    query: str
    answers: Callable[[Seen], bool]


FROM, UNTIL = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
SENDER = "u0014"


def _word(pattern: str) -> Callable[[str], bool]:
    found = re.compile(rf"(?<![0-9a-z])(?:{pattern})(?![0-9a-z])", re.IGNORECASE | re.ASCII).search
    return lambda text: found(text) is not None


_settlement, _rare, _phrase = _word("settlement"), _word("zanzibarite"), _word("off[ ,]+the[ ,]+record[ ,]+books")
_guarant, _wire, _redemption = _word("guarant[a-z]*"), _word("wire"), _word("redemption")
_approved, _code = _word("approved"), _word(r"0700\.hk")

_low, _high = int(FROM.timestamp()), int(UNTIL.timestamp())
_MONTHS = f"after:{FROM:%Y-%m-%d} before:{UNTIL:%Y-%m-%d}"


def _either(*forms: str) -> Callable[[Seen], bool]:
    return lambda seen: any(form in seen.text for form in forms)


def _wired(seen: Seen) -> bool:
    return _wire(seen.text) and (_settlement(seen.text) or _redemption(seen.text)) and not _approved(seen.text)


QUESTIONS = (
    Question("rare word", "zanzibarite", lambda seen: _rare(seen.text)),
    Question("common word", "settlement", lambda seen: _settlement(seen.text)),
    Question(
        "filtered: word from a sender",
        f"settlement from:{SENDER}",
        lambda seen: seen.sender == SENDER and _settlement(seen.text),
    ),
    Question(
        "filtered: word within three months",
        f"settlement {_MONTHS}",
        lambda seen: _low <= seen.sent < _high and _settlement(seen.text),
    ),
    Question("phrase of four words", '"off the record books"', lambda seen: _phrase(seen.text)),
    Question("prefix", "guarant*", lambda seen: _guarant(seen.text)),
    Question("code with a dot", "0700.HK", lambda seen: _code(seen.text)),
    Question("boolean with NOT", "(settlement OR redemption) wire NOT approved", _wired),
    Question("Chinese, one character", "幕", _either("幕")),
    Question("Chinese, two characters", "內幕", _either("內幕", "内幕")),
    Question("Chinese, three characters", "保证金", _either("保證金", "保证金")),
    Question("Chinese, six characters", "對賭協議條款", _either("對賭協議條款", "对赌协议条款")),
)


def read_plainly(path: Path) -> dict[str, set[int]]:
    """For each question the numbers of the lines that answer it, found by reading all of them."""
    decode, seconds = msgspec.json.Decoder(Message).decode, Seconds()
    found: dict[str, set[int]] = {question.name: set() for question in QUESTIONS}
    asked = [(found[question.name].add, question.answers) for question in QUESTIONS]
    with path.open("rb") as file:
        for number, line in enumerate(file):
            message = decode(line)
            seen = Seen(message.text, message.sender, seconds.of(message.sent_at))
            for add, answers in asked:
                if answers(seen):
                    add(number)
    return found


def read_times(path: Path) -> Iterator[int]:
    """When each message was sent, in seconds UTC."""
    decode, seconds = msgspec.json.Decoder(Message).decode, Seconds()
    with path.open("rb") as file:
        for line in file:
            yield seconds.of(decode(line).sent_at)


class Seconds:
    """Reads times; each hour is parsed once."""

    def __init__(self) -> None:
        self._hours: dict[str, int] = {}

    def of(self, stamp: str) -> int:
        """Seconds since 1970, UTC, of `2026-11-21T20:43:55+08:00`."""
        hour = self._hours.get(stamp[:13])
        if hour is None:
            began = datetime.fromisoformat(f"{stamp[:13]}:00:00{stamp[19:]}")
            hour = self._hours[stamp[:13]] = int(began.timestamp())
        return hour + int(stamp[14:16]) * 60 + int(stamp[17:19])
