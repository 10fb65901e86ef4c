"""What home says of live capture: a feed that stops is red within half an hour and its owner is named; consent; heartbeats."""

import html
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from muniment.capture.archive import open_archive
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger
from muniment.desk import seat
from muniment.desk.archive.access import withdrawn
from muniment.desk.archive.actions import settle
from muniment.desk.archive.keeper import Keeper
from muniment.desk.authority import Capability
from muniment.desk.channels import access, actions, watch
from muniment.desk.channels.condition import MINUTE
from muniment.desk.desk import Desk
from muniment.record.clock import SECOND, now
from muniment.record.record import Assurance, split_payload
from tests.archives import Place
from tests.desk.channels.pushing import line, push
from tests.firms import ClientAs, Firm, let_go

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`clock(minutes)`: for whoever opens a page, so much time has passed."""

    def go(minutes: int) -> None:
        monkeypatch.setattr(
            seat,
            "open_archive",
            lambda home, keys: open_archive(home, keys, clock=lambda: now() + minutes * MINUTE),
        )
        seat.leave()

    yield go
    let_go()


@pytest.fixture
def officer(client_as: ClientAs, firm: Firm) -> "Client":
    return client_as("compliance")


def lines(browser: "Client", path: str = "/attention/") -> list[str]:
    """The red lines."""
    said = html.unescape(browser.get(path).content.decode())
    return [part.split("</div>")[0] for part in said.split('<div class="need bad">')[1:]]


def test_a_feed_that_stops_is_red_on_home_within_half_an_hour_and_its_owner_is_named(
    officer: "Client", browser: "Client", desk: Desk, source: str, key: str, firm: Firm, clock: Any
) -> None:
    actions.change(desk, source, {}, quiet=actions.Quiet(30, 0, 0, weekdays=False))
    actions.give_owner(desk, source, firm.okafor)
    push(browser, line(1), key)
    settle(desk)
    assert lines(officer) == []

    clock(29)
    assert lines(officer) == []
    clock(30)
    (said,) = [each for each in lines(officer, "/") if "Nothing comes from" in each]
    assert "our own system" in said
    assert "Owner: M. Okafor." in said
    assert f'href="/capture/{source}/"' in said
    assert "silent" in officer.get("/capture/").content.decode()


def test_the_same_is_said_where_nothing_seals_any_more(officer: "Client", desk: Desk, source: str, clock: Any) -> None:
    """The worker is dead, and no record ever came: the page works it out from what is known, and nothing has to run for it."""
    actions.change(desk, source, {}, quiet=actions.Quiet(30, 0, 0, weekdays=False))
    clock(31)

    assert any("Nothing comes from" in each for each in lines(officer))


def test_nine_faults_are_seven_lines_and_two_more_each_with_since_owner_and_act(
    officer: "Client", desk: Desk, source: str, firm: Firm, client_as: ClientAs, clock: Any
) -> None:
    """Loss first: a silent account, a gap, entries nobody seals; then what is missing against it; then what is to be done."""
    from allauth.mfa.models import Authenticator

    from muniment.desk.people.models import Handle, Holding, Person, User

    for role in ("records", "administrator", "it"):
        client_as(role)
    for user in User.objects.all():
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    for (native,) in desk.catalog.execute("SELECT DISTINCT native FROM search_name WHERE role = 'person'").fetchall():
        for channel in ("ndjson", "whatsapp"):
            Handle.objects.get_or_create(
                person=Person.objects.get(pk=firm.ho), channel=channel, native=native, origin="hand"
            )
    for (each,) in desk.catalog.execute("SELECT source FROM account").fetchall():
        Holding.objects.get_or_create(source=each, person=Person.objects.get(pk=firm.lee))
    actions.change(desk, source, {}, quiet=actions.Quiet(30, 0, 0, weekdays=False))
    actions.give_owner(desk, source, firm.okafor)
    Ledger(desk.archive).accept(source, [], gaps=[("ndjson", Gap(reason=Reason.SEQUENCE, count=3))])
    settle(desk)
    assert officer.get("/search/?q=good").status_code == 200  # an entry that nobody seals from now on
    clock(40 * 24 * 60)

    home, whole = (html.unescape(officer.get(path).content.decode()) for path in ("/", "/attention/"))
    said = [part.split("</div>")[0] for part in home.split('<div class="need ')[1:]]
    assert [len(said), "and 2 more" in home] == [7, True]
    every = [part.split("</div>")[0] for part in whole.split('<div class="need ')[1:]]
    assert len(every) == 9
    assert [re.findall(r"<b>(.*?)</b>", each)[0] for each in every[:7]] == [
        re.findall(r"<b>(.*?)</b>", each)[0] for each in said
    ]
    for words, each in zip(
        (
            "Nothing comes from",
            "1 entry waits to be sealed",
            "1 gap that nobody has explained",
            "The backup of the keys is not proven",
            "No backup is on record",
            "Nobody outside holds a seal",
            "The archive was never checked",
            "1 record cannot be read",
            "was never proven by a test message",
        ),
        every,
        strict=True,
    ):
        assert words in each
        assert "Owner: " in each
        assert re.search(r'<a href="/[^"]+" data-item>[^<]+</a>', each), each
    assert all("Since " in each for each in said)
    assert all("Since " in each or "It is not known since when" in each for each in every)


def test_the_row_of_a_connected_account_says_how_it_is_heard_and_each_number_is_a_door(
    officer: "Client", browser: "Client", desk: Desk, source: str, key: str, firm: Firm
) -> None:
    wecom = actions.connect(desk, "the corporation", "whatsapp_cloud", {"app_secrets": "a", "access_token": "b"})
    settle(desk)

    def rows() -> dict[str, str]:
        page = html.unescape(officer.get("/").content.decode())
        table = page.split("<table", 1)[1].split("</table>")[0]
        return {re.findall(r"<bdi>(.*?)</bdi>", row)[0]: row for row in table.split("<tr>")[2:]}

    before = rows()
    assert f'href="/capture/{source}/"' in before["our own system"]
    assert f'href="/capture/{source}/test/">never<' in before["our own system"]
    assert "/capture/gaps/" not in before["our own system"]
    assert "/capture/" not in before["lee-wecom"]
    assert "comes as files" in before["lee-wecom"]
    assert "delivered to us" in before["our own system"]

    ledger = Ledger(desk.archive)
    ledger.accept(source, [], gaps=[("ndjson", Gap(reason=Reason.SEQUENCE, count=3))] * 2)
    words = actions.send_canary(desk, source)
    push(browser, line(1, f"canary {words}"), key)
    settle(desk)
    watch.look(desk)
    now = rows()["our own system"]
    assert f'href="/capture/gaps/?account={source}&open=1">2<' in now
    assert "never" not in now
    assert '<span class="chip accent">heard' in now
    assert wecom in rows()["the corporation"]
    (leaf, _) = (leaf for (leaf,) in desk.catalog.execute("SELECT leaf FROM gap ORDER BY leaf"))
    actions.explain_gaps(desk, [leaf], "nothing", "asked the program")
    assert f'href="/capture/gaps/?account={source}&open=1">1<' in rows()["our own system"]


def test_files_that_are_lost_and_deliveries_that_were_refused_are_red(
    officer: "Client", browser: "Client", desk: Desk, source: str, key: str
) -> None:
    ledger = Ledger(desk.archive)
    ledger.accept(source, [], due=[MediaDue(media="m1", name="terms.pdf")])
    ledger.fetched(ledger.owed(1)[0], [], "lost", "failed", gap=("ndjson", Gap(reason=Reason.MEDIA, count=1)))
    push(browser, line(1), key[:-1])
    settle(desk)

    said = lines(officer)
    assert any("is lost" in each and f"/capture/{source}/files/lost/" in each for each in said)
    assert any("were refused" in each for each in said)
    assert not any("terms.pdf" in each for each in said)


def test_an_account_that_is_on_and_was_never_proven_is_work(
    officer: "Client", browser: "Client", desk: Desk, source: str, key: str
) -> None:
    assert "was never proven by a test message" in officer.get("/attention/").content.decode()
    words = actions.send_canary(desk, source)
    push(browser, line(1, f"canary {words}"), key)
    settle(desk)
    watch.look(desk)

    assert "was never proven by a test message" not in officer.get("/attention/").content.decode()


def consent(msgid: str, word: str, at: int) -> Captured:
    raw = {
        "msgid": msgid,
        "action": "send",
        "from": "wmAAAABBBBCCCCDDDDEEEE",
        "tolist": ["lee"],
        "roomid": "",
        "msgtime": at,
        "msgtype": word,
        word: {"userid": "wmAAAABBBBCCCCDDDDEEEE", f"{word}_time": at},
    }
    return Captured(raw=json.dumps(raw).encode(), key=msgid, meta={"corpid": "ww1"})


def test_a_client_who_withdraws_consent_turns_the_conversation_red_until_they_agree(
    officer: "Client", desk: Desk, firm: Firm
) -> None:
    (source,) = desk.catalog.execute("SELECT source FROM account WHERE name = 'lee-wecom'").fetchone()
    ledger = Ledger(desk.archive)

    def said(msgid: str, word: str, at: int) -> None:
        ledger.accept(source, ledger.seal(source, "wecom", 1, Assurance.API_TLS, [consent(msgid, word, at)]))
        settle(desk)

    said("c1", "agree", 1_795_000_000_000)
    assert withdrawn(desk, Capability.ATTENTION) == []
    said("c2", "disagree", 1_795_000_100_000)
    (found,) = withdrawn(desk, Capability.ATTENTION)
    (red,) = [each for each in lines(officer, "/") if "withdrew consent" in each]
    assert "Owner: Leung Ka-yan." in red
    assert f"/conversations/{found.conversation}/" in red
    assert "withdrew consent" in officer.get(f"/conversations/{found.conversation}/").content.decode()
    said("c3", "agree", 1_795_000_200_000)
    assert withdrawn(desk, Capability.ATTENTION) == []
    assert "withdrew consent" not in officer.get(f"/conversations/{found.conversation}/").content.decode()


def beats(desk: Desk) -> list[dict[str, Any]]:
    leaves = [leaf for (leaf,) in desk.catalog.execute("SELECT leaf FROM record WHERE type = 'hb' ORDER BY leaf")]
    reader = desk.archive.reader("records")
    opened = reader.pick(leaves, reader.log.checkpoint().size)
    return [json.loads(split_payload(each.payload or b"")[1]) for each in opened]


def test_while_an_account_is_on_there_is_a_heartbeat_a_minute_that_says_how_it_is_heard(
    browser: "Client", desk: Desk, place: Place, source: str, key: str
) -> None:
    push(browser, line(1), key)
    at = [now()]
    with open_archive(place.home, place.keys, clock=lambda: at[0]) as archive:
        keeper = Keeper(replace(desk, archive=archive), lambda: access.pulses(archive))
        assert keeper.keep().beat
        at[0] += 61 * SECOND
        assert keeper.keep().beat
        at[0] += 30 * SECOND
        assert not keeper.keep().beat
        (said,) = beats(desk)[-1]["connectors"]
        actions.disconnect(desk, source)
        at[0] += 90 * SECOND
        assert not keeper.keep().beat

    assert said["source"] == source
    assert said["received"].endswith("Z")
    assert said["contacted"] == said["received"]


def test_the_system_page_shows_each_feed(client_as: ClientAs, firm: Firm, source: str) -> None:
    said = client_as("it").get("/system/").content.decode()

    assert "our own system" in said
    assert "not heard yet" in said


def test_every_message_says_how_sure_its_origin_is(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    browser = client_as("compliance")
    (number,) = desk.catalog.execute("SELECT conversation FROM event ORDER BY leaf LIMIT 1").fetchone()

    for path, words in ((f"/conversations/{number}/", "vendor export"), ("/search/?q=good", "text export")):
        assert words in browser.get(path).content.decode()
