"""Generates the messages: NDJSON, the same for the same number and seed, in two languages and three ways of writing.

60 % English, 40 % Chinese (Traditional and Simplified alike), some lines of both with codes, prices and emoji; about 75
characters in the mean; 2,000 senders in 20,000 conversations over 24 months, in order of time but for some jitter; a few replies,
edits and recalls.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

from bench import planted, vocabulary
from bench.planted import Plant

SEED = 20_261_121
SENDERS, CONVERSATIONS = 2_000, 20_000
START = datetime(2024, 10, 1, tzinfo=UTC)
DAYS = 730
ZONE = timezone(timedelta(hours=8))
JITTER_SECONDS = 240
CHUNK = 5_000

_EMOJI = ("👍", "🙏", "😂", "😅", "🎉", "👌", "😊", "📈", "📉", "🤝")
_CODES = ("0005.HK", "9988.HK", "1299.HK", "600519.SS", "AAPL", "2800.HK", "3690.HK", "BABA")
_SURNAMES = (
    "Chan",
    "Wong",
    "Lee",
    "Lam",
    "Cheung",
    "Ho",
    "Ng",
    "Leung",
    "陳",
    "黃",
    "王",
    "李",
    "張",
    "刘",
    "Smith",
    "Jones",
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """A generated file, and how often each planted term stands in it, by plant and form."""

    path: Path
    messages: int
    characters: int
    planted: dict[str, int]


class _Voice:
    """Messages of one language: a stretch of drawn words at a time, with plants at their intervals."""

    def __init__(
        self, words: vocabulary.Ranked, plants: Sequence[Plant], chance: Random, mean: int, expected: int
    ) -> None:
        self._words, self._chance, self._space = words, chance, " " if words.words[0].isascii() else ""
        self._lengths = [max(1, round(chance.lognormvariate(0, 0.75) * mean)) for _ in range(8192)]
        self._pool: list[str] = []
        self._at = 0
        self._count = 0
        self.counted: Counter[str] = Counter()
        self._plants = [
            (plant, max(1, min(plant.every, expected // plant.least)), 1 + number * 7)
            for number, plant in enumerate(plants)
        ]

    def text(self) -> str:
        """The next message."""
        length = self._lengths[self._count & 8191]
        if self._at + length > len(self._pool):
            self._pool, self._at = self._words.draw(self._chance, 100_000), 0
            comma = ", " if self._space else "，"
            self._pool[9::11] = [word + comma.rstrip() for word in self._pool[9::11]]
        some = self._pool[self._at : self._at + length]
        self._at += length
        for plant, every, phase in self._plants:
            if self._count % every == phase % every:
                form = plant.forms[self._count // every % len(plant.forms)]
                some.insert(self._count % (len(some) + 1), form)
                self.counted[form] += 1
        self._count += 1
        return self._space.join(some)


def generate(path: Path, messages: int, seed: int = SEED) -> Corpus:
    """Write the corpus to `path`, and beside it what was planted; a corpus of the same size and seed is left as it is."""
    note = path.with_suffix(".json")
    if path.exists() and note.exists():
        known = json.loads(note.read_text("utf-8"))
        if known.pop("seed") == seed and known["messages"] == messages:
            return Corpus(path, **known)
    chance = Random(seed)
    voices = _voices(chance, messages)
    characters = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for first in range(0, messages, CHUNK):
            lines, some = _lines(chance, voices, first, min(messages, first + CHUNK), messages)
            file.writelines(lines)
            characters += some
    counted = sum((voice.counted for voice in voices), Counter[str]())
    note.write_text(
        json.dumps({"seed": seed, "messages": messages, "characters": characters, "planted": counted}), encoding="utf-8"
    )
    return Corpus(path, messages, characters, dict(counted))


def _voices(chance: Random, messages: int) -> tuple[_Voice, _Voice, _Voice]:
    english = vocabulary.english_words(chance, planted.STEMS)
    traditional = vocabulary.traditional_words(chance, planted.CHARACTERS)
    simplified = vocabulary.simplified_words(chance, planted.CHARACTERS)
    return (
        _Voice(english, planted.ENGLISH, chance, 11, messages * 6 // 10),
        _Voice(traditional, planted.TRADITIONAL, chance, 23, messages * 2 // 10),
        _Voice(simplified, planted.SIMPLIFIED, chance, 23, messages * 2 // 10),
    )


def _lines(chance: Random, voices: Sequence[_Voice], first: int, end: int, messages: int) -> tuple[list[str], int]:
    texts: list[Callable[[], str]] = [voices[0].text] * 6 + [voices[1].text] * 2 + [voices[2].text] * 2
    random = chance.random
    step = DAYS * 86_400 / messages
    clock = _Clock(START + timedelta(seconds=first * step))
    lines, characters = [], 0
    for number in range(first, end):
        text = texts[int(random() * 10)]()
        dice = random()
        if dice < 0.16:
            text = _spiced(text, dice, random)
        conversation = int(random() * random() * CONVERSATIONS)
        sender = (conversation * 7 + (dice * 1000 % 1 > 0.5) * (1 + conversation % 97)) % SENDERS
        sent = clock.text(int((number - first) * step) + int(random() * JITTER_SECONDS))
        link = ""
        if dice > 0.97 and number > 100:
            link, text = _link(dice, number, random, text)
        characters += len(text)
        lines.append(
            f'{{"id":"m{number:08d}","conversation":"c{conversation:05d}","sender":"u{sender:04d}",'
            f'"sender_display":"{_SURNAMES[sender % 16]} {sender}","sent_at":"{sent}","text":"{text}"{link}}}\n'
        )
    return lines, characters


def _spiced(text: str, dice: float, random: Callable[[], float]) -> str:
    """A code, a price or an emoji more."""
    if dice < 0.04:
        return f"{text} {_EMOJI[int(random() * len(_EMOJI))]}"
    if dice < 0.08:
        return f"{_CODES[int(random() * len(_CODES))]} {text}"
    if dice < 0.12:
        return f"{text} {int(random() * 90_000) / 100:.2f}"
    return f"{text} {int(random() * 900) * 100:,} @ {int(random() * 9000) / 100:.2f}"


def _link(dice: float, number: int, random: Callable[[], float], text: str) -> tuple[str, str]:
    """A reply (2 %), an edit (0.7 %) or a recall (0.3 %) of one of the last hundred messages."""
    target = f"m{number - 1 - int(random() * 100):08d}"
    if dice < 0.99:
        return f',"reply_to":"{target}"', text
    if dice < 0.997:
        return f',"edits":"{target}"', text
    return f',"recalls":"{target}"', text


class _Clock:
    """Writes times from a start on: days are looked up, seconds are arithmetic."""

    def __init__(self, start: datetime) -> None:
        local = start.astimezone(ZONE)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        self._offset = int((local - midnight).total_seconds())
        self._midnight = midnight
        self._days: dict[int, str] = {}

    def text(self, seconds: int) -> str:
        """The time `seconds` after the start, with its offset."""
        day, second = divmod(self._offset + seconds, 86_400)
        date = self._days.get(day)
        if date is None:
            date = self._days[day] = f"{self._midnight + timedelta(days=day):%Y-%m-%dT}"
        minute, second = divmod(second, 60)
        hour, minute = divmod(minute, 60)
        return f"{date}{hour:02d}:{minute:02d}:{second:02d}+08:00"


def lines(path: Path, count: int) -> Iterator[bytes]:
    """The first `count` lines of a corpus."""
    with path.open("rb") as file:
        for _, line in zip(range(count), file, strict=False):
            yield line


def head(corpus: Corpus, path: Path, count: int) -> Path:
    """A file of the corpus's first `count` messages; the corpus itself where it has no more."""
    if count >= corpus.messages:
        return corpus.path
    if not path.exists():
        path.write_bytes(b"".join(lines(corpus.path, count)))
    return path
