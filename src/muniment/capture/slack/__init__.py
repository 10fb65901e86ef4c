"""Slack's workspace export: a zip with a folder for each conversation and a JSON file for each day of it.

Trust: an administrator's export holds what each message is now. Files are links that expire, unless somebody put the files in.
"""

from muniment.capture.connector import Connector
from muniment.capture.slack.decode import decode
from muniment.capture.slack.read import read
from muniment.capture.slack.roster import membership
from muniment.record.record import Assurance


class _Slack:
    """The connector: `read` cuts an export into parts, `decode` reads one part again."""

    name = "slack"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False
    read = staticmethod(read)
    decode = staticmethod(decode)
    membership = staticmethod(membership)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """An export holds no files within messages."""
        return None


connector: Connector = _Slack()
"""The connector that the registry finds."""
