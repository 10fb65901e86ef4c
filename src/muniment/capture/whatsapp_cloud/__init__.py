"""WhatsApp Business Cloud API: Meta's webhooks, the files they name, and what the firm sends through the API.

Trust: Meta's signature says that Meta sent these bytes, not that the person behind a number is who they say. What is sent
through the API beside our recorder, and what a phone app that is not coupled sends, never comes here.
"""

from collections.abc import Sequence

from muniment.capture.whatsapp_cloud.decode import decode_webhook
from muniment.capture.whatsapp_cloud.live import WhatsAppCloudLive
from muniment.capture.whatsapp_cloud.outbound import decode_send
from muniment.capture.whatsapp_cloud.relay import WhatsAppCloudRelay
from muniment.record.event import Event
from muniment.record.record import Assurance, Header


class WhatsAppCloud:
    """The decoder of webhook bodies and of recorded sends. It reads no files: what it decodes comes by intake."""

    name = "whatsapp_cloud"
    version = 1
    assurance = Assurance.API_SIGNED

    def decode(self, header: Header, raw: bytes) -> Sequence[Event]:
        """The events of a POST or of a recorded send (`meta["form"]` is `send`); none for files. Raises Undecodable."""
        if header.part != "message":
            return ()
        if header.meta.get("form") == "send":
            return decode_send(raw, differs=bool(header.meta.get("differs")))
        return decode_webhook(raw)


connector = WhatsAppCloud()
live = WhatsAppCloudLive()
relay = WhatsAppCloudRelay()
