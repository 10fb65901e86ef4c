"""What somebody sees is what a plain reading of people, handles, accounts, groups and roles says, whichever way they look.

The reading below shares no code with the product: it goes through every message and every line of the organisation.
"""

import json
import os
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zipfile import ZipFile

import django
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.capture.connector import ImportOptions
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger
from muniment.desk.archive import access, actions
from muniment.desk.archive.access import tally
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk, open_desk
from muniment.desk.productions.actions import produce
from muniment.desk.schema import make_desk, use
from muniment.record.clock import from_rfc3339
from muniment.record.errors import NotFound
from tests.archives import Place
from tests.firms import HALF, home_of, let_go, write_lines
from tests.media.files import silent_amr

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()

from muniment.desk.archive.access import readings, saved  # noqa: E402

HK = timezone(timedelta(hours=8))
HANDLES = ("h0", "h1", "h2", "h3", "h4")
WRITERS = ("Wendy", "Walter")
READERS = ("compliance", "reviewer", "examiner", "records")
FIRST = date(2026, 11, 10)
WORDS = ("alpha", "beta", "保本")


@dataclass(frozen=True)
class Fact:
    """One message, as whoever wrote the test's files knows it. `mark` stands in its text alone."""

    mark: str
    account: str
    channel: str
    conversation: str
    sender: str
    recipients: tuple[str, ...]
    at: datetime
    word: str
    kind: str = "message"
    edits: str = ""

    @property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """What is attached to it: to every fifth message a text that bears its mark, to every tenth a voice as well."""
        number = int(self.mark[4:-1])
        if self.channel != "ndjson" or number % 5:
            return ()
        text = ("note.txt", f"in the file of {self.mark}".encode())
        return (text,) if number % 10 else (text, ("voice.amr", silent_amr(7)))


