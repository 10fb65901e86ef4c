"""The manifest: the record that says, in order, of which records an imported file consists, so that it can be made again.

Its raw bytes are canonical JSON: `file` (name, size, sha256), `connector`, `options`, `runs` and `vanished`. A run
is [member or null, offset, first leaf, count]: `count` records from `first leaf` on hold the bytes of the member (or file)
from `offset` on, one behind the other.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from muniment.capture.connector import ImportOptions, SourceFile
from muniment.record.codec import canonical
from muniment.record.errors import Damaged
from muniment.record.event import Event, Kind

PART = "manifest"


class Vanished(msgspec.Struct, frozen=True, kw_only=True):
    """A message that an earlier export held and that this one, which covers its time, does not."""

    event: str
    conversation: str
    sent_at: int | None


class Runs:
    """Collects the runs of a manifest as parts come."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self._end: tuple[str | None, int, int] = (None, -1, -1)

    def add(self, member: str | None, offset: int, length: int, leaf: int) -> None:
        """The next part of the file lies at `offset` and is record `leaf`."""
        if self._end == (member, offset, leaf):
            self.rows[-1][3] += 1
        else:
            self.rows.append([member, offset, leaf, 1])
        self._end = (member, offset + length, leaf + 1)


def encode_manifest(
    source: SourceFile, connector: str, options: ImportOptions, runs: Runs, vanished: Sequence[Vanished]
) -> bytes:
    """The raw bytes of a manifest record."""
    return canonical(
        {
            "connector": connector,
            "file": {"name": source.name, "sha256": source.sha256, "size": source.size},
            "options": msgspec.to_builtins(options),
            "runs": runs.rows,
            "v": 1,
            "vanished": [msgspec.to_builtins(item) for item in vanished],
        }
    )


def decode_manifest(raw: bytes) -> list[Event]:
    """The events of a manifest: one `source_divergence` for each message that vanished. Raises Damaged."""
    try:
        vanished = msgspec.convert(json.loads(raw)["vanished"], list[Vanished])
    except (ValueError, KeyError, TypeError, msgspec.ValidationError):
        raise Damaged("a manifest record is not one; expected canonical JSON with `vanished`") from None
    return [
        Event(
            kind=Kind.SOURCE_DIVERGENCE,
            conversation=item.conversation,
            sent_at=item.sent_at,
            flags=("vanished",),
            extra={"event": item.event, "why": "an export that covers its time no longer holds it"},
        )
        for item in vanished
    ]
