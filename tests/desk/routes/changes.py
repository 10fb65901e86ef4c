"""Every change that a page or the API can make, ready to be made: by whom, with what, and which acts the audit log then holds.

A case is a function with `@change` above it. It makes in the house what is to be changed, and returns what is sent:
parts of the address, fields of the form. test_changes.py sends it, first for strangers, then for whoever may.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from muniment.desk.archive.actions import settle
from tests.desk.routes.house import (
    APPROVED,
    HAND_IN,
    ORDER,
    PLATFORM,
    UNTIL,
    House,
    bring,
    post,
    prefixed,
    run,
    upload,
)
from tests.firms import browser_of, line


@dataclass(frozen=True)
class Sent:
    """What a request bears: parts of its address (a sample stands for the others), what follows a `?`, its form or its JSON."""

    parts: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    as_json: bool = False


@dataclass(frozen=True)
class Change:
    """One case. `also` are visitors whom the door lets in, and to whom this very thing is not there."""

    name: str
    route: str
    by: str
    acts: tuple[str, ...]
    also: tuple[str, ...]
    make: Callable[[House], Sent]


CHANGES: list[Change] = []
Make = Callable[[House], Sent]


def change(route: str, by: str, *acts: str, also: tuple[str, ...] = ()) -> Callable[[Make], Make]:
    """Enter a case: `by` whom it is done, and the acts that it enters in their name, in order."""

    def keep(make: Make) -> Make:
        CHANGES.append(Change(make.__name__, route, by, acts, also, make))
        return make

    return keep


WITHOUT_ENTRY = {
    "archive:guess": "nothing is guessed where no engine is installed; tests/desk/archive/test_guesses.py installs one",
    "archive:own-guess": "the same",
    "channels:start": "the first step makes nothing: it leads to the second",
    "people:account": "how one reads; no access changes",
}
"""What POST there does without an entry, and why."""

_numbers = iter(range(1000, 10_000))


def new(what: str) -> str:
    """A name that nothing bears yet."""
    return f"{what}-{next(_numbers)}"


# ── Searches ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@change("archive:save", "reviewer", "search.save")
def a_search_is_saved(house: House) -> Sent:
    return Sent({}, {"name": new("search"), "q": "term", "zone": "UTC"})


@change("archive:forget", "reviewer", "search.forget", also=("compliance", "records", "examiner", "reviewer-elsewhere"))
def a_saved_search_is_forgotten(house: House) -> Sent:
    saved = post(house.browser("reviewer"), "/search/save/", {"name": new("search"), "q": "term", "zone": "UTC"})
    return Sent({"search": number_in(saved)})


# ── Productions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def order(house: House, by: str = "compliance") -> int:
    """A production that waits for the worker."""
    return number_in(post(house.browser(by), "/productions/new/", ORDER))


@change("productions:new", "records", "production.ask")
def a_bundle_is_asked_for(house: House) -> Sent:
    return Sent({}, ORDER)


@change("productions:new", "examiner", "production.preview")
def a_bundle_is_previewed(house: House) -> Sent:
    return Sent({}, {**ORDER, "look": "yes"})


@change("productions:download", "compliance", "production.download", also=("examiner-elsewhere",))
def a_bundle_is_taken(house: House) -> Sent:
    return Sent()


@change("productions:remove", "compliance", "production.remove", also=("examiner-elsewhere",))
def a_bundle_is_removed(house: House) -> Sent:
    made = order(house)
    run(house)
    return Sent({"number": made})


@change("productions:take_back", "compliance", "production.end", also=("examiner-elsewhere",))
def a_bundle_is_taken_back(house: House) -> Sent:
    return Sent({"number": order(house)})


@change("api:order", "examiner", "production.ask")
def a_bundle_is_asked_for_by_a_program(house: House) -> Sent:
    return Sent({}, {"query": "term", "reason": "letter 8"}, as_json=True)


@change("api:download", "compliance", "production.download", also=("examiner-elsewhere",))
def a_bundle_is_taken_by_the_api(house: House) -> Sent:
    return Sent()


# ── Imports, accounts, handles, hand-ins ─────────────────────────────────────────────────────────────────────────────


def lines() -> bytes:
    """A file of one message that nobody has seen."""
    said = line(next(_numbers), "c-ho", "lee", "19T10:00:00", "another", recipients=["mrs-ho"])
    return json.dumps(said).encode() + b"\n"


@change("imports:new", "records", "import.upload")
def a_file_is_uploaded(house: House) -> Sent:
    return Sent({}, {"file": SimpleUploadedFile("chat.ndjson", lines())})


@change("imports:check", "compliance", "import.preview", "import.ask")
def a_file_is_brought_in(house: House) -> Sent:
    options = {"connector": "ndjson", "account": "lee-wecom", "timezone": "", "date_order": ""}
    return Sent({"upload": upload(house, "chat.ndjson", lines())}, options)


@change("imports:discard", "records", "import.discard")
def a_file_is_discarded(house: House) -> Sent:
    waits = upload(house, "chat.ndjson", lines())
    bring(house, waits)
    return Sent({"upload": waits})


@change("imports:add_account", "records", "account.add")
def an_account_is_added(house: House) -> Sent:
    return Sent({}, {"name": new("phone"), "connector": "whatsapp"})


def account(house: House) -> str:
    """An account that nobody holds."""
    from muniment.desk.imports.actions import add_account

    made = add_account(house.desk, new("phone"), "whatsapp")
    settle(house.desk)
    return made


@change("imports:hold", "it", "holding.begin")
def an_account_gets_a_holder(house: House) -> Sent:
    return Sent({"source": account(house)}, {"person": "1003", "since": "2026-11-02"})


def holding(house: House) -> tuple[str, int]:
    """An account, and its holder's row."""
    from muniment.desk.people.actions import begin_holding

    made = account(house)
    return made, begin_holding(house.desk, house.firm.okafor, made)


