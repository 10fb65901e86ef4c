"""The notices of Teams: which kind of event each `eventDetail` is, by the name of its type."""

import re
from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.members import Members, inner, objects
from muniment.record.event import Kind

_TYPE = re.compile(r"#?microsoft\.graph\.(?P<name>[A-Za-z]{1,80}?)(?:EventMessageDetail)?", re.ASCII)
_MEMBERSHIP = {"membersAdded": "add", "membersDeleted": "remove", "membersJoined": "join", "membersLeft": "leave"}
_CALLS = ("callStarted", "callEnded", "callRecording", "callTranscript")
_CONVERSATION = (
    "chatRenamed", "channelAdded", "channelDeleted", "channelDescriptionUpdated", "channelRenamed", "channelSetAsFavoriteByDefault",
    "channelUnsetAsFavoriteByDefault", "conversationMemberRoleUpdated", "messagePinned", "messageUnpinned", "meetingPolicyUpdated",
    "tabUpdated", "teamArchived", "teamUnarchived", "teamCreated", "teamDescriptionUpdated", "teamRenamed",
    "teamJoiningEnabled", "teamJoiningDisabled", "teamsAppInstalled", "teamsAppRemoved", "teamsAppUpgraded",
)  # fmt: skip
_NAMES = ("chatDisplayName", "channelDisplayName", "teamDisplayName", "callDuration", "channelDescription")


def notice(detail: Members) -> tuple[Kind, str, str, tuple[str | None, str | None]]:
    """The kind of a notice, its words, for a change of members what was done, and who did it."""
    match = _TYPE.fullmatch(str(detail.get("@odata.type", "")))
    name = match["name"] if match else ""
    kind = Kind.SYSTEM
    if name in _MEMBERSHIP:
        kind = Kind.MEMBERSHIP
    elif name in _CALLS:
        kind = Kind.CALL
    elif name in _CONVERSATION:
        kind = Kind.CONVERSATION_UPDATE
    people = [_name(each) for each in objects(detail.get("members"))]
    said: list[Any] = [detail.get(each) for each in _NAMES]
    details = ", ".join([*filter(None, people), *(text for text in said if isinstance(text, str) and text)])
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return kind, ": ".join(filter(None, (words, details))), _MEMBERSHIP.get(name, ""), who(detail.get("initiator"))


def _name(member: Members) -> str:
    shown = member.get("displayName")
    return shown if isinstance(shown, str) and shown else text_of(member.get("id")) or ""


def who(given: Any) -> tuple[str | None, str | None]:
    """The id and name of an identity set of Graph: a person, else an application or a device."""
    if isinstance(given, dict):
        for kind in ("user", "application", "device"):
            identity = inner(given, kind)
            native, shown = text_of(identity.get("id")), identity.get("displayName")
            if native is not None:
                return native, shown if isinstance(shown, str) and shown else None
    return None, None
