"""The archive that X (once Twitter) gives to the holder of an account: posts, deleted posts, long posts and direct messages.

Trust: the holder fetched it and handed it over. It holds what that account has left, and for two weeks what it deleted.
"""

from muniment.capture.connector import Connector
from muniment.capture.x.decode import decode
from muniment.capture.x.read import read
from muniment.capture.x.roster import membership
from muniment.record.record import Assurance


class _X:
    """The connector: `read` cuts an archive into parts, `decode` reads one part again."""

    name = "x"
    version = 1
    assurance = Assurance.VENDOR_EXPORT
    snapshots = False
    read = staticmethod(read)
    decode = staticmethod(decode)
    membership = staticmethod(membership)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """An archive has its media in files of their own."""
        return None


connector: Connector = _X()
"""The connector that the registry finds."""
