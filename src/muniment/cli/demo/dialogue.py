"""Planting: messages written word for word into a conversation, at fixed minutes."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from muniment.cli.demo.cast import Person
from muniment.cli.demo.conversations import chat_key
from muniment.cli.demo.days import moment
from muniment.cli.demo.model import Message

FIRST_NUMBER = 1_000_000  # numbers of planted messages begin here, above all others


@dataclass(slots=True)
class Planter:
    """Collects planted messages and the spans of the chats that they fill."""

    messages: list[Message] = field(default_factory=list)
    spans: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def say(
        self,
        story: str,
        chat: str,
        at: datetime,
        sender: Person,
        text: str,
        language: str,
        *,
        answers: bool = False,
        recalled_after: timedelta | None = None,
        attachment: str | None = None,
        missing: bool = False,
    ) -> Message:
        """Plant one message; `answers` makes it a reply to the one planted before it in the same chat."""
        before = next((said for said in reversed(self.messages) if said.conversation == chat), None)
        message = Message(
            number=FIRST_NUMBER + len(self.messages),
            conversation=chat,
            at=at,
            sender=sender,
            text=text,
            language=language,
            answers=before.number if answers and before else None,
            attachment=attachment,
            recalled_at=at + recalled_after if recalled_after else None,
            story=story,
            missing=missing,
        )
        self.messages.append(message)
        return message

    def talk(
        self, story: str, account: str, people: tuple[Person, Person], day: date, language: str, script: str
    ) -> str:
        """Plant a dialogue of two; a row of `script` is `HH:MM:SS S|C text`. The key of the chat is the answer."""
        staff, client = people
        chat = chat_key(account, client.id.removeprefix("cl-"))
        rows = [row.split(" ", 2) for row in script.strip().splitlines()]
        for clock, who, text in rows:
            sender = staff if who.startswith("S") else client
            self.say(story, chat, moment(day, clock), sender, text, language, answers=who.endswith("^"))
        self.spans.setdefault(chat, []).append((moment(day, rows[0][0]), moment(day, rows[-1][0])))
        return chat
