"""Workspace exports of Slack, small and whole."""

import json
from typing import Any

from tests.capture.exports import zipped

USERS = [
    {"id": "U1", "team_id": "T1", "name": "amy", "real_name": "Amy Ho", "profile": {"display_name": "阿美", "real_name": "Amy Ho"}},
    {"id": "U2", "team_id": "T1", "name": "bob", "profile": {"display_name": "", "real_name": "Bob Lee"}},
]  # fmt: skip
CHANNELS = [{"id": "C1", "name": "general", "members": ["U1", "U2"], "topic": {"value": ""}}]
DMS = [{"id": "D1", "created": 1, "members": ["U1", "U2"]}]


def message(ts: str, text: str = "你好 &amp; &lt;hi&gt;", **more: Any) -> dict[str, Any]:
    """A message of somebody."""
    return {"type": "message", "user": "U1", "text": text, "ts": ts, **more}


FILE = {
    "id": "F1", "name": "报告.pdf", "title": "报告", "mimetype": "application/pdf", "size": 999,
    "url_private": "https:\\/\\/files.slack.com/F1?t=xoxe-1", "mode": "hosted",
}  # fmt: skip

DAY = [
    message("1715680801.000100"),
    message("1715680802.000100", "edited", edited={"user": "U1", "ts": "1715680900.000000"}),
    message("1715680803.000100", "thread", thread_ts="1715680803.000100", reply_count=1, replies=[{"user": "U2", "ts": "1715680804.000100"}]),
    message("1715680804.000100", "answer", user="U2", thread_ts="1715680803.000100"),
    message("1715680805.000100", "liked", reactions=[{"name": "+1", "users": ["U1", "U2"], "count": 3}]),
    message("1715680806.000100", "<@U1> has joined", subtype="channel_join", inviter="U2"),
    message("1715680807.000100", "<@U1> has left", subtype="channel_leave"),
    {"type": "message", "subtype": "bot_message", "text": "", "bot_id": "B1", "username": "ci", "ts": "1715680808.000100", "attachments": [{"pretext": "build &lt;1&gt;", "text": "passed", "fallback": "x"}]},
    message("1715680809.000100", "", files=[FILE], upload=True),
    message("1715680810.000100", "This message was deleted.", subtype="tombstone", hidden=True, user="USLACKBOT"),
    {"type": "message", "subtype": "message_changed", "hidden": True, "ts": "1715680811.000100", "message": message("1715680801.000100", "new words", edited={"user": "U2", "ts": "1715680811.000000"}), "previous_message": message("1715680801.000100", "old words")},
    {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": "1715680812.000100", "deleted_ts": "1715680801.000100", "previous_message": message("1715680801.000100", "gone words")},
    message("1715680813.000100", "renamed", subtype="channel_name", old_name="a", name="b"),
    message("1715680814.000100", "what is it", subtype="brand_new_subtype", payload={"n": 1.5, "big": 12345678901234567890}),
]  # fmt: skip


def export(days: dict[str, list[dict[str, Any]]] | None = None, **lists: Any) -> bytes:
    """The zip: folders and days, and the lists unless one is given as None."""
    chosen = {"general/2024-05-14.json": DAY} if days is None else days
    given = {"channels": CHANNELS, "users": USERS, "dms": DMS, "integration_logs": []} | lists
    members: dict[str, bytes | str] = {
        f"{name}.json": write(value) for name, value in given.items() if value is not None
    }
    return zipped(members | {name: write(day) for name, day in chosen.items()})


def write(value: Any) -> str:
    """JSON as Slack writes it: indented, with its slashes escaped."""
    return json.dumps(value, indent=4).replace("\\\\/", "/").replace("/", "\\/")
