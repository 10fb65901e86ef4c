"""The demonstration firm's people at the desk: who is who, whose handle and phone is whose, and one sign-in for each role.

They are added by the same actions as everybody else, so that the audit log of a demonstration reads like a real one.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from muniment.cli.demo.cast import (
    ACCOUNTS,
    CANDY,
    CLIENTS,
    DEREK,
    DESMOND,
    DOMAIN,
    HAILEY,
    JOYCE,
    KELVIN,
    MARCUS,
    RACHEL,
    RAYMOND,
    STAFF,
    WINNIE,
    ZHAO,
    Person,
)
from muniment.cli.demo.conversations import conversations
from muniment.cli.demo.live.meta import NUMBER, number_of
from muniment.cli.demo.live.tencent import openid_of
from muniment.cli.demo.model import TIME_ZONE
from muniment.desk.desk import Desk
from muniment.desk.people.demonstration import SIGN_INS

NAME = "Harbour Lantern Securities Limited"
OTHER_NAMES = {HAILEY.id: "Hailey Leung", ZHAO.id: "Zhao Yiming", RACHEL.id: "方瑞秋", DESMOND.id: "謝德文"}
UNKNOWN = frozenset({"cl-pmcrae", "cl-kyau", "cl-elam"})
"""Clients of whom the firm has not said yet that this handle is theirs: they wait among the unmatched."""
ON_BUSINESS = frozenset({CANDY.id, "cl-hwhitmore", "cl-slau", "cl-anair", "cl-gsinclair", "cl-lqian"})
"""Who is known on the firm's WhatsApp Business number."""
FOLLOWERS = frozenset({"cl-xluo", "cl-yfan", "cl-ctao"})
"""And on its official account."""
EXAMINER_DAYS = 30

# key, name, members
_DESKS = (
    ("private", "Private clients", (RACHEL, KELVIN, HAILEY, MARCUS)),
    ("mainland", "Mainland clients", (ZHAO,)),
    ("dealing", "Dealing", (RAYMOND, JOYCE, DEREK)),
    ("control", "Compliance and operations", (WINNIE, DESMOND, CANDY)),
)
_SUPERVISORS = (("private", DESMOND), ("mainland", DESMOND), ("dealing", RAYMOND), ("control", WINNIE))
_OTHERS = (("hls-ilam", "Ivan Lam", "林一帆"), ("hls-gko", "Grace Ko", "高穎"))
"""Staff who keep the machine and the access to it, and write to no client."""


def seed(desk: Desk, until: date) -> Mapping[str, int]:
    """Make the firm, its people and its sign-ins in the desk of a demonstration archive whose newest day is `until`.

    The number of each person, by the firm's id.
    """
    from muniment.desk.people import actions
    from muniment.desk.seat import accounts

    actions.set_firm(desk, NAME, TIME_ZONE, ("hk-lc",), demonstration=True)
    people = _people(desk)
    groups = _groups(desk, people, until)
    sources = {name: source for source, name in accounts(desk).items()}
    for account in ACCOUNTS:
        if account.owner is not None and account.name in sources:
            actions.begin_holding(desk, people[account.owner.id], sources[account.name])
    _users(desk, people, groups, until)
    return people


def _people(desk: Desk) -> Mapping[str, int]:
    """Everybody in the exports, and their handles as those write them."""
    from muniment.desk.people import actions

    numbers: dict[str, int] = {}
    spoken = _on_phones()
    for person in (*STAFF, *CLIENTS.values()):
        kind = "employee" if person.staff else "client"
        email = f"{person.id.removeprefix('hls-')}@{DOMAIN}" if person.staff else ""
        number = numbers[person.id] = actions.add_person(
            desk, person.id, person.name, kind, other_name=OTHER_NAMES.get(person.id, ""), email=email
        )
        if person.id not in UNKNOWN:
            actions.begin_handle(desk, number, "ndjson", person.id, origin="feed")
        if person.id in spoken:
            actions.begin_handle(desk, number, "whatsapp", person.name, origin="feed")
        actions.begin_handle(desk, number, "phone", person.phone.replace(" ", ""), origin="feed")
        if person.id in ON_BUSINESS:
            actions.begin_handle(desk, number, "whatsapp_cloud", number_of(person), origin="feed")
        if person is RACHEL:  # who sits at the firm's business number
            actions.begin_handle(desk, number, "whatsapp_cloud", NUMBER, origin="feed")
        if person.id in FOLLOWERS:
            actions.begin_handle(desk, number, "wechat", openid_of(person), origin="feed")
    for key, name, other in _OTHERS:
        numbers[key] = actions.add_person(desk, key, name, "employee", other_name=other)
    return numbers


def _on_phones() -> set[str]:
    """Who writes on WhatsApp. Such an export names people as the phone's address book does, and says no number."""
    return {who.id for chat in conversations() if chat.account.connector == "whatsapp" for who in chat.members}


def _groups(desk: Desk, people: Mapping[str, int], until: date) -> Mapping[str, int]:
    """The desks, who is in them and who supervises them; Hailey changed desks half-way."""
    from muniment.desk.people import actions

    groups = {key: actions.add_group(desk, key, name) for key, name, _ in _DESKS}
    moved = until - timedelta(days=45)
    for key, _, members in _DESKS:
        for member in members:
            since = moved if member is HAILEY else None
            actions.begin_membership(desk, groups[key], people[member.id], since=since)
    actions.begin_membership(desk, groups["mainland"], people[HAILEY.id], until=moved)
    for key, supervisor in _SUPERVISORS:
        actions.begin_supervision(desk, groups[key], people[supervisor.id])
    return groups


def _users(desk: Desk, people: Mapping[str, int], groups: Mapping[str, int], until: date) -> None:
    """One sign-in for each role. The codes are thrown away: a demonstration is entered with one click."""
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number

    # A firm of another day is looked at today.
    ends = max(until, date.today()) + timedelta(days=EXAMINER_DAYS)  # noqa: DTZ011

    def add(name: str, display: str, person: Person | str | None, role: str, group: str | None = None) -> None:
        if name not in SIGN_INS:
            raise ValueError(name)
        key = person.id if isinstance(person, Person) else person
        actions.add_user(desk, name, display, "", None if key is None else people[key])
        actions.grant(
            desk,
            user_number(name),
            role,
            group=None if group is None else groups[group],
            since=until - timedelta(days=1),
            until=ends if role == "examiner" else None,
        )

    add("winnie.au", WINNIE.name, WINNIE, "compliance")
    add("desmond.tse", DESMOND.name, DESMOND, "reviewer", "private")
    add("rachel.fong", RACHEL.name, RACHEL, "adviser")
    add("candy.lo", CANDY.name, CANDY, "records")
    add("e.visitor", "Evelyn Visitor", None, "examiner", "dealing")
    add("ivan.lam", "Ivan Lam", "hls-ilam", "administrator")
    add("grace.ko", "Grace Ko", "hls-gko", "it")