def facts() -> Iterator[Fact]:
    """Messages over nine days, many of them at the edges of a day in Hong Kong."""
    for number in range(45):
        day = datetime(2026, 11, 10, tzinfo=HK) + timedelta(days=number % 9)
        at = day + (timedelta(0), timedelta(hours=12), timedelta(hours=23, minutes=59, seconds=59))[number % 3]
        recipients = tuple({HANDLES[(number + step) % 5] for step in range(1, 1 + number % 3)})
        edited = f"m{number - 9}" if number % 7 == 6 and number > 9 else ""
        account = ("a-east", "a-west")[number // 3 % 2]
        yield Fact(
            f"mark{number}x", account, "ndjson", f"c{number % 4}", HANDLES[number % 5], tuple(sorted(recipients)), at,
            WORDS[number % 3], "edit" if edited else "message", edited,
        )  # fmt: skip


def chat() -> Iterator[Fact]:
    """A chat that a phone exported: who received what is not said."""
    for number in range(8):
        at = datetime(2026, 11, 11 + number, 0, 0, tzinfo=HK)
        yield Fact(f"chat{number}x", "a-phone", "whatsapp", "Walter", WRITERS[number % 2], (), at, WORDS[number % 3])


FACTS = (*facts(), *chat())
GAPS = {
    "a-east": Gap(
        reason=Reason.SILENCE,
        since=from_rfc3339("2026-11-11T00:00:00.000000Z"),
        until=from_rfc3339("2026-11-12T00:00:00.000000Z"),
    ),
    "a-west": Gap(
        reason=Reason.LAG,
        since=from_rfc3339("2026-11-15T00:00:00.000000Z"),
        until=from_rfc3339("2026-11-16T00:00:00.000000Z"),
    ),
    "a-phone": Gap(reason=Reason.REFUSED, count=3),
}
"""What each account is known to have missed; the last one at any time."""


@dataclass(frozen=True)
class Dated:
    """Something of a person's, from a day to a day (offsets from the first; None is open)."""

    person: int
    what: str
    since: int | None
    until: int | None


@dataclass(frozen=True)
class Given:
    """A role: on whose messages, and whether it has ended."""

    role: str
    scope: str
    ended: bool


@dataclass(frozen=True)
class Firm:
    """A small organisation of three people; `members` are in the one group, until a day long gone, or still."""

    handles: tuple[Dated, ...]
    holdings: tuple[Dated, ...]
    members: tuple[Dated, ...]
    grants: tuple[Given, ...]
    oneself: int


def _dated(what: st.SearchStrategy[str]) -> st.SearchStrategy[Dated]:
    day = st.one_of(st.none(), st.integers(0, 9))
    return st.builds(Dated, st.integers(0, 2), what, day, day)


FIRMS = st.builds(
    Firm,
    st.lists(_dated(st.sampled_from([*(f"ndjson {h}" for h in HANDLES), *(f"whatsapp {w}" for w in (*WRITERS, "h1"))])), max_size=5).map(tuple),
    st.lists(_dated(st.sampled_from(["a-east", "a-west", "a-phone"])), max_size=2).map(tuple),
    st.lists(_dated(st.sampled_from(["still", "gone"])), max_size=3).map(tuple),
    st.lists(st.builds(Given, st.sampled_from([*READERS, "adviser"]), st.sampled_from(["all", "p0", "p1", "p2", "group"]), st.booleans()), min_size=1, max_size=3).map(tuple),
    st.integers(0, 2),
)  # fmt: skip


# ── The plain reading ────────────────────────────────────────────────────────────────────────────────────────────────


def within(dated: Dated, at: datetime) -> bool:
    """Whether something was so at a moment: from its first day on, and before its last."""
    day = at.astimezone(HK).date()
    begun = dated.since is None or day >= FIRST + timedelta(days=dated.since)
    return begun and (dated.until is None or day < FIRST + timedelta(days=dated.until))


def is_of(fact: Fact, person: int, firm: Firm) -> bool:
    """Whether a message is a person's: by account, or by a handle that wrote or received it."""
    for holding in firm.holdings:
        if holding.person == person and holding.what == fact.account and within(holding, fact.at):
            return True
    for handle in firm.handles:
        channel, native = handle.what.split(" ")
        if (
            handle.person == person
            and channel == fact.channel
            and native in (fact.sender, *fact.recipients)
            and within(handle, fact.at)
        ):
            return True
    return False


def may_see(fact: Fact, firm: Firm) -> bool:
    """Whether any role that has not ended opens it."""
    for given_ in firm.grants:
        if given_.ended or given_.role not in READERS:
            continue
        if given_.scope == "all":
            return True
        people = (
            [int(given_.scope[1])]
            if given_.scope != "group"
            else [each.person for each in firm.members if each.what == "still"]
        )
        if any(is_of(fact, person, firm) for person in people):
            return True
    return False


def may_read(firm: Firm) -> bool:
    """Whether any role lets them read at all."""
    return any(not each.ended and each.role in READERS for each in firm.grants)


# ── The product, on an archive of these messages ─────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def place(fast_folders: Callable[[], Path]) -> Iterator[Place]:
    """The archive of these messages, with a desk that has no people yet."""
    folder = fast_folders()
    made = Place(folder / "home", folder / "keys")
    actions.create(made.home, made.keys, "example.com/scope", "system:test")
    with open_desk(made.home, made.keys, "system:test") as desk:
        for account in ("a-east", "a-west"):
            lines = [
                {
                    "id": fact.mark.replace("mark", "m").removesuffix("x"),
                    "conversation": fact.conversation,
                    "sender": fact.sender,
                    "recipients": list(fact.recipients),
                    "sent_at": fact.at.isoformat(),
                    "text": f"{fact.word} {fact.mark}",
                    **({"edits": fact.edits} if fact.edits else {}),
                    "attachments": [{"name": name, "base64": b64encode(raw).decode()} for name, raw in fact.files],
                }
                for fact in FACTS
                if fact.account == account
            ]
            actions.bring_in(desk, write_lines(folder / f"{account}.ndjson", lines), "ndjson", account, ImportOptions())
        export = folder / "WhatsApp Chat with Walter.txt"
        rows = [
            f"{fact.at:%d/%m/%Y, %H:%M} - {fact.sender}: {fact.word} {fact.mark}\n"
            for fact in FACTS
            if fact.channel == "whatsapp"
        ]
        export.write_text("".join(rows), "utf-8")
        actions.bring_in(desk, export, "whatsapp", "a-phone", HALF)
        for source, connector, name in desk.catalog.execute("SELECT source, connector, name FROM account").fetchall():
            Ledger(desk.archive).gap_once(source, connector, "a test", GAPS[name])
        actions.settle(desk)
        make_desk(desk.archive.home)
    let_go()
    use(home_of(made))
    yield made
    let_go()


@pytest.fixture(scope="module")
def desk(place: Place) -> Iterator[Desk]:
    with open_desk(place.home, place.keys, "system:test") as opened:
        yield opened


def seat(desk: Desk, firm: Firm) -> Desk:
    """Put the organisation into the desk's tables in place of the last one, and sit down as its user."""
    from django.db import transaction

    from muniment.desk.people import models as m
    from muniment.desk.people.access import authority_of

    def days(dated: Dated) -> dict[str, date | None]:
        return {
            name: None if offset is None else FIRST + timedelta(days=offset)
            for name, offset in (("since", dated.since), ("until", dated.until))
        }

    accounts = dict(desk.catalog.execute("SELECT source, name FROM account"))
    sources = {name: source for source, name in accounts.items()}
    with transaction.atomic():
        for model in (m.Grant, m.User, m.Membership, m.Group, m.Handle, m.Holding, m.Person, m.Firm):
            model.objects.all().delete()
        m.Firm.objects.create(name="Scope", zone="Asia/Hong_Kong")
        people = [m.Person.objects.create(key=f"p{n}", name=f"Person {n}", kind="employee") for n in range(3)]
        for handle in firm.handles:
            channel, native = handle.what.split(" ")
            m.Handle.objects.create(
                person=people[handle.person], channel=channel, native=native, origin="hand", **days(handle)
            )
        for holding in firm.holdings:
            m.Holding.objects.create(person=people[holding.person], source=sources[holding.what], **days(holding))
        group = m.Group.objects.create(key="g", name="Group", kind="group")
        for member in firm.members:
            until = date(2020, 1, 1) if member.what == "gone" else None
            m.Membership.objects.create(group=group, person=people[member.person], until=until)
        user = m.User.objects.create(name="reader", person=people[firm.oneself])
        for each in firm.grants:
            m.Grant.objects.create(
                user=user,
                role=each.role,
                person=people[int(each.scope[1])] if each.scope.startswith("p") else None,
                group=group if each.scope == "group" else None,
                until=date(2020, 1, 1) if each.ended else None,
            )
    return replace(
        desk, actor="user:reader", authority=authority_of(user, accounts), user=user.pk, person=people[firm.oneself].pk
    )


def mark(text: str) -> str:
    """The mark of a message, out of its text."""
    return text.rpartition(" ")[2]


relaxed = settings(deadline=None, suppress_health_check=[*HealthCheck], max_examples=min(25, settings().max_examples))


@given(firm=FIRMS)
@relaxed
def test_every_way_of_looking_shows_what_a_plain_reading_says(desk: Desk, firm: Firm) -> None:
    reader = seat(desk, firm)
    seen = [fact for fact in FACTS if may_see(fact, firm)]
    if not may_read(firm):
        for look in (access.search, access.count, access.narrowing, access.events, access.workspace):
            with pytest.raises(NotFound):
                look(reader, "")
        return

    for query, wanted in (
        ("", seen),
        ("alpha", [fact for fact in seen if fact.word == "alpha"]),
        ("NOT alpha", [fact for fact in seen if fact.word != "alpha"]),
        ("account:A-WEST", [fact for fact in seen if fact.account == "a-west"]),
        ("NOT account:a-west beta", [fact for fact in seen if fact.account != "a-west" and fact.word == "beta"]),
        ("account:nowhere", []),
        ("from:h1 OR 保本", [fact for fact in seen if fact.sender == "h1" or fact.word == "保本"]),
        ("after:2026-11-14", [fact for fact in seen if fact.at.astimezone(UTC) >= datetime(2026, 11, 14, tzinfo=UTC)]),
    ):
        marks = {fact.mark for fact in wanted}
        assert {mark(event.event.text) for event in access.search(reader, query, limit=999).events} == marks
        assert {mark(event.event.text) for event in access.events(reader, query)} == marks
        assert access.count(reader, query) == len(marks)

    shown = access.workspace(reader, "", limit=999)
    assert {mark(each.decoded.event.text) for each in shown.before.values()} <= {fact.mark for fact in seen}

    found = access.narrowing(reader, "", zone="Asia/Hong_Kong")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "FEW", 3)  # as if they were too many to be gone through one by one
        patch.setattr(tally, "FEW_OF_ALL", 3)
        assert access.narrowing(reader, "", zone="Asia/Hong_Kong") == found
    filed = sum(bool(fact.files) for fact in seen)
    counted = {
        group.field: {value.term.split(":", 1)[1]: value.count for value in group.values} for group in found.groups
    }
    assert found.found == len(seen)
    assert counted.get("from", {}) == Counter(fact.sender for fact in seen)
    assert counted.get("in", {}) == Counter(fact.conversation for fact in seen)
    assert counted.get("channel", {}) == Counter(fact.channel for fact in seen)
    assert counted.get("has", {}).get("attachment", 0) == found.blind.attachments == filed
    assert counted.get("type", {}) == Counter(fact.kind for fact in seen)
    assert counted.get("month", {}) == Counter(f"{fact.at:%Y-%m}" for fact in seen)
    named = {name for fact in seen for name in (fact.sender, *fact.recipients) if name.startswith("h")}
    assert set(access.suggest(reader, "from", "h")) == named
    assert set(access.suggest(reader, "in", "c")) == {
        fact.conversation for fact in seen if fact.conversation != "Walter"
    }


