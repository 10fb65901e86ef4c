"""Actiance XML: the dump that Mattermost, Symphony and gateways for compliance write for an archive to take in.

Trust: a dump is what the platform's exporter chose to write. Message ids are the platform's; nothing is signed.
"""

from collections.abc import Iterator, Sequence

from muniment.capture.actiance.decode import file_of, identify, login_of, read_event
from muniment.capture.connector import ImportOptions, Part, SourceFile
from muniment.capture.content_keys import ContentKeys
from muniment.capture.filedump import dump_parts, membership, read_record
from muniment.record.event import Event
from muniment.record.record import Assurance, Header


class ActianceConnector:
    """Cuts a dump into one part a message, file transfer, entrance or exit, and reads the event of each."""

    name = "actiance"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False
    membership = staticmethod(membership)

    def read(self, source: SourceFile, options: ImportOptions) -> Iterator[Part]:
        """The parts of a dump in order; a file beside it comes just before what names it first. Raises Unreadable."""
        keys = ContentKeys()
        return dump_parts(source, lambda name, found, room: identify(keys, name, found, room), login_of, file_of)

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        """The event of a record; nothing for files and spans. Raises Undecodable."""
        if header.part != "message":
            return ()
        name, found, lost = read_record(raw, header.meta)
        return (read_event(name, found, lost, header.key, header.meta),)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """A dump has its files beside it."""
        return None


connector = ActianceConnector()
