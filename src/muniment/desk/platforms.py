"""What people call a channel: connectors by the names of their platforms, and where else somebody can be reached."""

from django.utils.translation import gettext_lazy as _

CHANNELS = {
    "actiance": "Actiance",
    "bloomberg": "Bloomberg",
    "discord": "Discord",
    "email": _("e-mail"),
    "handin": _("hand-in"),
    "line": "LINE",
    "linkedin": "LinkedIn",
    "ndjson": _("file of messages"),
    "phone": _("telephone"),
    "slack": "Slack",
    "sms": "SMS",
    "teams": "Microsoft Teams",
    "telegram": "Telegram",
    "wechat": "WeChat",
    "wecom": "WeCom",
    "whatsapp": "WhatsApp",
    "whatsapp_cloud": "WhatsApp Business",
    "x": "X",
}


def channel(name: str) -> str:
    """A channel's name, for people; one that is not known keeps its own."""
    return str(CHANNELS.get(name, name))