@given(firm=FIRMS)
@relaxed
def test_a_conversation_holds_what_a_plain_reading_says(desk: Desk, firm: Firm) -> None:
    reader = seat(desk, firm)
    whole: dict[int, list[Fact]] = {}
    by_mark = {fact.mark: fact for fact in FACTS}
    for hit in access.workspace(desk, "", limit=999).hits:
        whole.setdefault(hit.conversation, []).append(by_mark[mark(hit.decoded.event.text)])
    for number, everything in whole.items():
        wanted = {fact.mark for fact in everything if may_see(fact, firm)}
        if not wanted:
            for look in (access.conversation, access.members):
                with pytest.raises(NotFound):
                    look(reader, number)
            continue
        page = access.conversation(reader, number, limit=3, others_too=True)
        shown = list(page.events)
        while page.older:
            page = access.conversation(reader, number, limit=3, before=shown[0].id)
            shown = [*page.events, *shown]
        assert [mark(each.decoded.event.text) for each in shown] == [
            mark(each.decoded.event.text) for each in sorted(shown, key=lambda each: each.id)
        ]
        assert {mark(each.decoded.event.text) for each in shown} == wanted and len(shown) == len(wanted)
        again = access.conversation(reader, number, at=shown[0].decoded.id, limit=4)
        seen = list(again.events)
        while again.newer:
            again = access.conversation(reader, number, limit=4, after=seen[-1].id)
            seen += again.events
        assert [each.id for each in seen] == [each.id for each in shown]
        audience = access.then(reader, number, shown[0].decoded.id).audience
        wrote = {by_mark[each].sender for each in wanted if by_mark[each].kind == "message"}
        assert {each.native for each in audience.wrote} <= wrote, "who wrote, of what they may see"
        full = access.conversation(reader, number, limit=99, others_too=True)
        linked = [*full.targets.values(), *(each for some in full.later.values() for each in some), *full.elsewhere]
        assert all(may_see(by_mark[mark(each.decoded.event.text)], firm) for each in linked)


