"""A small firm for tests of the desk: messages in two languages, the people behind them, browsers of its users."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muniment.capture.connector import ImportOptions
from muniment.desk.archive import actions
from muniment.desk.desk import open_desk
from muniment.desk.schema import make_desk
from muniment.vault.home import Home, open_home
from tests.archives import Place

if TYPE_CHECKING:
    from django.test import Client

    from muniment.desk.people.models import User

ORIGIN = "example.com/broker"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A picture of one dot."""


def line(number: int, conversation: str, sender: str, at: str, text: str, **more: Any) -> dict[str, Any]:
    """One message as the ndjson connector reads it."""
    return {
        "id": f"m{number}",
        "conversation": conversation,
        "sender": sender,
        "sent_at": f"2026-11-{at}+08:00",
        "text": text,
        **more,
    }


LEE = [
    line(1, "c-ho", "mrs-ho", "17T15:38:00", "梁小姐，上次你講嗰隻票據，仲有冇得買？", sender_display="Mrs Ho", recipients=["lee"], conversation_display="Leung Ka-yan · Mrs Ho"),
    line(2, "c-ho", "lee", "17T15:39:00", "有呀何太，仲有少少額度", sender_display="Leung Ka-yan", recipients=["mrs-ho"], reply_to="m1"),
    line(3, "c-ho", "lee", "17T15:42:06", "何太放心，呢隻票據保本嘅，年息八厘，冇風險", sender_display="Leung Ka-yan", recipients=["mrs-ho"]),
    line(4, "c-ho", "lee", "17T15:43:00", "我幫你留 50 萬，聽日加我私人 WhatsApp 再講", sender_display="Leung Ka-yan", recipients=["mrs-ho"]),
    line(5, "c-ho", "lee", "17T15:44:00", "我幫你留 50 萬，聽日再講", sender_display="Leung Ka-yan", recipients=["mrs-ho"], edits="m4"),
    line(6, "c-ho", "lee", "17T15:45:00", "", sender_display="Leung Ka-yan", recipients=["mrs-ho"], recalls="m3"),
    line(
        7, "c-ho", "lee", "18T09:00:00", "Term sheet attached", sender_display="Leung Ka-yan", recipients=["mrs-ho"],
        attachments=[
            {"name": "chart.png", "base64": b64encode(PNG).decode(), "content_type": "image/png"},
            {"name": "條款\u202egnp.html", "base64": b64encode(b"<script>alert(1)</script>").decode(), "content_type": "image/png"},
            {"name": "voice.ogg"},
        ],
    ),
    line(8, "c-ho", "mrs-ho", "18T09:05:00", "<b onclick=alert(1)>好</b>\u200b，咁我等你 https://example.com/", sender_display="<i>Mrs Ho</i>", recipients=["lee"]),
]  # fmt: skip
ZHAO = [
    line(1, "c-zhou", "zhou", "16T10:04:00", "这个和定期比呢？", sender_display="周先生", recipients=["zhao"]),
    line(2, "c-zhou", "zhao", "16T10:05:00", "这款产品不保本，属于R3，请先看风险揭示书", sender_display="Zhao Min", recipients=["zhou"]),
    line(3, "c-desk", "zhao", "18T11:00:00", "Slide 4 still says principal protected. Legal wants it out.", sender_display="Zhao Min", recipients=["lee", "okafor"], colour={"hex": "#fff"}),
    line(4, "c-desk", "okafor", "18T11:02:00", "Removed, thank you", sender_display="M. Okafor", recipients=["zhao"]),
]  # fmt: skip
WHATSAPP = """13/11/2026, 09:00 - Messages and calls are end-to-end encrypted. Tap to learn more.
13/11/2026, 09:00 - Amy: good morning
13/11/2026, 09:01 - Bob: 早晨，今日大市點睇？
13/11/2026, 09:02 - Bob added Carol
13/11/2026, 09:03 - Amy: This message was deleted
"""
HALF = ImportOptions(timezone="Asia/Hong_Kong", date_order="dmy")
BROKEN = b'{"id": "m9", "conversation": "c-desk", "sender": 7}\n'
"""A line that no decoder can read: it is kept and shown for repair."""