@change("imports:release", "records", "holding.end")
def an_account_loses_its_holder(house: House) -> Sent:
    source, row = holding(house)
    return Sent({"source": source, "holding": row}, {"until": "2026-11-09"})


@change("imports:assign", "compliance", "handle.read", "handle.begin")
def a_handle_gets_a_person(house: House) -> Sent:
    return Sent({}, {"person": "C1", "since": ""}, "channel=ndjson&native=amy")


@change("imports:disregard", "administrator", "handle.disregard")
def a_handle_is_nobodys(house: House) -> Sent:
    return Sent({}, {"channel": "whatsapp", "native": "Bob"})


@change("imports:hand-in", "adviser", "hand.in")
def a_message_is_handed_in(house: House) -> Sent:
    return Sent({}, {**HAND_IN, "token": f"{next(_numbers):032x}"})


# ── Connected accounts ───────────────────────────────────────────────────────────────────────────────────────────────


def connection(
    house: House, connector: str = "ndjson", settings: Mapping[str, str] | None = None, *, on: bool = False
) -> str:
    """An account that is connected."""
    from muniment.desk.channels import actions

    made = actions.connect(house.desk, new("source"), connector, settings or {})
    if on:
        actions.switch_on(house.desk, made)
    settle(house.desk)
    return made


META = {"app_secrets": "one", "access_token": "two"}


@change("channels:settings_of", "it", "account.add", "connection.add")
def an_account_is_connected(house: House) -> Sent:
    return Sent({}, PLATFORM, f"account={new('number')}")


@change("channels:make_secrets", "it", "connection.change")
def a_source_gets_new_secrets(house: House) -> Sent:
    return Sent({"source": connection(house)})


@change("channels:on", "administrator", "connection.on")
def a_source_is_switched_on(house: House) -> Sent:
    return Sent({"source": connection(house)})


@change("channels:off", "records", "connection.off")
def a_source_is_switched_off(house: House) -> Sent:
    return Sent({"source": connection(house, on=True)})


@change("channels:change", "it", "connection.change")
def a_source_gets_other_settings(house: House) -> Sent:
    return Sent({"source": connection(house, "whatsapp_cloud", META)}, {"set_phone_number_id": "7", "set_api": ""})


