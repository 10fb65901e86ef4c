"""What the generator passes between its steps: conversations and the messages in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random

from muniment.cli.demo.cast import Account, Person

HONG_KONG = timezone(timedelta(hours=8), "HKT")
TIME_ZONE = "Asia/Hong_Kong"

LANGUAGES = ("en", "zh-Hant", "zh-Hans", "yue", "mixed")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One chat. `members` speak the parts of a scene: staff first in a chat with a client, then the client."""

    key: str
    account: Account
    title: str
    members: tuple[Person, ...]
    languages: tuple[str, ...]
    size: int
    orders: float = 0.0
    room: str | None = None
    """Which of the staff's own rooms this is; None for a chat with clients."""
    notices: tuple[tuple[datetime, str], ...] = ()
    """What the app itself writes into the chat, such as who came and who went."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `number` is unique in the firm; `at` carries Hong Kong's offset; `story` names what it is planted for."""

    number: int
    conversation: str
    at: datetime
    sender: Person
    text: str
    language: str
    answers: int | None = None
    attachment: str | None = None
    first_wording: str | None = None
    recalled_at: datetime | None = None
    story: str | None = None
    missing: bool = False
    """The export names the attachment and leaves its bytes out."""


def stream(seed: int, *names: str) -> Random:
    """Random numbers of their own for one purpose, so that a change in one place leaves the others as they were."""
    return Random(":".join((str(seed), *names)))  # not for secrets: the firm has to come out the same again
