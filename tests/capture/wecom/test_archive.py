"""Into a real archive: what the child hands out is sealed, projected and found, each message once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from muniment.capture import registry
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.wecom import connector
from muniment.capture.wecom.host import Host
from muniment.capture.wecom.keys import Keys
from muniment.capture.wecom.pull import Puller
from muniment.desk.archive import access, actions
from muniment.desk.desk import Desk, open_desk
from muniment.record.event import Kind
from muniment.record.record import Header
from tests.capture.wecom.archive import CORP, Scenario, text
from tests.capture.wecom.conftest import Clock
from tests.capture.wecom.samples import message

SOURCE = "a00000000000000ww"


class LedgerSink:
    """Our seam over the archive's ledger of live sources."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def accept(self, items: Sequence[Captured], cursor: str, due: Sequence[MediaDue], gaps: Sequence[Gap]) -> None:
        sealed = self._ledger.seal(SOURCE, connector.name, connector.version, connector.assurance, items)
        self._ledger.accept(SOURCE, sealed, cursor=cursor, due=due, gaps=[(connector.name, gap) for gap in gaps])

    def gap_once(self, name: str, gap: Gap) -> None:
        self._ledger.gap_once(SOURCE, connector.name, name, gap)

    def gap_over(self, name: str) -> None:
        self._ledger.gap_over(SOURCE, name)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty archive."""
    actions.create(tmp_path / "home", tmp_path / "keys", "example.com/broker", "alice")
    with open_desk(tmp_path / "home", tmp_path / "keys", "alice") as opened:
        yield opened


def test_what_was_pulled_is_found_each_message_once_though_the_child_dies_and_rows_come_twice(
    desk: Desk, scenario: Scenario, host: Host, clock: Clock
) -> None:
    words = [text(n, f"第{n}号 fund {n}") for n in range(30)]
    recall = message("revoke", {"pre_msgid": "1003_1603875612"}, action="recall", **{"from": "amy"})
    given = [*words, recall]
    scenario.serve(given[:10])
    scenario.serve(given[10:20], first=11, version=2)
    scenario.serve(given[20:], first=21)
    scenario.set(twice=1, backwards=1, kill_at="5,17,40", abort_at="9")
    ledger = Ledger(desk.archive)
    keys = Keys({version: scenario.keys[version].private for version in (1, 2)})

    for _ in range(20):  # a new process each time, as it were: only what is durable goes on
        feed = ledger.feed(SOURCE)
        puller = Puller(
            host, CORP, keys, LedgerSink(ledger), cursor=feed.cursor if feed else None, limit=7, clock=clock
        )
        outcome = puller.once()
        clock.at = max(clock.at, outcome.next_at)
        actions.settle(desk)
        if outcome.state == "ok" and not outcome.more:
            break
    else:
        raise AssertionError(outcome)

    found = [event.event for event in access.events(desk, "")]
    messages = [event for event in found if event.kind is Kind.MESSAGE]
    assert sorted(event.text for event in messages) == sorted(f"第{n}号 fund {n}" for n in range(30))
    (taken_back,) = [event for event in found if event.kind is Kind.RECALL]
    assert taken_back.target == f"{CORP}/1003_1603875612"
    assert len(found) == 31  # the same words under the same key say nothing new
    assert [hit.event.text for hit in access.events(desk, "第7号")] == ["第7号 fund 7"]
    last = ledger.feed(SOURCE)
    assert last is not None and last.cursor == "31"


def test_a_sealed_row_is_counted_as_not_readable_and_its_message_comes_when_the_key_does(
    desk: Desk, scenario: Scenario, host: Host, clock: Clock
) -> None:
    scenario.serve([text(1, "亮")], version=2)
    ledger = Ledger(desk.archive)
    Puller(host, CORP, Keys({}), LedgerSink(ledger), clock=clock).once()
    actions.settle(desk)

    assert [event.event.kind for event in access.events(desk, "")] == [Kind.UNDECODED]

    keys = Keys({2: scenario.keys[2].private})
    Puller(host, CORP, keys, LedgerSink(ledger), clock=clock).once()
    actions.settle(desk)

    assert [event.event.text for event in access.events(desk, "亮")] == ["亮"]


def test_snapshots_and_sealed_rows_are_decoded_by_their_connectors_name() -> None:
    header = Header(by="wecom", v=1, part="roster", assurance=connector.assurance, meta={"asked": {"roomid": "wrR"}})
    (roster,) = registry.decode(header, b'{"members":[{"memberid":"amy"}]}')
    (sealed,) = registry.decode(Header(by="wecom", v=1, part="sealed", assurance=connector.assurance), b'{"seq":1}')

    assert (roster.kind, sealed.kind) == (Kind.MEMBERSHIP, Kind.UNDECODED)
    assert sealed.extra == {"reason": "sealed"}
