"""Channels as DiscordChatExporter writes them, small and whole."""

from typing import Any


def user(number: str, name: str, **more: Any) -> dict[str, Any]:
    """Somebody."""
    return {"id": number, "name": name, "discriminator": "0000", "nickname": f"{name} 昵称", "color": None, "isBot": False, "roles": [], "avatarUrl": f"https://cdn.discordapp.com/{number}.png", **more}  # fmt: skip


def message(number: int, content: str = "你好", **more: Any) -> dict[str, Any]:
    """A message of somebody."""
    return {
        "id": str(1_100_000_000_000_000_000 + number),
        "type": "Default",
        "timestamp": f"2024-05-14T10:00:{number:02}.123+00:00",
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": content,
        "author": user("5", "amy"),
        "attachments": [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [],
        "inlineEmojis": [],
        **more,
    }


PICTURE = {"id": "7", "url": "general_Files/a-1.png", "fileName": "a.png", "fileSizeBytes": 10}
LINKED = {"id": "8", "url": "https://cdn.discordapp.com/b.pdf?ex=1&hm=2", "fileName": "b.pdf", "fileSizeBytes": 20}
STICKER = {"id": "9", "name": "Wave", "format": "Png", "sourceUrl": "https://cdn.discordapp.com/stickers/9.png"}
THUMB = {"id": "", "name": "👍", "code": "thumbsup", "isAnimated": False, "imageUrl": "https://x/1.svg"}
EMBED = {"title": "Build", "url": None, "timestamp": None, "description": "passed", "fields": [{"name": "n", "value": "v", "isInline": True}]}  # fmt: skip

MESSAGES = [
    message(1),
    message(2, "edited", timestampEdited="2024-05-14T11:00:00.1234567+00:00"),
    message(3, "liked", reactions=[{"emoji": THUMB, "count": 3, "users": [user("6", "bob")]}]),
    message(4, "answer", type="Reply", reference={"messageId": "1100000000000000001", "channelId": "22", "guildId": "1"}),
    message(5, "", attachments=[PICTURE, LINKED], stickers=[STICKER]),
    message(6, "", embeds=[EMBED], author=user("66", "ci", isBot=True)),
    message(7, "Joined the server.", type="GuildMemberJoin"),
    message(8, "Started a call that lasted 5 minutes.", type="Call", callEndedTimestamp="2024-05-14T10:05:00+00:00"),
    message(9, "", forwardedMessage={"timestamp": "2024-05-01T00:00:00+00:00", "timestampEdited": None, "content": "look", "attachments": [], "embeds": [], "stickers": []}),
    message(10, "strange", type="Kind99", components=[{"type": "Button", "label": "go"}]),
]  # fmt: skip


def channel(messages: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The export of a channel."""
    chosen = MESSAGES if messages is None else messages
    return {
        "guild": {"id": "1", "name": "Firm", "iconUrl": "x"},
        "channel": {"id": "22", "type": "GuildTextChat", "categoryId": "2", "category": "Desk", "name": "general 一般", "topic": None},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2024-06-01T00:00:00+00:00",
        "messages": chosen,
        "messageCount": len(chosen),
        **more,
    }  # fmt: skip
