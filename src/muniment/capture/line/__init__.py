"""LINE: the text file that a phone or a computer writes of one chat, in any of its languages.

Trust: an export is what its owner's phone wrote and its owner handed over. It is evidence of the lowest assurance, and this folder
adds no certainty to it: it keeps every byte, and flags what it cannot decide.
"""

from collections.abc import Iterator, Sequence

from muniment.capture.connector import ImportOptions, Part, Snapshot, SourceFile
from muniment.capture.line.decode import decode
from muniment.capture.line.read import read_parts
from muniment.capture.line.roster import membership
from muniment.record.event import Event
from muniment.record.record import Assurance, Header


class LineConnector:
    """Cuts an export into one part a row, and reads the event of each."""

    name = "line"
    version = 1
    assurance = Assurance.EXPORT_TEXT
    snapshots = True
    membership = staticmethod(membership)

    def read(self, source: SourceFile, options: ImportOptions) -> Iterator[Part | Snapshot]:
        """The parts of an export in order, then what stretch it claims to hold. Raises Refused or Unreadable before the first."""
        return read_parts(source, options)

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        """The event of a row; nothing for spans. Raises Undecodable."""
        return decode(header, raw)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """An export holds no files."""
        return None


connector = LineConnector()
