"""Which kind of event each subtype of a Slack message is."""

from typing import Any

from muniment.record.event import Kind

_MEMBERSHIP = {
    "channel_join": "join", "group_join": "join", "channel_leave": "leave", "group_leave": "leave",
    "bot_add": "add", "bot_remove": "remove",
}  # fmt: skip
_CONVERSATION = {
    f"{where}_{what}"
    for where in ("channel", "group")
    for what in ("topic", "purpose", "name", "archive", "unarchive", "posting_permissions", "convert_to_private", "convert_to_public")
} | {"pinned_item", "unpinned_item", "channel_canvas_updated", "tabbed_canvas_updated"}  # fmt: skip
_CALLS = {"sh_room_created", "huddle_thread", "sh_room_shared"}
_MESSAGES = {
    None, "bot_message", "me_message", "file_share", "file_comment", "file_mention", "thread_broadcast", "reply_broadcast",
    "tombstone", "slackbot_response", "assistant_app_thread", "document_mention", "reminder_add",
}  # fmt: skip


def kind_of(subtype: Any) -> tuple[Kind, str]:
    """The kind of a message, and for a change of members what was done. A subtype that is not known is a notice of the system."""
    if isinstance(subtype, str) or subtype is None:
        if subtype in _MESSAGES:
            return Kind.MESSAGE, ""
        if subtype in _MEMBERSHIP:
            return Kind.MEMBERSHIP, _MEMBERSHIP[subtype]
        if subtype in _CONVERSATION:
            return Kind.CONVERSATION_UPDATE, ""
        if subtype in _CALLS:
            return Kind.CALL, ""
    return Kind.SYSTEM, ""
