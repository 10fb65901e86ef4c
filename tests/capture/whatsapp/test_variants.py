"""One conversation in every language and format: the same messages, at the same instants, in the same order."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.record.event import Precision
from tests.capture.whatsapp.conftest import Read, reassemble
from tests.capture.whatsapp.exports import VARIANTS, Line, Variant, conversation

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
ALL = pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)


def micros(local: datetime, zone: ZoneInfo = HONG_KONG) -> int:
    """The instant of a local time in microseconds, by the standard library alone."""
    return int(
        (local.replace(tzinfo=zone).astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)
    )


@ALL
def test_every_message_comes_out_with_its_instant_author_and_text(variant: Variant, read: Read) -> None:
    content, lines = conversation(variant)
    imported = read(content, timezone="Asia/Hong_Kong")
    events = imported.events
    assert [event.sent_at for event in events] == [micros(line.at) for line in lines]
    assert {event.sent_at_precision for event in events} == {Precision.SECOND if variant.seconds else Precision.MINUTE}
    assert [str(event.kind) for event in events] == [line.kind for line in lines]
    assert [event.sender_display for event in events] == [line.author for line in lines]
    # A group's name may hold a colon, where an author's name would end: read as a notice, and flagged.
    assert [tuple(f for f in event.flags if f != "ambiguous_author") for event in events] == [
        line.flags for line in lines
    ]
    for event, line in zip(events, lines, strict=True):
        assert event.text == line.text.translate({ord("\u200e"): None})
        assert [str(a.status) for a in event.attachments] == [status for status, _ in line.files]
    assert imported.messages[0].meta["order"] in variant.orders
    assert reassemble(imported.items) == content


@ALL
def test_the_header_is_kept_as_written_and_the_raw_bytes_hold_it(variant: Variant, read: Read) -> None:
    content, lines = conversation(variant)
    imported = read(content, timezone="Asia/Hong_Kong")
    codec = imported.messages[0].meta.get("enc", "utf-8")
    for part, event, line in zip(imported.messages, imported.events, lines, strict=True):
        written = variant.stamp(line.at if variant.seconds else line.at.replace(second=0)).strip("[] -:\u200e\u200f")
        assert event.sent_at_raw is not None
        assert event.sent_at_raw.strip(":") in written or written in event.sent_at_raw
        assert event.sent_at_raw in part.raw.decode(codec)


@ALL
def test_reading_the_same_export_again_gives_the_same_keys(variant: Variant, read: Read) -> None:
    content, _ = conversation(variant)
    keys = [part.key for part in read(content).messages]
    assert keys == [part.key for part in read(content).messages]


def test_a_longer_export_of_the_same_chat_keeps_the_keys_of_the_shorter(read: Read) -> None:
    content, _ = conversation(VARIANTS[0])
    lines = content.decode().splitlines(keepends=True)
    short = [part.key for part in read("".join(lines[:-3])).messages]
    long = [part.key for part in read(content).messages]
    assert long[: len(short)] == short
    assert len(long) == len(short) + 3


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u200e\u200f\ufeff"), min_size=1, max_size=40
)
NAME = st.sampled_from(["Ann", "陳大文", "O'Brien", "محمد", "Дима", "Tom 🤓", "Li-Ann de la Cruz", "+852 9123 4567"])


@given(
    variant=st.sampled_from([variant for variant in VARIANTS if variant.encoding == "utf-8"]),
    start=st.datetimes(datetime.fromisoformat("2024-01-14"), datetime.fromisoformat("2029-12-31")),
    said=st.lists(
        st.tuples(st.integers(0, 4000), NAME, st.lists(TEXT, min_size=1, max_size=3)), min_size=1, max_size=12
    ),
)
def test_what_is_written_in_any_variant_is_read_back(
    variant: Variant, start: datetime, said: list[tuple[int, str, list[str]]], read: Read
) -> None:
    at, lines = start.replace(microsecond=0), []
    for minutes, name, texts in said:
        at += timedelta(minutes=minutes)
        lines.append(
            Line(
                at if variant.seconds else at.replace(second=0), name, "\n".join(text.strip() or "x" for text in texts)
            )
        )
    content = "".join(f"{variant.stamp(line.at)}{line.author}: {line.text}\n" for line in lines)
    imported = read(content, timezone="Asia/Hong_Kong", date_order=variant.orders[0])
    assert reassemble(imported.items) == content.encode()
    events = imported.events
    assert [event.sent_at for event in events] == [micros(line.at) for line in lines]
    assert [event.sender_display for event in events] == [line.author for line in lines]
    assert [event.text for event in events] == [line.text.strip(" \n") for line in lines]
