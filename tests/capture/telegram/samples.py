"""Exports of Telegram Desktop, small and whole."""

from typing import Any

PHOTO = "photos/photo_1@14-05-2024_10-00-00.jpg"
NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"


def message(number: int, text: Any = "你好，世界", **more: Any) -> dict[str, Any]:
    """A message of somebody."""
    return {
        "id": number,
        "type": "message",
        "date": "2024-05-14T18:00:00",
        "date_unixtime": str(1_715_680_800 + number),
        "from": "陈大文",
        "from_id": "user111",
        "text": text,
        "text_entities": [{"type": "plain", "text": text}] if isinstance(text, str) and text else [],
        **more,
    }


def service(number: int, action: str, **more: Any) -> dict[str, Any]:
    """A notice."""
    return {
        "id": number,
        "type": "service",
        "date": "2024-05-14T18:00:00",
        "date_unixtime": str(1_715_680_800 + number),
        "actor": "Mei",
        "actor_id": "user222",
        "action": action,
        "text": "",
        "text_entities": [],
        **more,
    }


REACTIONS = [
    {
        "type": "emoji",
        "count": 3,
        "emoji": "👍",
        "recent": [{"from": "Mei", "from_id": "user222", "date": "2024-05-14T18:05:00"}],
    },
    {"type": "custom_emoji", "count": 1, "document_id": "stickers/a.webm"},
]

MESSAGES = [
    service(1, "create_group", title="Desk", members=["Mei", "陈大文"]),
    message(2),
    message(3, ["see ", {"type": "text_link", "text": "this", "href": "https://example.com/a?b=1"}, "!"]),
    message(4, "now", edited="2024-05-14T19:00:00", edited_unixtime="1715684400"),
    message(5, "ok", reply_to_message_id=2, reactions=REACTIONS),
    message(6, "", photo=PHOTO, width=640, height=480),
    message(7, "", file=NOT_INCLUDED, file_name="报告.pdf", mime_type="application/pdf", file_size=12345),
    message(8, "fwd", forwarded_from="Somebody Else"),
    service(9, "invite_members", members=["Ann", None]),
    service(10, "remove_members", members=["Mei"]),
    service(11, "phone_call", duration_seconds=62, discard_reason="hangup"),
    service(12, "edit_group_title", title="Desk 2"),
    service(13, "something_new", what={"deep": [1.5, True]}),
    {"id": 14, "type": "unsupported"},
    message(15, "", poll={"question": "Lunch?", "closed": False, "total_voters": 2, "answers": [{"text": "是", "voters": 2, "chosen": True}]}),
    message(16, "from nobody", **{"from": None}),
]  # fmt: skip


def chat(messages: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The export of one chat."""
    chosen = MESSAGES if messages is None else messages
    return {"name": "Desk 桌", "type": "private_supergroup", "id": 1234567890, **more, "messages": chosen}


def account(*chats: dict[str, Any], left: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """The export of a whole account."""
    return {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 111, "first_name": "大文", "phone_number": "+852 0000"},
        "contacts": {"about": "x", "list": [{"first_name": "Mei"}]},
        "chats": {"about": "y", "list": list(chats)},
        "left_chats": {"about": "z", "list": list(left)},
    }
