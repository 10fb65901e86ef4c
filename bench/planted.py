"""What is hidden in the generated messages so that a search has something known to find."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plant:
    """A term that one message in `every` (of its language, at a million messages) holds, at least `least` in any corpus."""

    name: str
    forms: tuple[str, ...]
    every: int
    least: int = 3


ENGLISH = (
    Plant("rare", ("zanzibarite",), 24_000),
    Plant("common", ("settlement",), 11),
    Plant("phrase", ("off the record books",), 5_000),
    Plant("prefix", ("guarantee", "guaranteed", "guarantor", "guarantees"), 20),
    Plant("wire", ("wire",), 29),
    Plant("redemption", ("redemption",), 41),
    Plant("approved", ("approved",), 7),
    Plant("code", ("0700.HK",), 60),
)
TRADITIONAL = (
    Plant("han2", ("內幕",), 12),
    Plant("han3", ("保證金",), 6_600),
    Plant("han6", ("對賭協議條款",), 10_000),
)
SIMPLIFIED = (
    Plant("han2", ("内幕",), 12),
    Plant("han3", ("保证金",), 6_600),
    Plant("han6", ("对赌协议条款",), 10_000),
)

STEMS = ("zanzib", "settlement", "guarant", "redempt", "approved", "record", "wire")
"""No ordinary English word begins like one of these."""

CHARACTERS = "幕證证賭赌"
"""No ordinary Chinese word holds one of these."""
