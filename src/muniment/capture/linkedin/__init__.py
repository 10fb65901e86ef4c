"""LinkedIn's copy of one's data: messages, posts and comments as CSV, in the zip that is downloaded or one file of it.

Trust: the holder of the account fetched it and handed it over. It holds no ids and no edits, and text alone: anybody could
have changed it on the way.
"""

from muniment.capture.connector import Connector
from muniment.capture.linkedin.decode import decode
from muniment.capture.linkedin.read import read
from muniment.record.record import Assurance


class _LinkedIn:
    """The connector: `read` cuts an export into parts, `decode` reads one part again."""

    name = "linkedin"
    version = 1
    assurance = Assurance.EXPORT_TEXT
    snapshots = False
    read = staticmethod(read)
    decode = staticmethod(decode)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """An export holds links to files, never the files."""
        return None


connector: Connector = _LinkedIn()
"""The connector that the registry finds."""
