"""Which files of an archive hold messages: by the assignment that each begins with, not by its name."""

import re
from typing import NamedTuple

from muniment.capture.spans import Buffer, Pattern

_BEGINNING = re.compile(
    rb"[ \t\r\n]*+(?:window\.)?YTD\.([A-Za-z_0-9]{1,60})\.part[0-9]{1,6}[ \t]*=[ \t\r\n]*", re.ASCII
)
_POSTS = {
    "tweets",
    "tweet",
    "deleted_tweets",
    "community_tweet",
    "twitter_circle_tweet",
    "note_tweet",
    "deleted_note_tweet",
}
_TALKS = {"direct_messages", "direct_message", "direct_messages_group", "direct_message_group"}

POSTS: tuple[Pattern, ...] = (("*",),)
TALKS: tuple[Pattern, ...] = (("*", "dmConversation", "messages", "*"),)
TALK_IDS: tuple[Pattern, ...] = (("*", "dmConversation", "conversationId"),)


class Opening(NamedTuple):
    """What a file begins with: what it holds, and where its JSON begins."""

    what: str
    start: int

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """What in the file is a message; nothing in files of other things."""
        return POSTS if self.what in _POSTS else TALKS if self.what in _TALKS else ()


def opening(data: Buffer, at: int = 0) -> Opening | None:
    """The assignment that stands at `at`; None where there is none."""
    if data[at : at + 3] == b"\xef\xbb\xbf":
        at += 3
    match = _BEGINNING.match(data, at)
    return None if match is None else Opening(match[1].decode().lower(), match.end())
