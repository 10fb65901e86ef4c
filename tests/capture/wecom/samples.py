"""Messages of the types that the public samples lack, written after the platform's description of them."""

import json
from typing import Any

CLIENT = "wmErxtDgAAhteCglUZH2kUt3rq431qmg"


def message(msgtype: str, body: dict[str, Any], name: str | None = None, /, **changes: Any) -> bytes:
    """A message of `msgtype` with its body, under `name` where that is not the type's own."""
    envelope = {
        "msgid": f"{msgtype}_1603875612",
        "action": "send",
        "from": "amy",
        "tolist": [CLIENT],
        "roomid": "",
        "msgtime": 1603875612000,
        "msgtype": msgtype,
    }
    return json.dumps({**envelope, (name or msgtype): body, **changes}, ensure_ascii=False).encode()


OWN = {
    "disagree": message("disagree", {"userid": CLIENT, "disagree_time": 1603875613000}, **{"from": CLIENT, "tolist": ["amy"]}),
    "meeting_notification": message(
        "meeting_notification",
        {"meeting_id": 9007199254740993, "notification_type": 2, "content": "会议即将开始"},
        "info",
        time="2020-10-28 17:00:00",
    ),
    "news": message(
        "news",
        {"item": [{"title": "周报", "description": "本周要点", "url": "https://example.com/1", "picurl": "https://example.com/p"},
                  {"title": "月报", "description": "", "url": "https://example.com/2"}]},
        "info",
    ),
    "solitaire": message("solitaire", {"title": "接龙", "items": [{"name": "amy", "text": "1"}, {"name": "bob", "text": "加一"}]}, "info"),
    "note": message("note", {"items": [{"type": "text", "content": "笔记一"}, {"type": "image", "md5sum": "", "sdkfileid": "N1"}]}, "info"),
}  # fmt: skip
