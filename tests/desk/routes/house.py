"""The small firm with everything in it that an address can name, made through the doors that people and platforms use.

An address with a new kind of part needs a sample of it: in `samples`, below.
"""

import hashlib
import hmac
import html
import json
import os
import re
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import django
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from muniment.desk.desk import Desk, open_desk
from muniment.desk.people.roles import CAPABILITIES, Role
from muniment.desk.schema import use
from tests.archives import Place
from tests.desk.channels.pushing import line as pushed
from tests.desk.channels.pushing import push
from tests.desk.routes.addresses import Route, body
from tests.firms import HALF, LEE, WHATSAPP, ZHAO, Firm, browser_of, home_of, let_go, line
from tests.media import files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()

from muniment.desk import jobs  # noqa: E402
from muniment.desk.archive.actions import settle  # noqa: E402
from muniment.desk.channels import access as channels  # noqa: E402
from muniment.desk.channels import watch  # noqa: E402

if TYPE_CHECKING:
    from django.test import Client

# ── Who walks ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Visitor:
    """Somebody of a role. `own` is who stands behind the sign-in, `scope` whose messages the role opens (None: everybody's)."""

    name: str
    role: Role
    own: str | None = None
    scope: str | None = None

    def holds(self, route: Route) -> bool:
        """Whether the door of a route lets them in."""
        return route.wants is None or route.wants in CAPABILITIES[self.role]


VISITORS: Mapping[str, Visitor] = MappingProxyType(
    {
        each.name: each
        for each in (
            Visitor("compliance", Role.COMPLIANCE),
            Visitor("records", Role.RECORDS),
            Visitor("reviewer", Role.REVIEWER),
            Visitor("examiner", Role.EXAMINER),
            Visitor("adviser", Role.ADVISER, own="1001"),
            Visitor("administrator", Role.ADMINISTRATOR),
            Visitor("it", Role.IT),
            Visitor("reviewer-elsewhere", Role.REVIEWER, own="1004", scope="1004"),
            Visitor("examiner-elsewhere", Role.EXAMINER, scope="1004"),
        )
    }
)
"""One of each role, and two whose scope is a person without a message."""

# ── What nobody may find who may not read it ─────────────────────────────────────────────────────────────────────────

OF_LEE = frozenset(str(each["text"]) for each in LEE if len(str(each["text"])) > 6) | {str(ZHAO[2]["text"])}
"""What Leung Ka-yan wrote or received in the small firm."""
OF_OTHERS = frozenset(
    {str(each["text"]) for each in ZHAO if each is not ZHAO[2]}
    | {each.split(": ", 1)[1] for each in WHATSAPP.splitlines() if ": " in each}
)
VOICE = "The voice note says it all, ptarmigan"
"""The message of Lee's that the worker brings in: with the file below, and a voice."""
IN_FILE = "Wombat terms, principal guaranteed"
"""What stands in the text of a Word file, and nowhere else."""
PUSHED = "Capybara at 101.25, keep it off the record"
"""What a program of the firm's delivered."""
CAPTION = "Signed by the axolotl trust"
FILE_NAME = "axolotl-side-letter.pdf"
"""What a platform delivered: the words and the name of a document, whose bytes are owed."""
HANDED = "From my private phone: the numbat deal is on"
"""What Lee handed in."""
REASON = "Echidna inquiry, letter 7"
SAVED = "echidna watch"
"""What was asked about messages: why a bundle was made, and how a search is called."""
WRITTEN = OF_LEE | OF_OTHERS | {VOICE, IN_FILE, PUSHED, CAPTION, FILE_NAME, HANDED}
"""What people wrote, by whichever way it came."""
CANARIES = WRITTEN | {REASON, SAVED}

HIDDEN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "adviser": CANARIES - OF_LEE - {VOICE, IN_FILE, HANDED},
        "reviewer": frozenset({REASON, SAVED}),
        "administrator": CANARIES,
        "it": CANARIES,
        "reviewer-elsewhere": CANARIES,
        "examiner-elsewhere": CANARIES,
    }
)
"""What each visitor never finds on any page; whoever is not named reads everything."""

SECRET = "secret of the app"


