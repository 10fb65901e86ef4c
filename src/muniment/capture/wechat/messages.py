"""A message that somebody wrote to an official account, or to an application of the corporation."""

from collections.abc import Callable

from muniment.capture.exact import text_of
from muniment.capture.item import Item, words_in
from muniment.capture.wechat.files import take_files
from muniment.capture.wechat.said import PARTIAL, event
from muniment.record.event import Event, Kind


def read_message(item: Item) -> Event:
    """The event of a message. The conversation is its author's, within the application where there is one."""
    name = item.words("MsgType")
    stamp, native = item.ident("CreateTime"), item.ident("MsgId")
    sender, to, agent = item.ident("FromUserName"), item.ident("ToUserName"), item.ident("AgentID")
    files = take_files(item, name)
    reader = _READERS.get(name)
    text = words_in(item.left) if reader is None else reader(item)
    missing = name in _WITH_FILE and not files
    return event(
        Kind.MESSAGE,
        item,
        f"wechat:{name or 'unknown'}",
        conversation=within(agent, sender),
        sender=sender,
        recipients=() if to is None else (to,),
        stamp=stamp,
        text=text,
        files=files,
        key=None if native is None else key_of(to, native),
        flags=(PARTIAL,) if reader is None or missing or sender is None or native is None else (),
        found={"direction": "inbound", **({"agent": agent} if agent is not None else {})},
    )


def within(agent: str | None, who: str | None) -> str:
    """The conversation of one person with an account, or with one of a corporation's applications."""
    return (who or "") if agent is None else f"{agent}/{who or ''}"


def key_of(account: str | None, native: str) -> str:
    """The native key of a message: its id is unique for the account that it was written to."""
    return f"{account or ''}:{native}"


def _text(item: Item) -> str:
    return item.words("Content")


def _voice(item: Item) -> str:
    return item.words("Recognition")  # what the platform heard, where the account has that turned on


def _location(item: Item) -> str:
    place = ", ".join(filter(None, (text_of(item.see("Location_X")), text_of(item.see("Location_Y")))))
    return "\n".join(filter(None, (item.words("Label"), place)))


def _link(item: Item) -> str:
    return "\n".join(filter(None, (text_of(item.see(name)) for name in ("Title", "Description", "Url"))))


def _nothing(item: Item) -> str:
    return ""


_WITH_FILE = {"image", "voice", "video", "shortvideo", "file"}
_READERS: dict[str, Callable[[Item], str]] = {
    "text": _text,
    "image": _nothing,
    "voice": _voice,
    "video": _nothing,
    "shortvideo": _nothing,
    "file": _link,
    "location": _location,
    "link": _link,
}
