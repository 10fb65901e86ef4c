"""The chat archive of WeCom (会话内容存档): pulled through the vendor's library, which runs in a process of its own.

Trust: what the platform's archive holds is what the platform gives out; what it never archived leaves no mark here.
"""

from muniment.capture.wecom.decode import decode
from muniment.capture.wecom.live import WeComLive
from muniment.record.record import Assurance


class WeCom:
    """The decoder of archived messages and of the snapshots beside them. It reads no files: what it decodes is pulled."""

    name = "wecom"
    version = 1
    assurance = Assurance.API_TLS
    directory = True
    decode = staticmethod(decode)


connector = WeCom()
live = WeComLive()
