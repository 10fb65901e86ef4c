"""Messages as JSON, one object a line: the neutral door for whatever no other connector reads (docs/formats/ndjson.md).

Trust: every byte of the file is in some part, and a line that is not fully understood is kept and named, never guessed.
"""

from collections.abc import Iterator, Sequence

from muniment.capture.connector import ImportOptions, Part, Snapshot, SourceFile, Undecodable
from muniment.capture.ndjson.attachments import embedded_bytes
from muniment.capture.ndjson.message import read_line
from muniment.capture.ndjson.parts import FILES, ZONE, read_parts
from muniment.capture.ndjson.push import live
from muniment.capture.ndjson.strict import read_members
from muniment.capture.rejected import LineRejected
from muniment.record.event import Event
from muniment.record.record import Assurance, Header

__all__ = ["connector", "live"]


class NdjsonConnector:
    """Cuts an NDJSON file into one part a line, and reads the one event of each message line."""

    name = "ndjson"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False

    def read(self, source: SourceFile, options: ImportOptions) -> Iterator[Part | Snapshot]:
        """The parts of the file in order; a named attachment comes just before the line that names it first.

        Raises, before the first part, Unreadable where the file is not text at all, and Refused where no time zone has
        the name given.
        """
        return read_parts(source, options)

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        """The event of a message line; nothing for attachments and spans. Raises Undecodable."""
        if header.part != "message":
            return ()
        meta = header.meta
        try:
            return (read_line(raw, meta.get(ZONE), meta.get(FILES)),)
        except LineRejected as rejected:
            raise Undecodable(rejected.reason) from None

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """What an attachment of the line holds in base64."""
        try:
            return embedded_bytes(read_members(raw), place)
        except LineRejected:
            return None


connector = NdjsonConnector()
