"""An archive of hostile texts: each is a message, a sender, a conversation, an attachment's name and another field in it."""

import csv
import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from muniment.capture.audit import Entry
from muniment.capture.connector import ImportOptions
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger
from muniment.cli.demo import ORIGIN
from muniment.cli.demo.cast import WINNIE
from muniment.cli.demo.desk import seed
from muniment.desk.archive import actions
from muniment.desk.desk import Desk, open_desk
from muniment.desk.schema import make_desk
from muniment.record.errors import Refused
from tests.archives import Place
from tests.browser.payloads import CANARY, TRAP, Payload, payloads
from tests.firms import let_go

FIRST = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
A_TALK = 25
"""Messages in one conversation."""
HARMLESS = "A message of no malice"
FEW = 360
"""Up to so many payloads, the rest of the archive is small, too."""
AFTER = 20_000
"""The numbers of harmless messages begin here."""
MEDIA = (
    ("image/svg+xml", f"<svg xmlns='http://www.w3.org/2000/svg' onload='window.{CANARY}=1'><script>window.{CANARY}=1</script></svg>"),
    ("text/html", f"<script>window.{CANARY}=1</script><img src={TRAP}media onerror='window.{CANARY}=1'>"),
    ("image/png", f"<html><script>window.{CANARY}=1</script>"),
    ("application/xhtml+xml", f"<html xmlns='http://www.w3.org/1999/xhtml'><script>window.{CANARY}=1</script></html>"),
    ("text/xml", f"<?xml-stylesheet href='{TRAP}media'?><x/>"),
    ("application/pdf", "%PDF-1.4 no such thing"),
    ("text/css", f"*{{background:url({TRAP}media)}}"),
    ("text/javascript", f"window.{CANARY}=1"),
)  # fmt: skip