@dataclass
class House:
    """The furnished firm, open: a browser for each visitor, the desk of the command line, a sample of each part of an address."""

    place: Place
    firm: Firm
    desk: Desk
    samples: Mapping[str, Any]
    users: Mapping[str, int]
    browsers: dict[str, "Client"] = field(default_factory=dict)

    def browser(self, name: str) -> "Client":
        """A visitor's browser, in which they have just shown their second factor."""
        from muniment.desk.people.models import User

        if name not in self.browsers:
            self.browsers[name] = browser_of(User.objects.get(pk=self.users[name]))
        return fresh(self.browsers[name])

    def address(self, route: Route, given: Mapping[str, Any] = MappingProxyType({})) -> str:
        """The address of a route, its parts `given` or a sample of each."""
        from django.urls import reverse

        return reverse(route.name, kwargs={name: given.get(name, self._sample(route, name)) for name in route.kwargs})

    def _sample(self, route: Route, name: str) -> Any:
        for prefix, values in self.samples.items():
            if route.pattern.startswith(prefix) and name in values:
                return values[name]
        assert name in self.samples[""], (
            f"{route.pattern} has a part <{name}> that no sample is known of:"
            " add one to samples() in tests/desk/routes/house.py"
        )
        return self.samples[""][name]

    def entries(self) -> int:
        """How many entries the audit log has, sealed or waiting in either queue."""
        return self.desk.archive.audit.log.checkpoint().size + self.desk.archive.audit_backlog()[0]

    def acts(self, name: str, since: int = 0) -> list[str]:
        """The acts of a visitor's entries from leaf `since` on, in order, once all of them are sealed."""
        settle(self.desk)
        rows = self.desk.catalog.execute(
            "SELECT act FROM audit_entry WHERE actor = ? AND leaf >= ? ORDER BY leaf", (f"user:the-{name}", since)
        )
        return [str(act) for (act,) in rows]

    def state(self) -> str:
        """One hash over all that a change could change: the desk's rows, entries and records that wait, files on their way."""
        from django.db import connections

        digest, connection = hashlib.sha256(), connections["default"]
        with connection.cursor() as cursor:
            for table in sorted(connection.introspection.table_names(cursor)):
                if table in VISITS:
                    continue
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                digest.update("\n".join([table, *sorted(map(repr, cursor.fetchall()))]).encode())
        intake = self.desk.archive.intake
        digest.update(repr((self.entries(), intake.backlog("records")[0])).encode())
        for folder in ("spool", "productions"):
            digest.update(repr(sorted(map(str, (self.place.home / folder).rglob("*")))).encode())
        return digest.hexdigest()


VISITS = frozenset({"django_session", "usersessions_usersession", "desk_cache"})
"""Tables that every visit writes to, whatever it asks."""


def fresh(browser: "Client", method: str = "mfa") -> "Client":
    """The same browser, whose user has shown a factor just now."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": method, "type": "totp", "at": time.time()}]
    session.save()
    return browser


def stranger() -> "Client":
    """A browser in which nobody has signed in."""
    from django.test import Client

    return Client(SERVER_NAME="127.0.0.1", headers={"user-agent": "tests"})


# ── Moving in ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Furnished:
    """The archive that nobody writes to any more; `at_home` opens a copy."""

    place: Place
    firm: Firm
    samples: Mapping[str, Any]
    users: Mapping[str, int]


@contextmanager
def at(place: Place) -> Iterator[None]:
    """Let Django and the environment point to an archive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUNIMENT_HOME", str(place.home))
        patch.setenv("MUNIMENT_KEYS", str(place.keys))
        # What a connection was a second ago is not what a test asks. By import_module: the package has a function of that name.
        patch.setattr(import_module("muniment.desk.channels.access.connections"), "KEPT_SECONDS", -1.0)
        let_go()
        use(home_of(place))
        yield
        let_go()


@contextmanager
def at_home(furnished: Furnished, place: Place) -> Iterator[House]:
    """The house in `place`, a copy of the furnished archive; it names an engine for voices, which is not installed."""
    with override_settings(STT_ENGINE="absent"), at(place), open_desk(place.home, place.keys, "system:test") as desk:
        yield House(place, furnished.firm, desk, furnished.samples, furnished.users)