@change("channels:quiet", "it", "connection.change")
def a_source_may_be_silent_for_longer(house: House) -> Sent:
    return Sent({"source": connection(house)}, {"minutes": "40", "first": "8", "end": "20"})


@change("channels:owner", "it", "connection.owner")
def a_source_gets_an_owner(house: House) -> Sent:
    return Sent({"source": connection(house)}, {"owner": "1001"})


@change("channels:address", "it", "connection.hook")
def a_source_gets_another_address(house: House) -> Sent:
    return Sent({"source": connection(house)})


@change("channels:canary", "it", "connection.canary")
def a_source_is_sent_a_canary(house: House) -> Sent:
    return Sent({"source": connection(house)})


@change("channels:explain", "records", "gap.explain")
def a_gap_is_explained(house: House) -> Sent:
    from muniment.capture.feeds.gap import Gap, Reason
    from muniment.capture.feeds.ledger import Ledger

    Ledger(house.desk.archive).accept(connection(house), [], gaps=[("ndjson", Gap(reason=Reason.SEQUENCE, count=1))])
    settle(house.desk)
    (leaf,) = house.desk.catalog.execute("SELECT max(leaf) FROM gap").fetchone()
    return Sent({}, {"gap": str(leaf), "outcome": "nothing", "reason": "asked the platform"})


# ── The register ─────────────────────────────────────────────────────────────────────────────────────────────────────


def channel(house: House, *, approved: bool = False) -> int:
    """A channel of the register."""
    from muniment.desk.register import actions

    made = actions.add_channel(house.desk, new("channel"), [])
    if approved:
        actions.decide(house.desk, made, "approved", approval())
    return made


def approval() -> Any:
    """A written approval."""
    from datetime import date

    from muniment.desk.register.actions import Approval

    return Approval("Amy Wong", date(2026, 11, 2), "memo 17")


def device(house: House, *, held: bool = False) -> int:
    """A device of the register."""
    from muniment.desk.register import actions

    made = actions.add_device(house.desk, actions.About(new("P"), "phone"))
    if held:
        actions.issue(house.desk, made, person=house.firm.zhao)
    return made


def posture(house: House) -> int:
    """Something that must be so on a device."""
    from muniment.desk.register import actions

    return actions.ask_for(house.desk, "screen_lock", device=device(house))


@change("register:add_channel", "records", "channel.add")
def a_channel_is_entered(house: House) -> Sent:
    return Sent({}, {"name": new("channel"), "connectors": ["telegram"]})


@change("register:decide", "compliance", "channel.decide")
def a_channel_is_prohibited(house: House) -> Sent:
    return Sent({"number": channel(house)}, prefixed("standing", status="prohibited", **APPROVED))


@change("register:assess", "compliance", "channel.assess")
def a_channel_is_assessed(house: House) -> Sent:
    words = {"features": "text", "deletion": "two days", "encryption": "end to end", "outage": "telephone"}
    days = {"assessed_by": "Amy", "assessed_on": "2026-11-02", "review_by": "2027-11-02"}
    return Sent({"number": channel(house)}, prefixed("assessment", **words, **days))


@change("register:cover", "it", "channel.cover")
def a_channel_covers_a_connector(house: House) -> Sent:
    return Sent({"number": channel(house)}, prefixed("connectors", connectors=["slack"]))


@change("register:register", "records", "registration.begin")
def somebody_may_use_a_channel(house: House) -> Sent:
    return Sent({"number": channel(house, approved=True)}, prefixed("registration", person="1002", **APPROVED))


@change("register:end_registration", "records", "registration.end")
def somebody_may_use_a_channel_no_longer(house: House) -> Sent:
    from muniment.desk.register import actions

    number = channel(house, approved=True)
    row = actions.register_person(house.desk, number, house.firm.zhao, approval())
    return Sent({"number": number, "row": row}, {"until": ""})


@change("register:add_device", "it", "device.add")
def a_device_is_entered(house: House) -> Sent:
    return Sent({}, {"label": new("P"), "kind": "phone"})