def write_lines(path: Path, lines: list[dict[str, Any]], more: bytes = b"") -> Path:
    """A file of messages."""
    path.write_bytes(b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in lines) + more)
    return path


@dataclass(frozen=True)
class Firm:
    """Who is who in the small firm, by the numbers of their rows."""

    lee: int
    zhao: int
    okafor: int
    ho: int
    zhou: int
    desk: int
    """Lee's desk, a group; Zhao was in it until the first of November."""


def make_firm(folder: Path, origin: str = ORIGIN) -> tuple[Place, Firm]:
    """Make the archive of the small firm below `folder`: three accounts, a dozen messages, its people."""
    place = Place(folder / "home", folder / "keys")
    actions.create(place.home, place.keys, origin, "system:test")
    with open_desk(place.home, place.keys, "system:test") as desk:
        actions.bring_in(desk, write_lines(folder / "lee.ndjson", LEE), "ndjson", "lee-wecom", ImportOptions())
        actions.bring_in(
            desk, write_lines(folder / "zhao.ndjson", ZHAO, BROKEN), "ndjson", "zhao-wecom", ImportOptions()
        )
        chat = folder / "WhatsApp Chat with Bob.txt"
        chat.write_text(WHATSAPP, "utf-8")
        actions.bring_in(desk, chat, "whatsapp", "amy-phone", HALF)
        sources = {name: source for source, name in desk.catalog.execute("SELECT source, name FROM account")}
        make_desk(desk.archive.home)
        people = make_people(sources)
    let_go()
    return place, people


def make_people(sources: dict[str, str]) -> Firm:
    """The firm, its people, their handles, accounts and desk."""
    from muniment.desk.people import models as m

    m.Firm.objects.create(name="Harbour Crest Securities", zone="Asia/Hong_Kong", ready_at="2026-11-01T00:00:00Z")

    def person(key: str, name: str, other: str, kind: str, handle: str) -> m.Person:
        made = m.Person.objects.create(key=key, name=name, other_name=other, kind=kind)
        m.Handle.objects.create(person=made, channel="ndjson", native=handle, origin="feed")
        return made

    lee = person("1001", "Leung Ka-yan", "梁嘉欣", "employee", "lee")
    zhao = person("1002", "Zhao Min", "赵敏", "employee", "zhao")
    okafor = person("1003", "M. Okafor", "", "employee", "okafor")
    ho = person("C1", "Mrs Ho", "何太", "client", "mrs-ho")
    zhou = person("C2", "Zhou Wei", "周先生", "client", "zhou")
    m.Holding.objects.create(source=sources["lee-wecom"], person=lee)
    m.Holding.objects.create(source=sources["zhao-wecom"], person=zhao)
    desk = m.Group.objects.create(key="D1", name="Private clients", kind="desk")
    m.Membership.objects.create(group=desk, person=lee)
    m.Membership.objects.create(group=desk, person=zhao, until=date(2026, 11, 1))
    return Firm(lee.pk, zhao.pk, okafor.pk, ho.pk, zhou.pk, desk.pk)


def let_go() -> None:
    """Close what Django and this thread hold open."""
    from django.db import connections

    from muniment.desk.seat import leave

    leave()
    connections.close_all()


def home_of(place: Place) -> Home:
    """The archive's files and databases."""
    return open_home(place.home, place.keys)


MakeUser = Callable[..., "User"]
ClientAs = Callable[..., "Client"]


def browser_of(user: "User") -> "Client":
    """A browser in which `user` is signed in with a second factor."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1", headers={"user-agent": "tests"})
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
    session.save()
    return client
