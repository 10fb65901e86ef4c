"""The stories' queries on the real index: what the tour prints is what a plain reading finds."""

from zoneinfo import ZoneInfo

import pytest

from muniment.cli.demo import Firm
from muniment.search import grammar
from muniment.search.document import Document, Name, document_id
from muniment.search.sqlite import Index
from muniment.vault.sqlite import memory
from tests.cli.demo.conftest import Imported


@pytest.fixture(scope="module")
def index(imported: tuple[Imported, ...]) -> Index:
    made = Index(memory())
    made.create()
    events = [(one.file, event) for one in imported for event in one.events]
    made.add(
        Document(
            id=document_id((event.sent_at or 0) // 1_000_000, place),
            text=event.text,
            conversation=Name(event.conversation, event.conversation_display or ""),
            account=file.account,
            channel=file.connector,
            kind=str(event.kind),
            sender=Name(event.sender, event.sender_display or "") if event.sender else None,
            recipients=tuple(Name(who) for who in event.recipients),
            flags=event.flags,
        )
        for place, (file, event) in enumerate(events, start=1)
    )
    return made


@pytest.mark.parametrize("zone", ["Asia/Hong_Kong", "UTC"])
def test_every_query_of_the_stories_finds_what_it_promises_in_either_zone(zone: str, firm: Firm, index: Index) -> None:
    asked = 0
    for story in firm.stories:
        for check in story.checks:
            if check.query:
                assert index.count(grammar.parse(check.query, zone=ZoneInfo(zone))) == check.expected, check.query
                asked += 1
    assert asked == 15