@given(firm=FIRMS)
@relaxed
def test_a_message_its_record_and_its_bytes_open_to_whom_a_plain_reading_says(desk: Desk, firm: Firm) -> None:
    reader = seat(desk, firm)
    by_mark = {fact.mark: fact for fact in FACTS}
    for hit in access.workspace(desk, "", limit=999).hits[::5]:
        fact, leaf = by_mark[mark(hit.decoded.event.text)], hit.decoded.record
        for look in (
            lambda leaf=leaf: access.message(reader, leaf, 0),
            lambda leaf=leaf: access.record(reader, leaf),
            lambda leaf=leaf: access.record(reader, leaf, act="proof.download").proof.file,
            lambda leaf=leaf: access.raw(reader, leaf),
        ):
            if may_see(fact, firm):
                assert look() is not None
            else:
                with pytest.raises(NotFound):
                    look()


@given(firm=FIRMS)
@relaxed
def test_a_file_opens_to_whom_a_plain_reading_says(desk: Desk, firm: Firm) -> None:
    reader = seat(desk, firm)
    for leaf, fact in with_files(desk):
        for capability, seen in capabilities(fact, firm):
            for place, (name, raw) in enumerate(fact.files):
                if seen:
                    found = access.file(reader, leaf, 0, place, capability=capability)
                    assert (found.name, found.content) == (name, raw)
                    continue
                for look in (access.file, readings.document, readings.sound):
                    with pytest.raises(NotFound):
                        look(reader, leaf, 0, place, capability=capability)
            with pytest.raises(NotFound):
                access.file(reader, leaf, 0, len(fact.files), capability=capability)


