"""The dull traffic: conversations filled with scenes, over the days and hours that people keep."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random

from muniment.cli.demo.cast import Account, Person
from muniment.cli.demo.days import Calendar, is_business_day, pause, start_time
from muniment.cli.demo.grammar import Line, Scene, expand, parse_scenes
from muniment.cli.demo.language import cantonese, english, mixed, rooms, simplified, traditional
from muniment.cli.demo.market import Market
from muniment.cli.demo.model import HONG_KONG, Conversation, Message, stream
from muniment.cli.demo.words import Words

_SCENES: Mapping[str, tuple[Scene, ...]] = {
    "en": parse_scenes(english.SCENES),
    "yue": parse_scenes(cantonese.SCENES),
    "zh-Hant": parse_scenes(traditional.SCENES),
    "zh-Hans": parse_scenes(simplified.SCENES),
    "mixed": parse_scenes(mixed.SCENES),
    "dealing": parse_scenes(rooms.DEALING_SCENES),
    "operations": parse_scenes(rooms.OPERATIONS_SCENES),
    "compliance": parse_scenes(rooms.COMPLIANCE_SCENES),
    "research": parse_scenes(rooms.RESEARCH_SCENES),
    "line en": parse_scenes(rooms.LINE_ENGLISH_SCENES),
    "line yue": parse_scenes(rooms.LINE_CANTONESE_SCENES),
    "line zh-Hans": parse_scenes(rooms.LINE_SIMPLIFIED_SCENES),
}
_APART = timedelta(minutes=25)  # between two scenes of one conversation
_THANKS = ("Thanks", "Thank you", "Many thanks", "Cheers", "Thx", "Great, thanks", "Appreciated", "Perfect, thank")
_MORNING = re.compile("^(?:Good morning|Morning|早晨)")
_EDITED = 0.008  # share of messages whose first wording had a slip


@dataclass(slots=True)
class Closed:
    """When a story needs silence: days without any message of an account, moments after which a chat is over."""

    accounts: dict[str, frozenset[date]] = field(default_factory=dict)
    chats: dict[str, datetime] = field(default_factory=dict)
    held: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    """Spans of a chat that a planted dialogue has to itself."""

    def allows(self, chat: Conversation, first: datetime, last: datetime) -> bool:
        if first.date() in self.accounts.get(chat.account.name, ()):
            return False
        if chat.key in self.chats and last >= self.chats[chat.key]:
            return False
        return not any(first <= end + _APART and last + _APART >= begin for begin, end in self.held.get(chat.key, ()))


class _Deck:
    """Scenes dealt without repetition until all have been."""

    def __init__(self, scenes: Iterable[Scene], choose: Random) -> None:
        self._all = tuple(scenes)
        self._choose = choose
        self._left: list[Scene] = []

    def deal(self) -> Scene:
        if not self._left:
            self._left = list(self._all)
            self._choose.shuffle(self._left)
        return self._left.pop()


class Traffic:
    """Makes the messages of one conversation after another; numbers them through the whole firm."""

    def __init__(self, seed: int, calendar: Calendar, closed: Closed) -> None:
        self._seed = seed
        self._calendar = calendar
        self._closed = closed
        self._market = Market(seed, calendar.days)
        self._number = 0
        self._busy: dict[str, list[tuple[datetime, datetime]]] = {}

    def fill(self, chats: tuple[Conversation, ...]) -> list[Message]:
        """All dull messages of the firm: each chat to its size, then every account on every day it has to be heard."""
        made: list[Message] = []
        for chat in chats:
            made += self._chat(chat)
        for account in dict.fromkeys(chat.account for chat in chats):
            own = tuple(chat for chat in chats if chat.account is account)
            keys = {chat.key for chat in own}
            made += self._gaps(account, own, {message.at.date() for message in made if message.conversation in keys})
        return made

    def _chat(self, chat: Conversation) -> list[Message]:
        choose = stream(self._seed, "chat", chat.key)
        decks = _decks(chat, choose)
        made: list[Message] = []
        for _ in range(12):
            if len(made) >= chat.size:
                break
            # Days in order, so that a scene that comes again comes weeks later; three messages make a scene.
            for day in sorted(choose.choices(self._calendar.business, k=max((chat.size - len(made)) // 3, 1))):
                kind, scene = _next_scene(chat, decks, choose)
                made += self._scene(chat, kind, scene, self._nearest(scene, day), choose)
        return made

    def _nearest(self, scene: Scene, day: date) -> date:
        """`day`, or for a scene of the weekend the first day without business from then on (else the last before)."""
        if "weekend" not in scene.tags:
            return day
        quiet = self._calendar.quiet
        return next((one for one in quiet if one > day), quiet[-1])

    def _gaps(self, account: Account, chats: tuple[Conversation, ...], heard: set[date]) -> list[Message]:
        """One scene more for each business day, and the newest day, on which nothing of the account was heard."""
        choose = stream(self._seed, "gaps", account.name)
        decks = {chat.key: _decks(chat, choose) for chat in chats}
        made: list[Message] = []
        days = self._calendar.business if account.daily else ()
        for day in dict.fromkeys((*days, self._calendar.until)):
            for _ in range(40):
                if day in heard or day in self._closed.accounts.get(account.name, ()):
                    break
                chat = choose.choice(chats)
                kind, scene = _next_scene(chat, decks[chat.key], choose)
                if "evening" in scene.tags or ("weekend" in scene.tags) == is_business_day(day):
                    continue
                lines = self._scene(chat, kind, scene, day, choose)
                if lines:
                    heard.add(day)
                made += lines
        return made

    def _scene(self, chat: Conversation, kind: str, scene: Scene, day: date, choose: Random) -> list[Message]:
        """The messages of `scene` on `day`; none when the chat has no room for it there."""
        first = start_time(day, scene.tags, choose)
        if day == self._calendar.until and "evening" in scene.tags:
            return []
        quick = "order" in scene.tags
        times = [first]
        for _ in scene.lines[1:]:
            times.append(times[-1] + pause(choose, quick=quick))
        busy = self._busy.setdefault(chat.key, [])
        apart = all(times[-1] + _APART < begin or first > end + _APART for begin, end in busy)
        if not apart or not self._closed.allows(chat, first, times[-1]) or times[-1].time() > time(23, 0):
            return []
        if day == self._calendar.until and times[-1] >= datetime.combine(day, time(18, 0), HONG_KONG):
            return []
        busy.append((first, times[-1]))
        speakers = _speakers(chat, choose)
        words = Words(kind, first, self._market, choose, speakers)
        made: list[Message] = []
        for line, at in zip(scene.lines, times, strict=True):
            made.append(self._message(chat, kind, line, at, speakers[line.who], words, choose, made))
        return made

    def _message(
        self,
        chat: Conversation,
        kind: str,
        line: Line,
        at: datetime,
        sender: Person,
        words: Words,
        choose: Random,
        before: list[Message],
    ) -> Message:
        self._number += 1
        text = _tidy(expand(line.text, choose, words.slot), kind, at.hour)
        slip = None if line.recalled or choose.random() > _EDITED else _slip(text, choose)
        return Message(
            number=self._number,
            conversation=chat.key,
            at=at,
            sender=sender,
            text=text,
            language=kind,
            answers=before[-1].number if line.answers and before else None,
            attachment=line.attachment,
            first_wording=slip,
            recalled_at=at + timedelta(seconds=choose.randint(9, 45)) if line.recalled else None,
        )


def _decks(chat: Conversation, choose: Random) -> dict[tuple[str, bool], _Deck]:
    decks = {}
    for language in chat.languages:
        scenes = _SCENES[f"line {language}" if chat.room == "line" else chat.room or language]
        for order in (False, True):
            fitting = [scene for scene in scenes if ("order" in scene.tags) is order]
            if fitting:
                decks[language, order] = _Deck(fitting, choose)
    return decks


def _next_scene(chat: Conversation, decks: dict[tuple[str, bool], _Deck], choose: Random) -> tuple[str, Scene]:
    language = chat.languages[0] if len(chat.languages) == 1 or choose.random() < 0.75 else chat.languages[1]
    order = choose.random() < chat.orders
    return language, decks[language, order].deal()


def _speakers(chat: Conversation, choose: Random) -> dict[str, Person]:
    """Who says the lines of a scene: in a chat with clients one of the staff and one client, in a room everybody."""
    if chat.room and chat.room != "line":
        return dict(zip("ABCDE", chat.members, strict=False))
    staff = [person for person in chat.members if person.staff]
    clients = [person for person in chat.members if not person.staff]
    return {"S": staff[0] if choose.random() < 0.8 else choose.choice(staff), "C": choose.choice(clients)}


def _slip(text: str, choose: Random) -> str | None:
    """`text` as first sent, with two neighbouring characters swapped; None where a swap would not show."""
    swappable = [at for at, (one, two) in enumerate(pairwise(text)) if one != two and one.isalpha() and two.isalpha()]
    if not swappable:
        return None
    at = choose.choice(swappable)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _tidy(text: str, language: str, hour: int) -> str:
    """Small letters for a thanks in mid-sentence, no good morning after noon, no stray punctuation."""
    if language == "en":
        for word in _THANKS:
            text = text.replace(f", {word}", f", {word[0].lower()}{word[1:]}")
    if hour >= 12:
        text = _MORNING.sub(lambda found: "你好" if found[0] == "早晨" else "Hi", text)
    return text.replace("!, ", "! ").strip().rstrip(",，、")
