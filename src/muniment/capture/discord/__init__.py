"""Discord, as DiscordChatExporter writes a channel to JSON.

Trust: no export of Discord's own holds a channel, so this is what another program read with somebody's account: what each
message is now, in the words of that program.
"""

from muniment.capture.connector import Connector
from muniment.capture.discord.decode import decode
from muniment.capture.discord.read import read
from muniment.capture.discord.roster import membership
from muniment.record.record import Assurance


class _Discord:
    """The connector: `read` cuts an export into parts, `decode` reads one part again."""

    name = "discord"
    version = 1
    assurance = Assurance.EXPORT_TEXT
    snapshots = False
    read = staticmethod(read)
    decode = staticmethod(decode)
    membership = staticmethod(membership)

    def embedded(self, raw: bytes, place: int) -> bytes | None:
        """An export has its media in files of their own, or not at all."""
        return None


connector: Connector = _Discord()
"""The connector that the registry finds."""
