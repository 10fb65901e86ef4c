"""E-mail: a message in a file of its own (`.eml`), or many in one (`.mbox`, in its variants).

Trust: what a message says of itself (who, when, on what path) its sender could write. It is kept as it came; the defects of its
form are named.
"""

from collections.abc import Iterator, Sequence

from muniment.capture.connector import ImportOptions, Part, SourceFile
from muniment.capture.email.decode import attachment_bytes, decode
from muniment.capture.email.read import read_parts
from muniment.record.event import Event
from muniment.record.record import Assurance, Header


class EmailConnector:
    """Cuts a file into one part a message, and reads the one event of each."""

    name = "email"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False

    def read(self, source: SourceFile, options: ImportOptions) -> Iterator[Part]:
        """The messages of a file in order. Raises Unreadable before the first part where it holds none."""
        return read_parts(source)

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        """The event of a message; nothing for spans."""
        return decode(header, raw)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """The bytes of a message's attachment, its transfer encoding undone."""
        return attachment_bytes(raw, place)


connector = EmailConnector()