def furnish(place: Place, firm: Firm) -> Furnished:
    """Fill a copy of the small firm's archive, by the pages, the doors for deliveries and the worker."""
    with at(place), open_desk(place.home, place.keys, "system:test") as desk:
        users = people(firm)
        house = House(place, firm, desk, {}, users)
        made = {
            **capture(house),
            **imports(house),
            **produced(house),
            **registered(house),
            **waiting(house),
        }
        settle(desk)
        return Furnished(place, firm, samples(desk, firm, made, users), users)


def people(firm: Firm) -> dict[str, int]:
    """Somebody without a message, and the visitors; the numbers of these."""
    from muniment.desk.people.models import Grant, Person, User

    Person.objects.create(key="1004", name="Noor Else", kind="employee")
    found = {each.key: each for each in Person.objects.all()}
    numbers = {}
    for each in VISITORS.values():
        user = User(name=f"the-{each.name}", person=None if each.own is None else found[each.own])
        user.set_unusable_password()
        user.save()
        Grant.objects.create(
            user=user,
            role=each.role.value,
            person=None if each.scope is None else found[each.scope],
            until=date(2099, 1, 1) if each.role is Role.EXAMINER else None,
        )
        numbers[each.name] = user.pk
    return numbers


def post(browser: "Client", path: str, data: Mapping[str, Any] = MappingProxyType({}), status: int = 302) -> Any:
    """One form that is in order."""
    answer = browser.post(path, dict(data))
    assert answer.status_code == status, (path, body(answer))
    return answer


def connect(house: House, connector: str, name: str, settings: Mapping[str, str], by: str = "it") -> tuple[str, str]:
    """Connect an account by the pages, and switch it on: its source, and the page that shows its address and secret."""
    browser = house.browser(by)
    step = post(browser, f"/capture/connect/{connector}/", {"name": name, "owner": ""})["Location"]
    page = html.unescape(body(post(browser, step, settings, 200)))
    settle(house.desk)
    (source,) = (each.source for each in channels.connections(house.desk) if each.name == name)
    post(browser, f"/capture/{source}/on/")
    return source, page


def capture(house: House) -> dict[str, Any]:
    """A source that programs push to and one of a platform's, both on; a line, a canary, a gap, a file that is owed."""
    source, page = connect(house, "ndjson", "our own system", {})
    found = re.search(r"[0-9a-f]{32}\.[\w-]{43}", page)
    assert found is not None
    assert push(stranger(), pushed(1, PUSHED), found[0]).status_code == 200
    assert push(stranger(), pushed(2), f"{found[0]}x").status_code == 403
    post(house.browser("it"), f"/capture/{source}/canary/")
    number, page = connect(house, "whatsapp_cloud", "the number", PLATFORM)
    hook = re.search(r"/hooks/whatsapp-cloud/[0-9a-f]{32}/", page)
    assert hook is not None
    assert deliver(hook[0], document()).status_code == 200
    assert watch.look(house.desk) > 0
    settle(house.desk)
    day = channels.daily(house.desk, source)[0].day
    return {"pushes": source, "number": number, "key": found[0], "day": day.isoformat()}


PLATFORM = {"set_app_secrets": SECRET, "set_access_token": "token of the system"}


def document() -> bytes:
    """A document that a client sent, as Meta delivers it."""
    file = {
        "caption": CAPTION, "filename": FILE_NAME, "mime_type": "application/pdf", "sha256": "00" * 32, "id": "5501",
    }  # fmt: skip
    said = {"from": "85261234567", "id": "wamid.A", "timestamp": "1762000000", "type": "document", "document": file}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "85225550000", "phone_number_id": "7001"},
        "contacts": [{"profile": {"name": "Chan"}, "wa_id": "85261234567"}],
        "messages": [said],
    }
    entry = [{"id": "900", "changes": [{"field": "messages", "value": value}]}]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()


def deliver(path: str, content: bytes) -> Any:
    """A POST that bears the platform's signature."""
    signed = "sha256=" + hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    return stranger().post(path, content, content_type="application/json", headers={"X-Hub-Signature-256": signed})


