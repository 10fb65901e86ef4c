"""What people call a channel: connectors by the names of their platforms, and where else somebody can be reached."""

from django.utils.translation import gettext_lazy as _

CHANNELS = {
    "email": _("e-mail"),
    "handin": _("hand-in"),
    "ndjson": _("file of messages"),
    "phone": _("telephone"),
    "whatsapp": "WhatsApp",
}


def channel(name: str) -> str:
    """A channel's name, for people; one that is not known keeps its own."""
    return str(CHANNELS.get(name, name))
