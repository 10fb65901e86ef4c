"""Telegram's notices: which kind of event each `action` is, and the words by which it can be found."""

from muniment.capture.members import Members
from muniment.record.event import Kind

_MEMBERSHIP = {
    "invite_members": "add",
    "remove_members": "remove",
    "join_group_by_link": "join",
    "join_group_by_request": "join",
    "create_group": "create",
    "create_channel": "create",
    "joined_telegram": "join",
}
_CALLS = {"phone_call", "group_call", "group_call_scheduled", "invite_to_group_call", "conference_call"}
_CONVERSATION = {
    "edit_group_title", "edit_group_photo", "delete_group_photo", "migrate_to_supergroup", "migrate_from_group",
    "pin_message", "clear_history", "set_messages_ttl", "edit_chat_theme", "topic_created", "topic_edit",
    "set_chat_wallpaper", "set_same_chat_wallpaper", "suggest_profile_photo", "boost_apply",
}  # fmt: skip


def notice(members: Members) -> tuple[Kind, str, str]:
    """The kind of a notice, its words, and for a change of members what was done (`add`, `remove`, `join`, `leave`, `create`)."""
    action = members.get("action")
    if not isinstance(action, str):
        return Kind.SYSTEM, _words(members, ""), ""
    if action in _MEMBERSHIP:
        op = _MEMBERSHIP[action]
        if op == "remove" and members.get("members") == [members.get("actor")]:
            op = "leave"
        return Kind.MEMBERSHIP, _words(members, action), op
    if action in _CALLS:
        return Kind.CALL, _words(members, action), ""
    return (Kind.CONVERSATION_UPDATE if action in _CONVERSATION else Kind.SYSTEM), _words(members, action), ""


def _words(members: Members, action: str) -> str:
    """The action, and the names and titles that go with it."""
    named = members.get("members")
    names = ", ".join(name for name in named if isinstance(name, str)) if isinstance(named, list) else ""
    titles = [members.get(name) for name in ("title", "new_title", "information_text", "inviter")]
    details = [names, *(title for title in titles if isinstance(title, str))]
    return ": ".join(filter(None, (action.replace("_", " "), ", ".join(filter(None, details)))))
