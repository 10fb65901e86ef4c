"""WeChat official accounts, WeCom applications and customer service: encrypted callbacks, and the feed behind the doorbell.

Trust: a callback is signed with a token that the platform and we share, and its message is encrypted to us; a pulled item is
vouched for by TLS alone. What an account sends is captured only in customer service, where the platform tells it.
"""

from muniment.capture.wechat.decode import decode
from muniment.capture.wechat.live import WeChatLive
from muniment.record.record import Assurance


class WeChat:
    """The decoder of callbacks and pulled items. It reads no files: what it decodes comes by intake."""

    name = "wechat"
    version = 1
    assurance = Assurance.API_SIGNED
    decode = staticmethod(decode)


connector = WeChat()
live = WeChatLive()
