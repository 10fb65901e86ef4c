"""What a connector for files is: it cuts a file into parts, each of which becomes one record, and decodes a part again.

`read` touches the file once, at import; `decode` is pure and is called again by every rebuild, so everything it needs
(time zone, date order, attachments that came along) travels in the part's `meta`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from muniment.record.errors import Refused
from muniment.record.event import Event
from muniment.record.record import Assurance, Header

LARGEST = 512 * 2**20
"""Largest attachment, zip member or chat text that is read whole, in bytes. It keeps what an import holds in memory to about
twice this, and every record below the 2^31 - 1 bytes that AES-GCM takes in one call and the 0x7ffff000 that one read gives.
"""

PIECE = 64 * 2**20
"""Bytes of a record that keeps a stretch of a file which no reader reads."""


class SourceFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to import: `path` of our own copy of it, `name` as the operator's file was called, its size and SHA-256."""

    path: Path
    name: str
    size: int
    sha256: str
    beside: Path | None = None
    """Folder that the operator's file lies in, against which the paths of its attachments are resolved."""


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator said beside the file: IANA zone name and `dmy`, `mdy` or `ymd`."""

    timezone: str | None = None
    date_order: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One record to be: a byte span of the file, or of a member of it.

    `kind` is `message`, `attachment` or `span` (bytes that are no message: a byte-order mark, blank lines, container
    bytes, a rejected line). `at` is offset and length in bytes within `member` (or the file where it is None); the
    parts of a file or member, put together in order of offset, are that file or member byte for byte. `key` makes an
    import idempotent within the account: a part with a known key and equal raw bytes is a duplicate. `rejected` is the reason why a
    span could not be read as a message: it is stored all the same, and counted as rejected. `missing` names the attachments
    that a message speaks of and that did not come with it. `unread` is the importer's: a piece of a file that no reader reads.
    """

    kind: str
    raw: bytes
    at: tuple[int, int]
    member: str | None = None
    key: str | None = None
    lines: int = 0
    meta: dict[str, Any] = {}
    missing: tuple[str, ...] = ()
    rejected: str | None = None
    unread: bool = False


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a container: its size in bytes, all of which parts must cover, and the file's bytes that it is packed in."""

    member: str
    size: int
    packed: tuple[int, int]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What a whole-conversation export claims to hold, so that what vanished since the last one is noticed.

    Between `first_at` and `last_at` (microseconds UTC) every message of `conversation` known to the account must be
    among the keys of the file's parts.
    """

    conversation: str
    first_at: int
    last_at: int


class Unreadable(Refused):
    """No option makes this file readable: it is kept whole as one rejected record, and the operator is told."""


class Decoder(Protocol):
    """What reads events in the records of a folder `capture/<name>/`, whichever way they came.

    One whose `membership` events say who came and went in a form of their own has a function `membership` too, which reads
    an event to the one shape, or None (memberships.py). Pure as well. One whose messages bear ids alone, and that brings what the
    platform's directory calls them as `identity_change` events, says so by `directory = True`.
    """

    name: str
    version: int
    assurance: Assurance

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        """Read the events of one part. Pure: same header and bytes, same events. Raises Undecodable when it cannot."""
        ...


class Connector(Decoder, Protocol):
    """A folder `capture/<name>/` offers one of these as `connector`."""

    snapshots: bool
    """Whether a file claims to hold a whole stretch of a conversation, so that what is absent from it has vanished."""

    def read(self, source: SourceFile, options: ImportOptions) -> Iterator[Part | Extent | Snapshot]:
        """Cut `source` into parts, in the file's order; a Snapshot, if any, comes last.

        Raises Refused (an option is missing or wrong) or Unreadable (no option helps), either before the first part.
        """
        ...

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """The bytes of a message's attachment number `place` (from 0) where they lie within its own raw bytes, else None."""
        ...


class Undecodable(Exception):
    """A part that its decoder cannot read; it becomes an `undecoded` event, searchable by its raw text."""
