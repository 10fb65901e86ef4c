"""Text messages of an Android phone: the XML files of the app *SMS Backup & Restore*, with pictures and call lists.

Trust: a backup is what the phone's owner let an app write and then handed over. Every byte of it is kept; nothing in it is proof
of what a network delivered.
"""

from collections.abc import Iterator, Sequence

from muniment.capture.connector import ImportOptions, Part, SourceFile, Undecodable
from muniment.capture.elements import Malformed, element
from muniment.capture.sms.calls import read_call
from muniment.capture.sms.mms import attachment_bytes, read_mms
from muniment.capture.sms.read import read_parts
from muniment.capture.sms.text import read_other, read_sms
from muniment.record.event import Event
from muniment.record.record import Assurance, Header


class SmsConnector:
    """Cuts a backup into one part a message or call, and reads the one event of each."""

    name = "sms"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False

    def read(self, source: SourceFile, options: ImportOptions) -> Iterator[Part]:
        """The parts of a backup in order. Raises Unreadable before the first part where it is none."""
        return read_parts(source)

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        """The event of a message or call; nothing for spans. Raises Undecodable."""
        if header.part != "message":
            return ()
        try:
            found, lost = element(raw, str(header.meta.get("enc", "utf-8")))
        except (Malformed, LookupError) as reason:
            raise Undecodable(str(reason)) from None
        reader = {"sms": read_sms, "mms": read_mms, "call": read_call}.get(found.name, read_other)
        return (reader(found, header.key, lost),)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """What a picture message holds in base64."""
        try:
            return attachment_bytes(element(raw)[0], place)
        except Malformed:
            return None


connector = SmsConnector()
