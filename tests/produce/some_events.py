"""Any event that a decoder may read, and one in plain words."""

from typing import Any

from hypothesis import strategies as st

from muniment.record.decoded import DecodedEvent
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Assurance

FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999

text = st.text(max_size=20)
name = st.text(min_size=1, max_size=12)
extra = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
attachments = st.builds(
    Attachment,
    name=name,
    status=st.sampled_from(AttachmentStatus),
    size=st.none() | st.integers(0, 2**53 - 1),
    sha256=st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex),
    content_type=st.none() | text,
)
events = st.builds(
    Event,
    kind=st.sampled_from(Kind),
    conversation=name,
    conversation_display=st.none() | text,
    sender=st.none() | name,
    sender_display=st.none() | text,
    recipients=st.lists(name, max_size=2).map(tuple),
    sent_at=st.none() | st.integers(FIRST, LAST),
    sent_at_precision=st.sampled_from(Precision),
    sent_at_raw=st.none() | text,
    text=text,
    attachments=st.lists(attachments, max_size=2).map(tuple),
    key=st.none() | name,
    target=st.none() | name,
    flags=st.lists(name, max_size=2).map(tuple),
    extra=st.dictionaries(text, extra, max_size=3),
)


def _place(record: int, ordinal: int, **more: Any) -> DecodedEvent:
    return DecodedEvent(id=f"{record}-{ordinal}", record=record, ordinal=ordinal, **more)


decoded_events = st.builds(
    _place,
    record=st.integers(0, 2**53 - 1),
    ordinal=st.integers(0, 99),
    source=name,
    channel=st.sampled_from(["ndjson", "whatsapp"]),
    received_at=st.integers(0, LAST),
    assurance=st.sampled_from(Assurance),
    event=events,
)


def make(record: int = 0, *, ordinal: int = 0, received_at: int = 1794987727_311000, **fields: Any) -> DecodedEvent:
    """An event of a quiet Wednesday; `fields` are members of Event by name."""
    fields = {
        "kind": Kind.MESSAGE,
        "conversation": "room-12",
        "sender": "+85298765432",
        "sent_at": 1794987726_000000,
        "key": f"m{record}",
        **fields,
    }
    return DecodedEvent(
        id=f"{record}-{ordinal}",
        record=record,
        ordinal=ordinal,
        source="desk-3",
        channel="ndjson",
        received_at=received_at,
        assurance=Assurance.VENDOR_EXPORT,
        event=Event(**fields),
    )
