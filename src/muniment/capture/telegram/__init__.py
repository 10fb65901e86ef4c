"""Telegram Desktop's export as JSON: `result.json` of one chat or of a whole account, with the media beside it.

Trust: the export is what one account saw when it was made. It holds the last words of each message only, and nothing of
what was deleted before.
"""

from muniment.capture.connector import Connector
from muniment.capture.telegram.decode import decode
from muniment.capture.telegram.read import read
from muniment.capture.telegram.roster import membership
from muniment.record.record import Assurance


class _Telegram:
    """The connector: `read` cuts an export into parts, `decode` reads one part again."""

    name = "telegram"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False
    read = staticmethod(read)
    decode = staticmethod(decode)
    membership = staticmethod(membership)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """An export has its media in files of their own."""
        return None


connector: Connector = _Telegram()
"""The connector that the registry finds."""
