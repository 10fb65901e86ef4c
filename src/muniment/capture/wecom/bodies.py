"""What a message of each type says: its words, its files and what kind of event it is. One line in TYPES teaches a new one.

Words are the source's own, one part a line; nothing is translated or added, so that a search finds what was written.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from muniment.capture.wecom.plain import in_words, integer_of, text_of
from muniment.capture.wecom.times import written
from muniment.record.event import Attachment, AttachmentStatus, Kind

Body = dict[str, Any]


class File(msgspec.Struct, frozen=True):
    """A file that a message speaks of, and the MD5 it claims for it (empty where it claims none)."""

    attachment: Attachment
    md5: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a body says. `taken` names the members that have a place of their own in the event, the rest goes to `extra`."""

    text: str = ""
    files: tuple[File, ...] = ()
    taken: frozenset[str] = frozenset()
    partial: bool = False


class Type(msgspec.Struct, frozen=True):
    """A message type: the name of its body, what becomes of it, and how it is read."""

    body: str
    read: Callable[[Body], Said]
    kind: Kind = Kind.MESSAGE


def _lines(*parts: Any) -> str:
    return "\n".join(said for part in parts if (said := text_of(part).strip("\n")))


def _words(*names: str) -> Callable[[Body], Said]:
    """The members of these names, one a line."""
    return lambda body: Said(text=_lines(*(body.get(name) for name in names)))


def _content(body: Body) -> Said:
    content = body.get("content")
    if isinstance(content, str):
        return Said(text=content, taken=frozenset({"content"}))
    return everything(body)


def _file(name: str, content_type: str | None = None, size: str = "filesize") -> Callable[[Body], Said]:
    """A file that lies with the platform; `name` is what it is called where the message does not say."""

    def read(body: Body) -> Said:
        media, given, length = body.get("sdkfileid"), body.get("filename"), body.get(size)
        taken = {"sdkfileid"} if isinstance(media, str) and media else set()
        if isinstance(given, str) and given:
            taken.add("filename")
        if type(length) is int and length >= 0:
            taken.add(size)
        attachment = Attachment(
            name=given if isinstance(given, str) and given else name,
            status=AttachmentStatus.MISSING,
            size=length if size in taken else None,
            content_type=content_type,
            media=media if "sdkfileid" in taken else None,
        )
        return Said(
            files=(File(attachment, text_of(body.get("md5sum")).lower()),),
            taken=frozenset(taken),
            partial="sdkfileid" not in taken,
        )

    return read


def _emotion(body: Body) -> Said:
    gif = integer_of(body.get("type")) == 1
    return _file("emotion.gif" if gif else "emotion.png", "image/gif" if gif else "image/png", "imagesize")(body)


def _recording(body: Body) -> Said:
    said = _file("recording.amr", None, "filesize")(body)
    shared = body.get("demofiledata")
    named = [item.get("filename") for item in shared if isinstance(item, dict)] if isinstance(shared, list) else []
    return msgspec.structs.replace(said, text=_lines(*named))


def _location(body: Body) -> Said:
    where = " ".join(filter(None, (text_of(body.get("latitude")), text_of(body.get("longitude")))))
    return Said(text=_lines(body.get("title"), body.get("address"), where))


def _packet(body: Body) -> Said:
    amount, count = integer_of(body.get("totalamount")), integer_of(body.get("totalcnt"))
    money = f"{amount // 100}.{amount % 100:02d} CNY" if amount is not None and amount >= 0 else ""
    return Said(text=_lines(body.get("wish"), f"{money} × {count}" if money and count is not None else money))


def _appointment(*names: str) -> Callable[[Body], Said]:
    """Members of these names, `time` standing for when it begins and ends."""

    def read(body: Body) -> Said:
        when = " – ".join(filter(None, (written(body.get("starttime")), written(body.get("endtime")))))
        return Said(text=_lines(*(when if name == "time" else _joined(body.get(name)) for name in names)))

    return read


def _joined(value: Any) -> Any:
    return ", ".join(filter(None, map(text_of, value))) if isinstance(value, list) else value


def _vote(body: Body) -> Said:
    options = body.get("voteitem")
    return Said(text=_lines(body.get("votetitle"), *(options if isinstance(options, list) else ())))


def _form(body: Body) -> Said:
    details = body.get("details")
    questions = [item.get("ques") for item in details if isinstance(item, dict)] if isinstance(details, list) else []
    return Said(text=_lines(body.get("title"), body.get("room_name"), *questions))


def _news(body: Body) -> Said:
    items = body.get("item")
    given = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    if not given:
        return _words("title", "description", "url")(body)
    return Said(text=_lines(*(item.get(name) for item in given for name in ("title", "description", "url"))))


def everything(body: Body) -> Said:
    """All texts and numbers of a body, for types whose members nobody has written down."""
    return Said(text=in_words(body))


def _nothing(_: Body) -> Said:
    return Said()


TYPES: dict[str, Type] = {
    "text": Type("text", _content),
    "markdown": Type("info", _content),
    "image": Type("image", _file("image.jpg", "image/jpeg")),
    "revoke": Type("revoke", _nothing, Kind.RECALL),
    "agree": Type("agree", _nothing, Kind.CONSENT),
    "disagree": Type("disagree", _nothing, Kind.CONSENT),
    "voice": Type("voice", _file("voice.amr", "audio/amr", "voice_size")),
    "video": Type("video", _file("video.mp4", "video/mp4")),
    "card": Type("card", _words("corpname", "userid")),
    "location": Type("location", _location),
    "emotion": Type("emotion", _emotion),
    "file": Type("file", _file("file")),
    "link": Type("link", _words("title", "description", "link_url")),
    "weapp": Type("weapp", _words("title", "description", "displayname")),
    "todo": Type("todo", _words("title", "content")),
    "vote": Type("vote", _vote),
    "collect": Type("collect", _form),
    "redpacket": Type("redpacket", _packet),
    "external_redpacket": Type("redpacket", _packet),
    "meeting": Type("meeting", _appointment("topic", "time", "address", "remarks")),
    "meeting_notification": Type("info", _words("content")),
    "docmsg": Type("doc", _words("title", "link_url")),
    "news": Type("info", _news),
    "calendar": Type("calendar", _appointment("title", "time", "place", "creatorname", "attendeename", "remarks")),
    "meeting_voice_call": Type("meeting_voice_call", _recording, Kind.CALL),
    "voip_doc_share": Type("voip_doc_share", _file("shared file")),
    "sphfeed": Type("sphfeed", _words("sph_name", "feed_desc")),
    "voiptext": Type("info", _nothing, Kind.CALL),
    "qydiskfile": Type("info", _words("filename", "url")),
    "solitaire": Type("info", everything),
    "note": Type("info", everything),
}
"""By `msgtype`; `chatrecord` and `mixed`, which hold other messages, are in nested.py."""
