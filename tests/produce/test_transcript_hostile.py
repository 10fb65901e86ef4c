"""Ten thousand hostile texts in one transcript: as message, name, conversation, attachment and other field, they stay text."""

import pytest

from muniment.produce.transcript import TranscriptHead, transcript
from muniment.record.decoded import DecodedEvent
from muniment.record.event import Attachment, AttachmentStatus
from tests.browser.payloads import LEAST, Payload, payloads, sample
from tests.produce.some_events import make
from tests.produce.test_transcript import Reader


def hostile_event(payload: Payload) -> DecodedEvent:
    """One event that holds a payload wherever a text from outside may stand."""
    name = payload.name
    return make(
        payload.number,
        text=payload.text,
        sender=name,
        sender_display=name,
        conversation=name,
        conversation_display=name,
        recipients=(name,),
        key=name,
        target=name,
        sent_at_raw=name,
        flags=(name,),
        # Canonical JSON is UTF-8, which has no half of a pair: a decoder cannot make such an event.
        extra={name: name} if payload.whole else {},
        attachments=(Attachment(name=name, status=AttachmentStatus.STORED, size=1, content_type=name),),
    )


def head(name: str, count: int) -> TranscriptHead:
    return TranscriptHead(
        origin=name,
        query=name,
        reason=name,
        produced_at=1795000000_000000,
        produced_by=name,
        count=count,
        not_proven=(name,),
    )


def test_there_are_ten_thousand_and_no_two_are_the_same() -> None:
    every = [payload.text for payload in payloads()]

    assert len(every) == len(set(every)) >= LEAST
    assert every == [payload.text for payload in payloads()], "another run makes other payloads"


def check(some: list[Payload]) -> None:
    """Read a transcript with a parser that knows the transcript's own elements and attributes alone."""
    for start in range(0, len(some), 500):
        batch = some[start : start + 500]
        page = b"".join(transcript(head(batch[0].name, len(batch)), map(hostile_event, batch))).decode()
        read = Reader(page)
        assert read.texts == [payload.text for payload in batch]
        names = set(read.names)
        assert [payload.number for payload in batch if payload.name not in names] == []


def test_a_sample_of_each_kind_stays_text() -> None:
    check([payload for payload in sample(800) if payload.kind != "giant"])


@pytest.mark.deep
def test_every_one_stays_text() -> None:
    check(list(payloads()))
