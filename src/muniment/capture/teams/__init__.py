"""Microsoft Teams, as Microsoft Graph gives its messages out: `chatMessage` objects in JSON, saved to a file.

Trust: the file holds what Graph answered to whoever asked; that it was not changed since rests on who kept it.
"""

from muniment.capture.connector import Connector
from muniment.capture.teams.content import hosted
from muniment.capture.teams.decode import decode
from muniment.capture.teams.read import read
from muniment.capture.teams.roster import membership
from muniment.record.record import Assurance


class _Teams:
    """The connector: `read` cuts an export into parts, `decode` reads one part again."""

    name = "teams"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False
    read = staticmethod(read)
    decode = staticmethod(decode)
    membership = staticmethod(membership)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """Hosted contents are kept within the message only where Graph was asked for them."""
        return hosted(raw, place)


connector: Connector = _Teams()
"""The connector that the registry finds."""
