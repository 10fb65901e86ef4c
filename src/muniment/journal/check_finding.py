"""What the whole-archive check says: one Finding for each fault, and how much was looked at."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from muniment.record.errors import MunimentError
from muniment.record.words import _
from muniment.vault.location import Location, Schema


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was sealed or derived.

    `file` is named from the archive's folder (files of the keys folder by `keys/...`), `leaf` is the record's index in
    the log that the file belongs to, `bytes` the first and the last byte at fault, both included. `template` and
    `values` make the sentence, which holds no content. `mild` findings are what a crash leaves behind, or what somebody
    added: nothing sealed is affected, and the next command that writes removes it.
    """

    file: str
    template: str
    values: dict[str, object] = {}
    leaf: int | None = None
    bytes: tuple[int, int] | None = None
    mild: bool = False

    @property
    def spoken(self) -> dict[str, object]:
        """What stands in the template's places: `values`, and the record's index as `leaf`."""
        return {"leaf": self.leaf, **self.values}

    def __str__(self) -> str:
        return self.template.format(**self.spoken)


Say = Callable[[Finding], None]
"""Takes a finding; the check goes on."""


@dataclass(slots=True)
class Counts:
    """How much was looked at: leaves and checkpoints of both logs, envelopes and their bytes, records opened and disposed of."""

    leaves: int = 0
    checkpoints: int = 0
    envelopes: int = 0
    envelope_bytes: int = 0
    opened: int = 0
    disposed: int = 0
    waiting: int = 0


def fault(
    file: str, template: str, /, *, leaf: int | None = None, at: tuple[int, int] | None = None, **values: object
) -> Finding:
    """A finding that means damage or tampering."""
    return Finding(file=file, template=template, values=values, leaf=leaf, bytes=at)


def leftover(
    file: str, template: str, /, *, leaf: int | None = None, at: tuple[int, int] | None = None, **values: object
) -> Finding:
    """A finding of the mild kind."""
    return Finding(file=file, template=template, values=values, leaf=leaf, bytes=at, mild=True)


def refused(file: str, error: MunimentError, *, leaf: int | None = None, at: tuple[int, int] | None = None) -> Finding:
    """What another room refused, as a finding about `file`."""
    return Finding(file=file, template=error.template, values=error.values, leaf=leaf, bytes=at)


def unreadable(file: str, error: Exception) -> Finding:
    """A database that cannot be read."""
    return fault(file, _("the database cannot be read: {reason}"), reason=str(error))


def span(offset: int, length: int) -> tuple[int, int]:
    """First and last byte of `length` bytes from `offset` on."""
    return offset, offset + max(length, 1) - 1


def differing(found: bytes, wanted: bytes) -> tuple[int, int]:
    """First and last byte in which `found` differs from `wanted`; what is too short or too long differs to its end."""
    longest = max(len(found), len(wanted))
    shared = min(len(found), len(wanted))
    first = next((place for place in range(shared) if found[place] != wanted[place]), shared)
    if len(found) != len(wanted):
        return first, max(first, longest - 1)
    last = next((place for place in range(shared - 1, -1, -1) if found[place] != wanted[place]), first)
    return first, last


def file_of(location: Location) -> str:
    """How findings name a database: its file from the archive's folder, or its schema."""
    if isinstance(location, Schema):
        return f"postgres/{location.name}"
    return f"keys/{location.name}" if location.name == "keys.sqlite3" else location.name
