"""Bloomberg: the daily XML dumps of Instant Bloomberg chats (IB), and of its messages (MSG) as far as their form is known.

Trust: a dump is what the vendor handed over for a day. It carries no message ids and no signature of its own.
"""

from collections.abc import Iterator, Sequence

from muniment.capture.bloomberg.chat import read_event
from muniment.capture.bloomberg.identity import Identity, file_of, login_of
from muniment.capture.bloomberg.mail import is_mail, read_mail
from muniment.capture.connector import ImportOptions, Part, SourceFile
from muniment.capture.filedump import dump_parts, membership, read_record
from muniment.record.event import Event
from muniment.record.record import Assurance, Header


class BloombergConnector:
    """Cuts a dump into one part a message, attachment, entrance or exit, and reads the event of each."""

    name = "bloomberg"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False
    membership = staticmethod(membership)

    def read(self, source: SourceFile, options: ImportOptions) -> Iterator[Part]:
        """The parts of a dump in order; a file beside it comes just before what names it first. Raises Unreadable."""
        return dump_parts(source, Identity(), login_of, file_of)

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        """The event of a record; nothing for files and spans. Raises Undecodable."""
        if header.part != "message":
            return ()
        name, found, lost = read_record(raw, header.meta)
        reader = read_mail if is_mail(name, found) else read_event
        return (reader(name, found, lost, header.key, header.meta),)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """A dump has its attachments in files of their own."""
        return None


connector = BloombergConnector()
