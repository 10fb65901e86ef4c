"""What came of one attempt to fetch a file that a message speaks of: each outcome a type of its own, so that none is forgotten."""

import base64
import binascii

import msgspec

SECOND = 1_000_000
LONGEST_WAIT = 3600


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """The file came. `checked` says whether it equals a hash that the platform declared, or there was none to compare."""

    content: bytes
    content_type: str | None = None
    name: str | None = None
    checked: bool = False
    flags: tuple[str, ...] = ()
    """What is wrong with it (`truncated`, `size_mismatch`, `hash_mismatch`, `expired`, `unfinished`): kept all the same, it is the best there is."""


class HashMismatch(msgspec.Struct, frozen=True, kw_only=True):
    """A file came that is not the one declared: fetch it once more, then keep it with a flag."""

    content: bytes
    content_type: str | None = None
    name: str | None = None


class Expired(msgspec.Struct, frozen=True):
    """The platform does not have the file any more: a gap. `code` is the platform's error or HTTP status."""

    code: str


class TooLarge(msgspec.Struct, frozen=True):
    """The file has more than `limit` bytes, the most that one record may hold: a gap until the limit is raised."""

    limit: int


class RetryAt(msgspec.Struct, frozen=True):
    """Not now: try again at `at` (µs UTC). `reason` is a code or plain words, and shows neither address nor secret.

    `asked` is False where the platform said nothing of the file, and the fault is ours to mend: it uses up no try.
    """

    at: int
    reason: str
    asked: bool = True


Outcome = Fetched | HashMismatch | Expired | TooLarge | RetryAt


def retry(now: int, reason: str, *, tries: int = 0, asked: int | None = None) -> RetryAt:
    """Try again after what the server asked (seconds), else after 15 s, twice as long each time, an hour at most."""
    seconds = min(15 << min(tries, 16), LONGEST_WAIT) if asked is None else max(1, min(asked, 24 * LONGEST_WAIT))
    return RetryAt(now + seconds * SECOND, reason)


def digest_of(declared: str | None) -> str | None:
    """`sha256:` and lower-case hex of a SHA-256 that a platform wrote in hex or base64; None for what is neither."""
    if declared is None:
        return None
    try:
        raw = (
            bytes.fromhex(declared)
            if len(declared) == 64
            else base64.b64decode(declared + "=" * (-len(declared) % 4), validate=True)
        )
    except (ValueError, binascii.Error):
        return None
    return f"sha256:{raw.hex()}" if len(raw) == 32 else None