@given(firm=FIRMS)
@settings(relaxed, max_examples=6)
def test_what_is_read_in_a_file_opens_to_whom_a_plain_reading_says(desk: Desk, firm: Firm) -> None:
    reader = seat(desk, firm)
    seen = [(leaf, fact) for leaf, fact in with_files(desk) if len(fact.files) > 1 and may_see(fact, firm)]
    for leaf, fact in seen[:1]:  # each look starts a process
        document = readings.document(reader, leaf, 0, 0)
        assert [part.text for part in document.parts] == [fact.files[0][1].decode()]
        sound, _ = readings.sound(reader, leaf, 0, 1)
        assert sound is not None and sound.content_type == "audio/wav"


def with_files(desk: Desk) -> list[tuple[int, Fact]]:
    """The messages with files, each with the leaf of its record."""
    by_mark = {fact.mark: fact for fact in FACTS}
    every = [(each.record, by_mark[mark(each.event.text)]) for each in access.events(desk, "")]
    return [(leaf, fact) for leaf, fact in every if fact.files]


def capabilities(fact: Fact, firm: Firm) -> Iterator[tuple[Capability, bool]]:
    """By which one may look at a message, and whether it is there: as a reader, and as one's own."""
    yield Capability.READ, may_see(fact, firm)
    held = any(not each.ended and each.role != "examiner" for each in firm.grants)
    yield Capability.OWN, held and is_of(fact, firm.oneself, firm)


