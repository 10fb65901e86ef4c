"""Words for generated messages: what the demonstration's people say, then made-up words down a long tail.

Real text has a few words that are everywhere and tens of thousands that are rare (Zipf); an index is as large, and as
slow, as that tail makes it. So words are ranked, and drawn with weights that fall with their rank.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from muniment.cli.demo.language import cantonese, english, mixed, simplified, traditional

ENGLISH_TYPES = 40_000
CHINESE_TYPES = 30_000
"""Word types of English, and of each way of writing Chinese."""

EXPONENT, OFFSET = 1.1, 2.7
"""Zipf and Mandelbrot: the weight of rank r is 1 / (r + OFFSET) ** EXPONENT."""

_HAN = re.compile("[\u4e00-\u9fff]+")
_LATIN = re.compile("[a-z]+(?:'[a-z]+)?")
_ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr r s sh st str t th tr v w".split()
_NUCLEI = "a ai e ea i o oo ou u".split()
_CODAS = ("", "", "", "", *"ck d l m n nd ng p r rt s st t x".split())
_ENDINGS = ("", "", "", "", "s", "ed", "ing", "er", "ly", "tion", "ment", "ness")


@dataclass(frozen=True, slots=True)
class Ranked:
    """Words by rank, and the running sum of their weights."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def draw(self, chance: Random, count: int) -> list[str]:
        """`count` words by their weights."""
        return chance.choices(self.words, cum_weights=self.weights, k=count)


def english_words(chance: Random, without: Iterable[str]) -> Ranked:
    """The demonstration's English, most frequent first, then words made of syllables; none begins like one of `without`."""
    kept_out = tuple(without)
    return _ranked(
        (
            word
            for word in _both(_count(english, mixed, pattern=_LATIN), _syllables(chance))
            if not word.startswith(kept_out)
        ),
        ENGLISH_TYPES,
    )


def traditional_words(chance: Random, without: str) -> Ranked:
    """Traditional characters: single ones and pairs as the demonstration has them, then made-up pairs; no character of `without`."""
    return _chinese(chance, _count(traditional, cantonese, mixed, pattern=_HAN), big5_characters(), without)


def simplified_words(chance: Random, without: str) -> Ranked:
    """The same in Simplified characters."""
    return _chinese(chance, _count(simplified, pattern=_HAN), gb2312_characters(), without)


def big5_characters() -> list[str]:
    """The 5,401 frequent characters of Big5."""
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    decoded = (bytes((lead, trail)).decode("big5", "ignore") for lead in range(0xA4, 0xC7) for trail in trails)
    return [character for character in decoded if _HAN.fullmatch(character)]


def gb2312_characters() -> list[str]:
    """The 3,755 frequent characters of GB 2312."""
    decoded = (
        bytes((lead, trail)).decode("gb2312", "ignore") for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF)
    )
    return [character for character in decoded if _HAN.fullmatch(character)]


def _chinese(chance: Random, runs: Counter[str], characters: list[str], without: str) -> Ranked:
    said: Counter[str] = Counter()
    for run, times in runs.items():
        for place, character in enumerate(run):
            said[character] += times
            said[run[place : place + 2]] += times
    chance.shuffle(characters)
    frequent = [word for word, _ in said.most_common() if len(word) == 1]
    ranked = _ranked(dict.fromkeys([*frequent, *characters]), len(characters))
    words = (
        word for word in _both(said, _pairs(chance, ranked)) if not any(character in without for character in word)
    )
    return _ranked(words, CHINESE_TYPES)


def _pairs(chance: Random, characters: Ranked) -> Iterator[str]:
    while True:
        drawn = characters.draw(chance, 20_000)
        yield from map("".join, zip(drawn[::2], drawn[1::2], strict=True))


def _syllables(chance: Random) -> Iterator[str]:
    while True:
        parts = [
            chance.choice(_ONSETS) + chance.choice(_NUCLEI) + chance.choice(_CODAS)
            for _ in range(chance.choice((1, 1, 2, 2, 2, 3)))
        ]
        yield "".join(parts) + chance.choice(_ENDINGS)


def _count(*languages: object, pattern: re.Pattern[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for language in languages:
        vocabulary: dict[str, tuple[str, ...]] = getattr(language, "VOCABULARY")  # noqa: B009 - modules of one shape
        scenes: str = getattr(language, "SCENES")  # noqa: B009
        without_slots = re.sub(r"\{\w+\}", " ", scenes)
        for text in (without_slots, *(" ".join(words) for words in vocabulary.values())):
            counted.update(pattern.findall(text.lower()))
    return counted


def _both(said: Counter[str], made: Iterator[str]) -> Iterator[str]:
    yield from (word for word, _ in said.most_common())
    yield from made


def _ranked(words: Iterable[str], count: int) -> Ranked:
    chosen: dict[str, None] = {}
    for word in words:
        chosen[word] = None
        if len(chosen) == count:
            break
    weights = accumulate(1 / (rank + OFFSET) ** EXPONENT for rank in range(1, len(chosen) + 1))
    return Ranked(tuple(chosen), tuple(weights))