@change("register:change_device", "it", "device.change")
def a_device_is_corrected(house: House) -> Sent:
    return Sent({"number": device(house)}, {"label": new("P"), "kind": "sim"})


@change("register:issue", "it", "device.issue")
def a_device_is_issued(house: House) -> Sent:
    return Sent({"number": device(house)}, prefixed("issue", person="1001", location="desk 4"))


@change("register:take_back", "records", "device.return")
def a_device_comes_back(house: House) -> Sent:
    return Sent({"number": device(house, held=True)}, {"until": ""})


@change("register:see", "it", "device.see")
def a_device_is_seen(house: House) -> Sent:
    return Sent({"number": device(house)}, {"on": ""})


@change("register:remove_device", "it", "device.remove")
def a_device_leaves(house: House) -> Sent:
    return Sent({"number": device(house, held=True)}, {"until": ""})


@change("register:add_posture", "it", "posture.ask")
def something_must_be_so(house: House) -> Sent:
    return Sent({}, {"thing": f"device:{device(house)}", "item": "screen_lock", "every": "90"})


@change("register:show", "compliance", "posture.show")
def it_is_shown_to_be_so(house: House) -> Sent:
    return Sent({"number": posture(house)}, {"met": "yes", "text": "locks after a minute"})


@change("register:drop", "compliance", "posture.drop")
def it_need_not_be_so_any_longer(house: House) -> Sent:
    return Sent({"number": posture(house)}, {"until": ""})


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def person(house: House) -> tuple[int, str]:
    """Somebody the firm knows: the number of the row, and the firm's id."""
    from muniment.desk.people.actions import add_person

    key = new("E")
    return add_person(house.desk, key, "New", "employee"), key


def group(house: House, kind: str = "") -> tuple[int, int, int]:
    """A group, somebody who is in it or above it, and the row that says so."""
    from muniment.desk.people import actions

    made, (who, _) = actions.add_group(house.desk, new("G"), "New", "group"), person(house)
    begin = {"member": actions.begin_membership, "above": actions.begin_supervision}.get(kind)
    return made, who, 0 if begin is None else begin(house.desk, made, who)


@change("people:add", "compliance", "person.add")
def somebody_is_added(house: House) -> Sent:
    return Sent({}, {"key": new("E"), "name": "New", "kind": "employee"})


@change("people:change", "administrator", "person.read", "person.change")
def somebody_is_named_otherwise(house: House) -> Sent:
    return Sent({"number": person(house)[0]}, {"name": "Other", "kind": "employee"})


@change("people:feed", "compliance", "people.feed")
def a_people_file_is_brought_in(house: House) -> Sent:
    key = new("F")
    table = f"key,name,kind\n{key},From a file,employee\n".encode()
    post(house.browser("compliance"), "/people/feed/", {"file": SimpleUploadedFile("people.csv", table)}, 200)
    return Sent({}, {"apply": hashlib.sha256(table).hexdigest()})


@change("people:add_group", "compliance", "group.add")
def a_group_is_added(house: House) -> Sent:
    return Sent({}, {"key": new("G"), "name": "New", "kind": "group"})


@change("people:add_member", "compliance", "member.begin")
def somebody_joins_a_group(house: House) -> Sent:
    return Sent({"number": group(house)[0], "what": "member"}, prefixed("member", person=person(house)[1]))


@change("people:add_member", "administrator", "supervisor.begin")
def somebody_supervises_a_group(house: House) -> Sent:
    return Sent({"number": group(house)[0], "what": "above"}, prefixed("above", person=person(house)[1]))


@change("people:end_member", "compliance", "member.end")
def somebody_leaves_a_group(house: House) -> Sent:
    made, _, row = group(house, "member")
    return Sent({"number": made, "what": "member", "row": row}, {"until": ""})


@change("people:end_member", "compliance", "supervisor.end")
def somebody_supervises_a_group_no_longer(house: House) -> Sent:
    made, _, row = group(house, "above")
    return Sent({"number": made, "what": "above", "row": row}, {"until": ""})