@given(firm=FIRMS)
@relaxed
def test_a_saved_search_finds_what_a_plain_reading_says(desk: Desk, firm: Firm) -> None:
    from muniment.desk.archive import keep
    from muniment.desk.archive.models import SavedSearch

    reader = seat(desk, firm)
    if not may_read(firm):
        for look in (
            lambda: keep.save_search(reader, "mine", "alpha", "UTC"),
            lambda: saved.run_again(reader, 1),
            lambda: saved.count_again(reader, 1),
        ):
            with pytest.raises(NotFound):
                look()
        return
    number = keep.save_search(reader, "mine", "NOT alpha", "UTC")
    leaves = {mark(each.event.text): each.record for each in access.events(desk, "")}
    for position in (max(leaves.values()) + 1, sorted(leaves.values())[len(leaves) // 2]):
        SavedSearch.objects.filter(pk=number).update(position=position)
        wanted = {fact.mark for fact in FACTS if may_see(fact, firm) and fact.word != "alpha"}
        then = {each for each in wanted if leaves[each] < position}
        _, shown = saved.run_again(reader, number, limit=999)
        assert {mark(hit.decoded.event.text) for hit in shown.hits} == then
        assert {mark(each.decoded.event.text) for each in shown.before.values()} <= {
            fact.mark for fact in FACTS if may_see(fact, firm)
        }
        assert saved.count_again(reader, number) == (len(then), len(wanted) - len(then))
    for other in (replace(reader, user=reader.user + 1 if reader.user else None), replace(reader, user=None)):
        with pytest.raises(NotFound):
            saved.run_again(other, number)


@given(firm=FIRMS)
@relaxed
def test_what_was_missed_is_of_accounts_that_a_plain_reading_finds(desk: Desk, firm: Firm) -> None:
    reader = seat(desk, firm)
    if not may_read(firm):
        return
    scope = reader.authority.require(Capability.READ)
    for query, times, conversation in (
        ("", ("a-east", "a-west", "a-phone"), ""),
        ("nobody-ever-wrote-this", ("a-east", "a-west", "a-phone"), ""),
        ("in:c1", ("a-east", "a-west", "a-phone"), "c1"),
        ("after:2026-11-14", ("a-west", "a-phone"), ""),
        ("before:2026-11-14", ("a-east", "a-phone"), ""),
    ):
        touched = {fact.account for fact in FACTS if may_see(fact, firm) and conversation in ("", fact.conversation)}
        found = access.missed(reader, access.parse_query(reader, query, "UTC"), scope)
        assert [(each.account, each.gap.reason) for each in found] == [
            (name, GAPS[name].reason) for name in by_leaf(desk) if name in times and name in touched
        ]


def by_leaf(desk: Desk) -> list[str]:
    """The accounts, in the order in which their gaps were sealed."""
    rows = desk.catalog.execute(
        "SELECT account.name FROM gap JOIN account ON account.source = gap.source ORDER BY gap.leaf"
    )
    return [str(name) for (name,) in rows]


@given(firm=FIRMS)
@relaxed
def test_ones_own_records_are_what_a_plain_reading_says(desk: Desk, firm: Firm) -> None:
    reader = seat(desk, firm)
    held = any(not each.ended and each.role != "examiner" for each in firm.grants)
    if not held:
        with pytest.raises(NotFound):
            access.search(reader, "", capability=Capability.OWN)
        return
    wanted = {fact.mark for fact in FACTS if is_of(fact, firm.oneself, firm)}
    found = access.search(reader, "", limit=999, capability=Capability.OWN).events
    assert {mark(event.event.text) for event in found} == wanted


@given(firm=FIRMS)
@settings(relaxed, max_examples=6)
def test_a_bundle_holds_what_a_plain_reading_says(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory, firm: Firm
) -> None:
    reader = seat(desk, firm)
    out = Path(tmp_path_factory.mktemp("bundle")) / "bundle.zip"
    if not any(not each.ended and each.role in ("compliance", "examiner", "records") for each in firm.grants):
        with pytest.raises(NotFound):
            produce(reader, "", out, "a test")
        return
    kept = replace(firm, grants=tuple(each for each in firm.grants if each.role != "reviewer"))
    produce(reader, "", out, "a test")
    with ZipFile(out) as bundle:
        lines = [json.loads(line) for line in bundle.read("events.jsonl").splitlines()]
        gaps = {gap["source"] for gap in json.loads(bundle.read("gaps.json"))}
    assert gaps == {fact.account for fact in FACTS if may_see(fact, kept)}
    assert {mark(line["text"]) for line in lines} == {fact.mark for fact in FACTS if may_see(fact, kept)}
