"""Messages of Teams as Microsoft Graph answers, small and whole."""

import json
from typing import Any

CHAT = "19:abc_def@unq.gbl.spaces"


def who(number: str, name: str | None) -> dict[str, Any]:
    """An identity set."""
    return {
        "application": None,
        "device": None,
        "user": {"id": number, "displayName": name, "userIdentityType": "aadUser"},
    }


def message(number: int, html: str | None = None, *, text: str = "你好", **more: Any) -> dict[str, Any]:
    """A message of somebody."""
    return {
        "id": str(1_715_680_800_000 + number),
        "replyToId": None,
        "etag": str(number),
        "messageType": "message",
        "createdDateTime": f"2024-05-14T10:00:{number:02}.1234567Z",
        "lastModifiedDateTime": f"2024-05-14T10:00:{number:02}.123Z",
        "lastEditedDateTime": None,
        "deletedDateTime": None,
        "subject": None,
        "importance": "normal",
        "chatId": CHAT,
        "channelIdentity": None,
        "policyViolation": None,
        "eventDetail": None,
        "from": who("8ea0", "陈大文"),
        "body": {"contentType": "text", "content": text} if html is None else {"contentType": "html", "content": html},
        "attachments": [],
        "mentions": [],
        "reactions": [],
        **more,
    }


def event(number: int, kind: str, **detail: Any) -> dict[str, Any]:
    """A notice."""
    given = {"@odata.type": f"#microsoft.graph.{kind}EventMessageDetail", "initiator": who("1", "Amy"), **detail}
    made = message(number, "<systemEventMessage/>", messageType="systemEventMessage", eventDetail=given)
    return made | {"from": None}


QUOTE = {
    "id": "1715680800001",
    "contentType": "messageReference",
    "contentUrl": None,
    "content": json.dumps({"messageId": "1715680800001", "messagePreview": "你好"}),
    "name": None,
}
LINKED = {
    "id": "f1",
    "contentType": "reference",
    "contentUrl": "https://x.sharepoint.com/报告.docx",
    "content": None,
    "name": "报告.docx",
}
CARD = {
    "id": "c1",
    "contentType": "application/vnd.microsoft.card.adaptive",
    "content": json.dumps({"body": [{"type": "TextBlock", "text": "Approve?"}]}),
    "name": None,
}
PICTURE = '<p>see <img src="https://graph.microsoft.com/v1.0/chats/x/messages/1/hostedContents/aWQ9eF8x/$value"></p>'

MESSAGES = [
    message(1),
    message(2, '<p>Hi <at id="0">Bob</at> &amp; 大家<br>bye</p>', mentions=[{"id": 0, "mentionText": "Bob", "mentioned": who("7", "Bob")}]),
    message(3, text="now", lastEditedDateTime="2024-05-14T11:00:00.5Z"),
    message(4, "", deletedDateTime="2024-05-14T12:00:00.5Z"),
    message(5, reactions=[{"reactionType": "👍", "displayName": "Like", "createdDateTime": "2024-05-14T10:10:00.1234567Z", "user": who("7", None)}]),
    message(6, '<attachment id="1715680800001"></attachment><p>yes</p>', attachments=[QUOTE]),
    message(7, '<p>file</p><attachment id="f1"></attachment>', attachments=[LINKED]),
    message(8, PICTURE),
    message(9, '<attachment id="c1"></attachment>', attachments=[CARD]) | {"from": {"application": {"id": "b1", "displayName": "Flow"}, "device": None, "user": None}},
    event(10, "membersAdded", members=[{"id": "9", "displayName": "新人"}]),
    event(11, "membersDeleted", members=[{"id": "9", "displayName": None}]),
    event(12, "chatRenamed", chatDisplayName="Desk"),
    event(13, "callEnded", callDuration="PT5M", callParticipants=[{"participant": who("7", "Bob")}]),
    event(14, "inventedYesterday", more=[1.25]),
    message(15, text="channel", chatId=None, channelIdentity={"teamId": "t1", "channelId": "19:c@thread.tacv2"}, replyToId="1715680800001"),
]  # fmt: skip
