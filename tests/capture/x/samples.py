"""Archives of X, small and whole."""

import json
from typing import Any

from tests.capture.exports import zipped


def tweet(number: int, text: str = "你好 &amp; &lt;hi&gt;", **more: Any) -> dict[str, Any]:
    """A post."""
    return {
        "tweet": {
            "edit_info": {"initial": {"editTweetIds": [str(number)], "editableUntil": "2024-05-14T11:00:00.000Z", "editsRemaining": "5", "isEditEligible": True}},
            "retweeted": False,
            "source": '<a href="https://x.com">X</a>',
            "entities": {"hashtags": [], "urls": []},
            "display_text_range": ["0", "10"],
            "favorite_count": "3",
            "id_str": str(number),
            "truncated": False,
            "retweet_count": "0",
            "id": str(number),
            "created_at": f"Tue May 14 10:00:{number % 60:02} +0000 2024",
            "favorited": False,
            "full_text": text,
            "lang": "zh",
            **more,
        }
    }  # fmt: skip


MEDIA = {"media": [{"media_url_https": "https://pbs.twimg.com/media/Abc.jpg", "type": "photo", "id_str": "9"}]}
POSTS = [
    tweet(101),
    tweet(102, "@x answer", in_reply_to_status_id_str="55", in_reply_to_status_id="55"),
    tweet(103, "pic", extended_entities=MEDIA),
    tweet(
        104,
        "second words",
        edit_info={"edit": {"initialTweetId": "100", "editControlInitial": {"editsRemaining": "4"}}},
    ),
]
DELETED = [tweet(105, "gone", deleted_at="Wed May 15 10:00:00 +0000 2024")]
NOTES = [{"noteTweet": {"noteTweetId": "106", "updatedAt": "2024-05-14T10:00:00.000Z", "lifecycle": {"name": "Live", "value": "0"}, "createdAt": "2024-05-14T10:00:06.000Z", "core": {"styletags": [], "urls": [], "text": "long &gt; short", "mentions": []}}}]  # fmt: skip


def direct(number: int, text: str = "hi &amp; 你好", **more: Any) -> dict[str, Any]:
    """A direct message."""
    given = {"recipientId": "2", "reactions": [], "urls": [], "text": text, "mediaUrls": [], "senderId": "1", "id": str(number), "createdAt": f"2024-05-14T10:01:{number % 60:02}.500Z"}  # fmt: skip
    return {"messageCreate": {**given, **more}}


REACTION = {"senderId": "2", "reactionKey": "like", "eventId": "77", "createdAt": "2024-05-14T10:02:00.000Z"}
TALKS = [
    {"dmConversation": {"conversationId": "1-2", "messages": [
        direct(201, reactions=[REACTION]),
        direct(202, "", mediaUrls=["https://ton.x.com/dm/202/9/pic.jpg"]),
        direct(203, "old", createdAt="1715680863500"),
    ]}},
    {"dmConversation": {"messages": [
        {"joinConversation": {"initiatingUserId": "2", "participantsSnapshot": ["1", "2", "3"], "createdAt": "2024-05-14T10:00:00.000Z"}},
        {"participantsJoin": {"initiatingUserId": "1", "userIds": ["4"], "createdAt": "2024-05-14T10:00:01.000Z"}},
        {"participantsLeave": {"userIds": ["4"], "createdAt": "2024-05-14T10:00:02.000Z"}},
        {"conversationNameUpdate": {"initiatingUserId": "1", "name": "Desk 桌", "createdAt": "2024-05-14T10:00:03.000Z"}},
        {"somethingNew": {"x": 1.5, "createdAt": "2024-05-14T10:00:04.000Z"}},
    ], "conversationId": "9001"}},
]  # fmt: skip
ACCOUNT = [
    {"account": {"email": "a@example.com", "username": "amy_ho", "accountId": "1", "accountDisplayName": "阿美"}}
]


def script(name: str, value: Any, part: int = 0) -> str:
    """A file of the archive."""
    return f"window.YTD.{name}.part{part} = {json.dumps(value, ensure_ascii=False, indent=2)}"


def archive(**more: bytes | str) -> bytes:
    """The zip; members are named with a dot in place of each `__`."""
    members: dict[str, bytes | str] = {
        "Your archive.html": "<html>",
        "data/manifest.js": "window.__THAR_CONFIG = {}",
        "data/account.js": script("account", ACCOUNT),
        "data/tweets.js": script("tweets", POSTS[:2]),
        "data/tweets-part1.js": script("tweets", POSTS[2:], 1),
        "data/deleted-tweets.js": script("deleted_tweets", DELETED),
        "data/note-tweet.js": script("note_tweet", NOTES),
        "data/direct-messages.js": script("direct_messages", TALKS[:1]),
        "data/direct-messages-group.js": script("direct_messages_group", TALKS[1:]),
        "data/like.js": script("like", [{"like": {"tweetId": "1"}}]),
        "data/tweets_media/103-Abc.jpg": b"\xff\xd8\xff picture",
    }
    return zipped(members | more)
