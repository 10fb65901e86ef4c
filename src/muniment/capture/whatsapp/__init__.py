"""WhatsApp text exports: `.txt` and `.zip` files that a phone writes, in any language and date format.

Trust: an export is what its owner's phone wrote and its owner handed over. It is low-assurance evidence, and this
folder adds no certainty to it: it keeps every byte, and flags what it cannot decide.
"""

from muniment.capture.connector import Connector
from muniment.capture.whatsapp.decode import decode
from muniment.capture.whatsapp.read import read, reassemble
from muniment.capture.whatsapp.roster import membership
from muniment.record.record import Assurance

__all__ = ["connector", "reassemble"]


class _WhatsApp:
    """The connector: `read` cuts an export into parts, `decode` reads one part again."""

    name = "whatsapp"
    version = 1
    assurance = Assurance.EXPORT_TEXT
    snapshots = True
    read = staticmethod(read)
    decode = staticmethod(decode)
    membership = staticmethod(membership)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """An export has its attachments in files of their own."""
        return None


connector: Connector = _WhatsApp()
