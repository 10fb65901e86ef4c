"""One WhatsApp export for one chat, as a phone of a given make and language writes it."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from muniment.cli.demo import attachments
from muniment.cli.demo.model import Conversation, Message, stream

_LRM = "\u200e"  # left-to-right mark, which iPhones put before what they write themselves


def _hk_chinese(at: datetime) -> str:
    half = "上午" if at.hour < 12 else "下午"
    return f"[{at.day}/{at.month}/{at.year} {half}{at.hour % 12 or 12}:{at:%M:%S}]"


def _american(at: datetime) -> str:
    return f"[{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M:%S}\u202f{'AM' if at.hour < 12 else 'PM'}]"


@dataclass(frozen=True, slots=True)
class Style:
    """How one make and language writes: file name, stamp, and the words it puts in place of content."""

    file_name: str
    stamp: Callable[[datetime], str]
    encrypted: str
    deleted: str
    deleted_own: str
    edited: str
    attached: str = ""
    omitted: str = ""
    date_order: str | None = None

    @property
    def apple(self) -> bool:
        return self.file_name.endswith(".zip")


_ENGLISH = {
    "encrypted": "Messages and calls are end-to-end encrypted. "
    "Only people in this chat can read, listen to, or share them.",
    "deleted": "This message was deleted.",
    "deleted_own": "You deleted this message.",
    "edited": "<This message was edited>",
}

STYLES: Mapping[str, Style] = {
    "ios-en": Style(
        "WhatsApp Chat - {title}.zip", lambda at: f"[{at:%d/%m/%Y, %H:%M:%S}]", attached="<attached: {}>", **_ENGLISH
    ),
    "ios-us": Style("WhatsApp Chat - {title}.zip", _american, attached="<attached: {}>", date_order="mdy", **_ENGLISH),
    "ios-hant": Style(
        "WhatsApp 對話 - {title}.zip",
        _hk_chinese,
        encrypted="訊息和通話經端對端加密。只有此對話中的成員可以讀取、收聽或分享。",
        deleted="此訊息已刪除。",
        deleted_own="你已刪除此訊息。",
        edited="<此訊息已編輯>",
        attached="<附件: {}>",
    ),
    "android-en": Style(
        "WhatsApp Chat with {title}.txt",
        lambda at: f"{at:%d/%m/%Y, %H:%M} -",
        omitted="<Media omitted>",
        **(_ENGLISH | {"deleted": "This message was deleted", "deleted_own": "You deleted this message"}),
    ),
    "android-hans": Style(
        "与{title}的 WhatsApp 聊天.txt",
        lambda at: f"{at.year}/{at.month}/{at.day} {at:%H:%M} -",
        encrypted="消息和通话已进行端到端加密。只有此聊天中的成员可以读取、收听或分享。",
        deleted="这条消息已删除",
        deleted_own="你已删除这条消息",
        edited="<这条消息已编辑>",
        omitted="<省略多媒体文件>",
    ),
}

_LABELS = {"jpg": "PHOTO", "png": "PHOTO", "opus": "AUDIO"}


def write(folder: Path, style: Style, seed: int, chat: Conversation, messages: Sequence[Message]) -> Path:
    """Write `messages` (in order of time) of `chat` into `folder`: a zip of `_chat.txt` and attachments, or a text."""
    path = folder / style.file_name.format(title=chat.title)
    first = min((messages[0].at, *(at for at, _ in chat.notices)))
    if not style.apple:
        rows = [f"{style.stamp(first)} {style.encrypted}"]
        rows += [
            f"{style.stamp(message.at)} {message.sender.name}: {_body(message, style, chat, '')}"
            for message in messages
        ]
        path.write_bytes(("\n".join(rows) + "\n").encode())
        return path
    rows = [f"{style.stamp(first)} {chat.title}: {_LRM}{style.encrypted}"]
    members: dict[str, bytes] = {}
    notices = list(chat.notices)
    for place, message in enumerate(messages, start=2):
        while notices and notices[0][0] <= message.at:
            at, said = notices.pop(0)
            rows.append(f"{style.stamp(at)} {chat.title}: {_LRM}{said}")
        name = _file_name(message, place) if message.attachment else ""
        mark = _LRM if name else ""
        rows.append(f"{mark}{style.stamp(message.at)} {message.sender.name}: {_body(message, style, chat, name)}")
        if name and not message.missing:
            choose = stream(seed, "attachment", chat.key, str(place))
            members[name] = attachments.make(message.attachment or "", chat.title, choose)
    rows += [f"{style.stamp(at)} {chat.title}: {_LRM}{said}" for at, said in notices]
    _zip(path, {"_chat.txt": ("\r\n".join(rows) + "\r\n").encode(), **members}, messages[-1].at)
    return path


def _file_name(message: Message, place: int) -> str:
    kind = message.attachment or ""
    if kind in _LABELS:
        return f"{place:08d}-{_LABELS[kind]}-{message.at:%Y-%m-%d-%H-%M-%S}.{kind}"
    return f"{place:08d}-{'Client Service' if kind == 'vcf' else f'document {message.at:%Y-%m}'}.{kind}"


def _body(message: Message, style: Style, chat: Conversation, name: str) -> str:
    mark = _LRM if style.apple else ""
    if message.recalled_at is not None:
        return mark + (style.deleted_own if message.sender is chat.members[0] else style.deleted)
    if message.attachment:
        return mark + style.attached.format(name) if style.apple else style.omitted
    line_end = "\r\n" if style.apple else "\n"
    text = message.text.replace("\n", line_end)
    return f"{text} {_LRM}{style.edited}" if message.first_wording else text


def _zip(path: Path, members: Mapping[str, bytes], at: datetime) -> None:
    """A zip whose bytes depend on its members and `at` alone: stored, since compressors differ."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (at.year, at.month, at.day, 18, 0, 0))
            info.create_system = 3  # the same on every machine
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content)