@change("people:add_handle", "compliance", "handle.begin")
def somebody_gets_a_handle(house: House) -> Sent:
    return Sent({"number": person(house)[0]}, {"channel": "whatsapp", "native": new("+852")})


@change("people:end", "compliance", "handle.end")
def somebody_loses_a_handle(house: House) -> Sent:
    from muniment.desk.people.actions import begin_handle

    who, key = person(house)
    return Sent({"number": who, "what": "handle", "row": begin_handle(house.desk, who, "whatsapp", key)}, {"until": ""})


@change("people:end", "compliance", "member.end")
def somebody_is_in_no_group(house: House) -> Sent:
    _, who, row = group(house, "member")
    return Sent({"number": who, "what": "membership", "row": row}, {"until": ""})


@change("people:end", "administrator", "supervisor.end")
def somebody_is_above_no_group(house: House) -> Sent:
    _, who, row = group(house, "above")
    return Sent({"number": who, "what": "supervision", "row": row}, {"until": ""})


@change("people:end", "compliance", "holding.end")
def somebody_has_no_account(house: House) -> Sent:
    return Sent({"number": house.firm.okafor, "what": "account", "row": holding(house)[1]}, {"until": ""})


@change("people:end", "compliance", "person.end")
def somebody_left(house: House) -> Sent:
    return Sent({"number": person(house)[0], "what": "person", "row": 0}, {"until": ""})


# ── Access ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def user(house: House, role: str = "") -> tuple[int, int]:
    """Somebody who can sign in, and the row of their role."""
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number

    name = new("user")
    actions.add_user(house.desk, name)
    made = user_number(name)
    return made, actions.grant(house.desk, made, role) if role else 0


def sign_in(house: House, whose: int) -> int:
    """A sign-in of a user's; the number of its row."""
    from allauth.usersessions.models import UserSession

    from muniment.desk.people.models import User

    session = browser_of(User.objects.get(pk=whose)).session.session_key or ""
    return int(UserSession.objects.create(user_id=whose, ip="127.0.0.1", user_agent="tests", session_key=session).pk)


def token(house: House, whose: int) -> int:
    """An access token of a user's; the number of its row."""
    from dataclasses import replace
    from datetime import date

    from muniment.desk.people.actions import make_token
    from muniment.desk.people.models import Token

    make_token(replace(house.desk, user=whose), new("program"), date.fromisoformat(UNTIL))
    return int(Token.objects.filter(user=whose).latest("id").pk)


@change("people:add_user", "administrator", "user.add")
def a_user_is_added(house: House) -> Sent:
    return Sent({}, {"name": new("user"), "display": "New"})


@change("people:new_code", "administrator", "user.code")
def a_user_gets_a_new_code(house: House) -> Sent:
    return Sent({"number": user(house)[0]})


@change("people:tie", "administrator", "user.tie")
def somebody_stands_behind_a_user(house: House) -> Sent:
    return Sent({"number": user(house)[0]}, {"person": person(house)[1]})


@change("people:end_user", "administrator", "user.end")
def a_user_is_ended(house: House) -> Sent:
    return Sent({"number": user(house, "reviewer")[0]})


@change("people:give", "administrator", "grant.give")
def a_role_is_given(house: House) -> Sent:
    return Sent({"number": user(house)[0]}, {"role": "adviser"})


@change("people:end_grant", "administrator", "grant.end")
def a_role_is_ended(house: House) -> Sent:
    made, row = user(house, "reviewer")
    return Sent({"number": made, "row": row}, {"until": ""})


@change("people:end_sign_in", "administrator", "signin.end")
def a_sign_in_is_ended(house: House) -> Sent:
    made = user(house)[0]
    return Sent({"number": made, "row": sign_in(house, made)})


@change("people:end_own_sign_in", "adviser", "signin.end", also=("compliance", "it", "examiner-elsewhere"))
def ones_own_sign_in_is_ended(house: House) -> Sent:
    return Sent({"row": sign_in(house, house.users["adviser"])})