def line(payload: Payload, talk: str, body: tuple[str, str] | None = None) -> bytes:
    """One message that holds a payload in every member; half a pair is written as the platforms do, `\\ud800`."""
    name = payload.name
    content_type, content = body or MEDIA[payload.number // 4 % len(MEDIA)]
    fields: dict[str, Any] = {
        "id": f"{name} {payload.number}",
        "conversation": talk,
        "conversation_display": name,
        "sender": name,
        "sender_display": name,
        "recipients": [name],
        "sent_at": (FIRST + timedelta(minutes=payload.number)).isoformat(),
        "text": payload.text,
        name: {name: [name]},
        "numbered": payload.number,
        "attachments": [
            {"name": name, "content_type": content_type, "base64": b64encode(content.encode()).decode()}
            if payload.number % 4 == 0 or body
            else {"name": name, "content_type": name}
        ],
    }
    return json.dumps(fields, ensure_ascii=not payload.whole or payload.number % 2 == 0).encode() + b"\n"


def lines(some: Sequence[Payload]) -> Iterator[bytes]:
    """Their messages, `A_TALK` to a conversation whose own id is hostile; then harmless ones, with each kind of attachment."""
    talk = "the first"
    for place, payload in enumerate(some):
        if place % A_TALK == 0 and payload.whole:
            talk = payload.name
        yield line(payload, talk)
    for number, body in enumerate((None, *MEDIA), AFTER):
        yield line(Payload(number, "harmless", HARMLESS), "harmless", body)


def feed(some: Sequence[Payload]) -> bytes:
    """A people feed of them: names, other names, mail addresses, handles."""
    sheet = io.StringIO()
    table = csv.writer(sheet)
    table.writerow(("key", "name", "other_name", "kind", "email", "handles"))
    table.writerow(("H", HARMLESS, HARMLESS, "client", "", "ndjson:harmless"))
    for payload in some:
        if payload.whole:
            number, name = payload.number, payload.name[:200]
            table.writerow(
                (f"H{number}", name, name, "client", "", f"ndjson:{name} {number}" if ";" not in name else "")
            )
    return sheet.getvalue().encode()


def make(folder: Path, some: Sequence[Payload]) -> Place:
    """A demonstration archive of hostile texts: imported from files and into accounts of such names, asked for, people too."""
    place = Place(folder / "home", folder / "keys")
    actions.create(place.home, place.keys, ORIGIN, "system:test")
    files = folder / "files"
    files.mkdir()
    with open_desk(place.home, place.keys, "system:test") as desk:
        file = files / '<img src="x" onerror="alert(1)">\u202egpj.ndjson'
        file.write_bytes(b"".join(lines(some)))
        sheet = actions.bring_in(desk, file, "ndjson", f"<script>window.{CANARY}=0</script>", ImportOptions())
        assert sheet.balanced
        for payload in alone(some):
            small = files / payload.name
            number = payload.number + AFTER * 2
            small.write_bytes(line(Payload(number, "file name", payload.text), "files"))
            actions.bring_in(desk, small, "ndjson", "=cmd|' /C calc'!A0", ImportOptions())
        phone = ImportOptions(timezone="Asia/Hong_Kong", date_order="dmy")
        actions.bring_in(desk, chat(files), "whatsapp", f"<b>{CANARY}</b> phone", phone)
        for payload in some:
            if payload.whole:
                desk.audit(Entry(act="search", actor=desk.actor, query=payload.name, counts={"shown": 1}))
        make_desk(desk.archive.home)
        from muniment.desk.people.actions import apply_feed  # Django is set up only now

        seed(desk, FIRST.date())
        apply_feed(desk, feed(some))
        name_things(desk, some)
        actions.settle(desk)
    let_go()
    return place


def chat(folder: Path) -> Path:
    """A phone's export of such senders and files, after two harmless ones: one file in three is not in it, as if it had not come."""
    file = folder / f"WhatsApp Chat - <script>window.{CANARY}=0<b>.zip"
    lines: list[str] = []
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(chat_files()):
            sender = HARMLESS if number < 2 else name[:30].replace(":", "")
            lines.append(f"{sender}: \u200e<attached: {name}>\r\n")
            if number % 3:
                archive.writestr(zipfile.ZipInfo(name), MEDIA[number % len(MEDIA)][1])
        said = (f"[05/01/2026, 09:{minute:02}:00] {line}" for minute, line in enumerate(lines))
        archive.writestr(zipfile.ZipInfo("_chat.txt"), "".join(said))
    return file


def chat_files() -> list[str]:
    """What the files of that export are called: each is on a line of its own."""
    return ["gone.txt", "plain.txt", *(each.name for each in file_names(40) if not set("\r\n") & set(each.name))]


def name_things(desk: Desk, some: Sequence[Payload]) -> None:
    """Call desks, accounts, channels and devices so, as far as their doors let that pass; and let all messages be one's own."""
    from muniment.desk.channels.actions import connect, explain_gaps
    from muniment.desk.imports.actions import add_account
    from muniment.desk.people.actions import add_group, begin_holding
    from muniment.desk.people.actions import common as days
    from muniment.desk.people.models import Person
    from muniment.desk.register import actions as register
    from muniment.desk.seat import accounts

    winnie = Person.objects.get(key=WINNIE.id).pk
    for source in accounts(desk):
        begin_holding(desk, winnie, source)
    through = 0
    live: list[tuple[str, str]] = []
    short = [payload for payload in some if payload.whole and len(payload.text) <= 100]
    for payload in short[:: max(1, len(short) // 40)]:
        name = payload.text
        try:
            add_group(desk, name, name)
            add_account(desk, name, "ndjson")
            channel = register.add_channel(desk, name)
            register.decide(desk, channel, "conditions", register.Approval(name, days.day(), name), conditions=name)
            register.register_person(desk, channel, winnie, register.Approval(name, days.day(), name))
            live.append((name, connect(desk, f"{name} live", "ndjson", {})))
            device = register.add_device(desk, register.About(name, "phone", name[:60], name[:60]))
            register.issue(desk, device, person=winnie, location=name)
            register.show(desk, register.ask_for(desk, "two_step", device=device), name)
        except Refused:
            continue  # it hides something, or a spreadsheet would run it
        through += 1
    assert through > 10, f"only {through} names came through the doors"
    actions.settle(desk)
    ledger = Ledger(desk.archive)
    for name, source in live:
        ledger.accept(
            source, [], gaps=[("ndjson", Gap(reason=Reason.MEDIA, code=name)), ("ndjson", Gap(reason=Reason.LAG))]
        )
    actions.settle(desk)
    gaps = [int(leaf) for (leaf,) in desk.catalog.execute("SELECT leaf FROM gap ORDER BY leaf")]
    for (name, _), leaf in zip(live, gaps, strict=False):
        with suppress(Refused):
            explain_gaps(desk, [leaf], "lost", name)


def file_names(count: int) -> list[Payload]:
    """Some that a file on a disk can be called, of all."""
    fit = [
        payload
        for payload in payloads()
        if payload.kind == "file name" and payload.whole and 0 < len(payload.name.encode()) < 240
        and not set("/\0") & set(payload.name) and payload.name not in {".", ".."}
    ]  # fmt: skip
    return fit[:: len(fit) // count][:count]


def alone(some: Sequence[Payload]) -> list[Payload]:
    """Those whose name is that of a file which is brought in."""
    return file_names(40 if len(some) > FEW else 4)
