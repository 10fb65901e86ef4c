"""What the library's return codes and the platform's error codes mean for us: try again, tell somebody, or record a loss."""

from enum import StrEnum


class Means(StrEnum):
    """What is to be done."""

    RETRY = "retry"
    ALARM = "alarm"
    EXPIRED = "expired"


RETRIED = frozenset({10001, 10002, 10003})
"""Network, parsing, system: the library's own advice is to try again."""
EXPIRED = 10010
BUSY = frozenset({-1, 45009, 45033})
"""The platform is busy, or we asked too often."""
TOKEN = frozenset({40014, 42001})
"""The access token is wrong or has expired: fetch another and ask once more."""

WORDS = {
    10000: "a parameter is wrong",
    10001: "the platform cannot be reached",
    10002: "the library could not read the platform's answer",
    10003: "the library reports a system fault",
    10004: "the library reports a fault of its key",
    10005: "the file id is wrong",
    10006: "the message could not be decrypted",
    10007: "there is no private key of this version",
    10008: "the message's key could not be read: the private key may be another one",
    10009: "this machine's address is not on the platform's list",
    10010: "the data have expired",
    10011: "the library does not trust the platform's certificate",
    -1: "the platform is busy",
    40001: "the secret is wrong",
    40014: "the access token is wrong",
    40096: "the client's id is not known there",
    41001: "the access token is missing",
    42001: "the access token has expired",
    45009: "too many calls",
    45033: "too many calls at once",
    60020: "this machine's address is not on the platform's list",
    60111: "the colleague's id is not known there",
    84061: "the client is no contact of any colleague",
    301052: "the firm's licence of the archive has expired",
}
"""In a few words, for the page that shows them."""


def means(code: int) -> Means:
    """What a code asks for; one that nobody has written down asks for a person."""
    if code in RETRIED or code in BUSY:
        return Means.RETRY
    return Means.EXPIRED if code == EXPIRED else Means.ALARM


def in_words(code: int) -> str:
    """What a code says."""
    return WORDS.get(code, "an error that is not documented")