@change("people:new_token", "compliance", "token.make")
def a_token_is_made(house: House) -> Sent:
    return Sent({}, {"name": new("program"), "until": UNTIL})


@change("people:revoke_token", "administrator", "token.revoke")
def a_token_is_revoked(house: House) -> Sent:
    made = user(house)[0]
    return Sent({"number": made, "row": token(house, made)})


@change("people:revoke_own_token", "adviser", "token.revoke", also=("compliance", "it", "examiner-elsewhere"))
def ones_own_token_is_revoked(house: House) -> Sent:
    return Sent({"row": token(house, house.users["adviser"])})


# ── The archive ──────────────────────────────────────────────────────────────────────────────────────────────────────


PHRASE = {"passphrase": "a long passphrase", "again": "a long passphrase"}


@change("dashboard:check", "it", "verify.ask")
def a_check_is_asked_for(house: House) -> Sent:
    run(house)
    return Sent()


@change("dashboard:seal", "administrator", "seal.ask")
def a_seal_is_asked_for(house: House) -> Sent:
    run(house)
    return Sent()


@change("dashboard:download_keys", "it", "keys.download", also=("compliance",))
def the_keys_are_taken_out(house: House) -> Sent:
    return Sent({}, PHRASE)


@change("dashboard:prove_keys", "administrator", "keys.prove", also=("compliance",))
def the_keys_are_shown_to_open(house: House) -> Sent:
    copy = post(house.browser("it"), "/system/keys/download/", PHRASE, 200).content
    return Sent({}, {"file": SimpleUploadedFile("keys", copy), "secret": PHRASE["passphrase"]})


@change("dashboard:firm", "administrator", "firm.set")
def the_firm_is_named(house: House) -> Sent:
    return Sent({}, {"name": new("Harbour Crest"), "zone": "Asia/Hong_Kong"})


@change("dashboard:finish", "administrator", "setup.finish")
def the_set_up_is_finished(house: House) -> Sent:
    """Of an archive that is not ready, whose keys were shown to open."""
    from muniment.desk.people.models import Firm

    proof = the_keys_are_shown_to_open(house).data
    post(house.browser("it"), "/system/keys/prove/", proof)
    Firm.objects.update(ready_at=None)
    return Sent()


# ── What no page does ────────────────────────────────────────────────────────────────────────────────────────────────

BY_THE_WORKER = {
    "import": "records",
    "produce": "compliance",
    "verify": "it",
    "seal.give": "it",
}
"""Acts of jobs, in the name of who asked: the furnished house holds one of each."""

APART = {
    "archive.backup": "tests/cli/test_backup.py",
    "archive.create": "tests/desk/audit/test_log.py",
    "archive.restore": "tests/cli/test_backup.py",
    "attachment.guess": "tests/desk/archive/test_guesses.py",
    "catalog.rebuild": "tests/catalog/test_rebuild.py",
    "dispose.approve": "tests/desk/test_disposal.py",
    "events.read": "tests/desk/test_access.py",
    "factor.add": "tests/desk/people/test_sign_in.py",
    "factor.remove": "tests/desk/people/test_sign_in.py",
    "factor.reset": "tests/desk/people/test_sign_in.py",
    "password.change": "tests/desk/people/test_sign_in.py",
    "setup.begin": "tests/desk/dashboard/test_setup.py",
    "signin": "tests/desk/people/test_sign_in.py",
    "signin.again": "tests/desk/people/test_again.py",
    "signin.fail": "tests/desk/people/test_sign_in.py",
    "signin.lock": "tests/desk/people/test_throttle.py",
    "signout": "tests/desk/people/test_sign_in.py",
    "token.refuse": "tests/desk/people/test_tokens.py",
    "user.welcome": "tests/desk/people/test_sign_in.py",
}
"""Acts that no page of somebody who signed in enters: of commands, and of the way in. Each with the file whose tests look for it."""


def number_in(answer: Any) -> int:
    """The number in the address to which a form leads."""
    return int(re.findall(r"\d+", answer["Location"])[-1])