def upload(house: House, name: str, content: bytes, by: str = "records") -> str:
    """Upload a file by the page; the id under which it waits."""
    answer = post(house.browser(by), "/imports/new/", {"file": SimpleUploadedFile(name, content)})
    return str(answer["Location"]).rstrip("/").rpartition("/")[2]


def bring(house: House, waits: str, **options: str) -> int:
    """Ask the worker to bring an upload in; the number of the job."""
    given = {"connector": "ndjson", "account": "lee-wecom", "timezone": "", "date_order": "", **options}
    answer = post(house.browser("records"), f"/imports/new/{waits}/", given)
    return int(str(answer["Location"]).rstrip("/").rpartition("/")[2])


def run(house: House) -> None:
    """The worker, in this thread, until nothing waits."""
    while jobs.run_next():
        pass
    for each in jobs.latest(50):
        assert each.state in ("done", "ended"), (each.kind, each.error)
    settle(house.desk)


def imports(house: House) -> dict[str, Any]:
    """A voice and a Word file of Lee's; a chat exported again, in which a message has vanished; a message handed in."""
    letter = files.word(files.paragraph(IN_FILE))
    attachments = [
        {"name": name, "base64": b64encode(raw).decode(), "content_type": kind}
        for name, raw, kind in (
            ("voice.amr", files.silent_amr(7, 7), "audio/amr"),
            ("terms.docx", letter, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        )
    ]
    spoken = line(70, "c-ho", "lee", "19T09:00:00", VOICE, recipients=["mrs-ho"], attachments=attachments)
    first = upload(house, "more.ndjson", json.dumps(spoken).encode() + b"\n")
    bring(house, first)
    kept = "".join(f"{each}\n" for each in WHATSAPP.splitlines() if "good morning" not in each)
    again = upload(house, "WhatsApp Chat with Bob.txt", kept.encode())
    bring(house, again, connector="whatsapp", account="amy-phone", timezone=str(HALF.timezone), date_order="dmy")
    run(house)
    token = re.search(r'name="token" value="([0-9a-f]{32})"', body(house.browser("adviser").get("/own/hand-in/")))
    assert token is not None
    post(house.browser("adviser"), "/own/hand-in/", {**HAND_IN, "token": token[1]})
    settle(house.desk)
    done = [each for each in jobs.latest(2) if each.result]
    return {"chat": max(done, key=lambda each: each.id).result["import_id"], "token": token[1]}  # type: ignore[index]


HAND_IN = {
    "channel": "Telegram", "sender": "Mrs Ho", "recipients": "Leung Ka-yan", "day": "2026-11-20", "clock": "21:43",
    "zone": "Asia/Hong_Kong", "text": HANDED, "why": "She wrote to my private phone",
}  # fmt: skip
ORDER = {"query": "term sheet", "zone": "Asia/Hong_Kong", "reason": REASON, "since": ""}


def produced(house: House) -> dict[str, Any]:
    """A saved search and a bundle, checked; a check of the archive and a seal that IT asked for."""
    browser = house.browser("compliance")
    saved = post(browser, "/search/save/", {"name": SAVED, "q": "term", "zone": "UTC"})["Location"]
    page = post(browser, "/productions/new/", ORDER)["Location"]
    for path in ("/system/check/", "/system/seal/"):
        post(house.browser("it"), path)
    run(house)
    return {"search": int(re.findall(r"\d+", saved)[0]), "production": int(re.findall(r"\d+", page)[0])}


APPROVED = {"approved_by": "Amy Wong", "approved_on": "2026-11-02", "reference": "memo 17"}


def prefixed(prefix: str, **data: Any) -> dict[str, Any]:
    """A form's fields, as a page with several forms sends them."""
    return {f"{prefix}-{name}": value for name, value in data.items()}


def registered(house: House) -> dict[str, Any]:
    """A channel that is approved with somebody on it, a device that somebody has, and what must be so on it, shown."""
    browser = house.browser("records")
    channel = post(browser, "/register/channels/add/", {"name": "WhatsApp", "connectors": ["whatsapp"]})["Location"]
    post(browser, f"{channel}decide/", prefixed("standing", status="approved", **APPROVED))
    post(browser, f"{channel}people/", prefixed("registration", person="1001", **APPROVED))
    device = post(browser, "/register/devices/add/", {"label": "P-1", "kind": "phone"})["Location"]
    post(browser, f"{device}issue/", prefixed("issue", person="1001", location="desk 4"))
    number = int(re.findall(r"\d+", device)[0])
    asked = {"thing": f"device:{number}", "item": "screen_lock", "every": "90"}
    posture = post(browser, "/register/posture/add/", asked)["Location"]
    post(browser, f"{posture}evidence/", {"met": "yes", "text": "locks after a minute"})
    return {
        "channel": int(re.findall(r"\d+", channel)[0]),
        "device": number,
        "posture": int(re.findall(r"\d+", posture)[0]),
    }


def waiting(house: House) -> dict[str, Any]:
    """A file that waits to be brought in, and one that waits for the worker."""
    text = (
        json.dumps(line(80, "c-ho", "lee", "19T10:00:00", "Not yet brought in", recipients=["mrs-ho"])).encode() + b"\n"
    )
    return {"upload": upload(house, "later.ndjson", text), "job": bring(house, upload(house, "next.ndjson", text))}


def samples(desk: Desk, firm: Firm, made: Mapping[str, Any], users: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """What each part of an address may be, by how the address begins; what begins with nothing holds everywhere.

    Where two are given, the first that fits is taken.
    """
    run = desk.catalog.execute
    leaf, talk = run("SELECT leaf, conversation FROM event WHERE body LIKE ?", ("%Term sheet attached%",)).fetchone()
    (spoken,) = run("SELECT leaf FROM event WHERE body LIKE ?", (f"%{VOICE}%",)).fetchone()
    (source,) = run("SELECT source FROM account WHERE name = 'lee-wecom'").fetchone()
    (first,) = run("SELECT object FROM audit_entry WHERE act = 'import' ORDER BY leaf LIMIT 1").fetchone()
    file = {"leaf": spoken, "place": 1}
    return {
        **{f"{own}media/<int:leaf>-<int:ordinal>/<int:place>/sound": {**file, "place": 0} for own in ("", "own/")},
        "media/": file,
        "own/media/": file,
        "texts/": file,
        "guesses/": {**file, "place": 0},
        "own/guesses/": {**file, "place": 0},
        "own/texts/": file,
        "conversations/": {"number": talk},
        "own/conversations/": {"number": talk},
        "people/desks/": {"number": firm.desk, "what": "member"},
        "people/": {"number": firm.lee, "what": "handle"},
        "access/": {"number": users["reviewer"]},
        "proofs/": {"leaf": 0, "log": "audit"},
        "hooks/": {"connector": "ndjson", "hook": "0" * 32, "path": "v23.0/7001/messages"},
        "capture/connect/": {"connector": "whatsapp_cloud"},
        "capture/<slug:source>/days/": {"source": made["pushes"], "day": made["day"], "what": "received"},
        "capture/<slug:source>/files/": {"source": made["number"], "state": "waiting"},
        "capture/": {"source": made["number"]},
        "audit/": {"leaf": 0},
        "productions/": {"number": made["production"]},
        "imports/jobs/": {"number": made["job"]},
        "imports/<uuid:identifier>/vanished/": {"identifier": made["chat"]},
        "register/channels/": {"number": made["channel"]},
        "register/devices/": {"number": made["device"]},
        "register/posture/": {"number": made["posture"]},
        "api/v1/audit/": {"leaf": 0},
        "api/v1/people/": {"number": firm.lee},
        "api/v1/productions/": {"number": made["production"]},
        "": {
            "leaf": leaf, "ordinal": 0, "place": 0, "source": source, "identifier": first, "kind": "csv", "row": 1,
            "holding": 1, "number": 1, "search": made["search"], "fate": "stored", "what": "messages",
            "upload": made["upload"], "token": made["token"], "name": "nobody", "talk": talk, "event": f"{leaf}-0",
            "provider_id": "firm", "pk": 1,
        },
    }  # fmt: skip


UNTIL = str(datetime.now(UTC).date() + timedelta(days=30))
"""A day soon."""
