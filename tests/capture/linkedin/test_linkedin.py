"""What becomes of each row of LinkedIn's messages, posts and comments."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import ImportOptions, Unreadable
from muniment.capture.linkedin import connector
from muniment.capture.whatsapp import reassemble
from muniment.record.errors import Refused
from muniment.record.event import AttachmentStatus, Kind
from tests.capture.exports import Imported, leaves, read, zipped
from tests.capture.fuzz import TEXT, cut_and_paste, fuzz_files, within_zip
from tests.capture.linkedin.samples import AMY, BOB, COLUMNS, COMMENTS, ROWS, SHARES, message, messages, table

NAME = "messages.csv"


def rows(*given: list[str], **more: Any) -> Imported:
    return read(connector, messages(given), NAME, **more)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_every_row_is_a_message_whichever_way_lines_end(end: str, bom: bytes) -> None:
    got = read(connector, bom + messages(end=end), NAME)

    assert got.kinds == {"message": len(ROWS)}
    assert got.rejected == []


def test_a_message_has_its_words_people_and_time() -> None:
    (event,) = rows(message(1)).events

    assert (event.text, event.sender, event.sender_display, event.recipients) == ("你好", AMY, "Amy Ho 阿美", (BOB,))
    assert (event.conversation, event.sent_at, event.flags) == ("2-abc", 1_715_680_801_000_000, ())
    assert event.sent_at_raw == "2024-05-14 10:00:01 UTC"


def test_lines_within_quotation_marks_html_files_and_drafts_are_told() -> None:
    events = rows(*ROWS).events

    assert events[1].text == 'two\nlines, and a "quotation"'
    assert events[2].text == "Offer\nHi\u00a0there\nbye" or events[2].text == "Offer\nHi there\nbye"
    assert events[2].extra["written"].startswith("<p class")
    assert [(each.name, each.status) for each in events[3].attachments] == [("b.pdf", AttachmentStatus.OMITTED)]
    assert events[4].flags == ("draft",)


def test_equal_rows_are_two_messages_and_another_folder_makes_no_other() -> None:
    first, *_, again, _ = rows(*ROWS).messages
    (moved,) = rows(message(1, folder="ARCHIVE")).messages

    assert first.key != again.key
    assert moved.key == first.key


def test_posts_and_comments_are_read_in_utc_and_say_so() -> None:
    posts = read(connector, table(SHARES), "Shares.csv").events
    (comment,) = read(connector, table(COMMENTS), "Comments.csv").events

    assert [event.text for event in posts] == ["first\nsecond 行", "one line"]
    assert [(event.conversation, event.kind) for event in (posts[0], comment)] == [
        ("shares", Kind.MESSAGE), ("comments", Kind.MESSAGE),
    ]  # fmt: skip
    assert (posts[0].sent_at, posts[0].flags) == (1_715_680_801_000_000, ("zone_assumed",))
    assert (comment.text, comment.extra["LINK"]) == ("I agree", "https://www.linkedin.com/feed/update/3")


def test_a_declared_zone_is_taken_for_times_without_one() -> None:
    options = ImportOptions(timezone="Asia/Hong_Kong")
    event = read(connector, table(SHARES), "Shares.csv", options=options).events[0]

    assert (event.sent_at, event.flags) == (1_715_680_801_000_000 - 8 * 3_600_000_000, ("declared_timezone",))
    with pytest.raises(Refused, match="time zone"):
        read(connector, table(SHARES), "Shares.csv", options=ImportOptions(timezone="Nowhere/There"))


def test_the_zip_is_read_with_all_that_is_in_it() -> None:
    content = zipped({
        "Connections.csv": "Notes:\n\nFirst Name\nAmy", "messages.csv": messages(), "Shares.csv": table(SHARES),
        "Comments.csv": table(COMMENTS), "Jobs/Job Applications.csv": "a,b\n1,2\n", "../evil.csv": messages(),
    })  # fmt: skip
    got = read(connector, content, "Complete_LinkedInDataExport.zip")

    assert len(got.messages) == len(ROWS) + 2 + 1
    assert sorted(str(part.member) for part in got.attachments) == ["Connections.csv", "Jobs/Job Applications.csv"]
    assert got.rejected == ["a member of the zip is not unpacked: its name leads out of the archive"]
    assert reassemble(got.items) == content


def test_a_row_of_other_length_is_rejected_by_itself() -> None:
    got = rows(message(1), ["too", "short"], message(2), [*message(3), "too long"])

    assert [event.sent_at_raw for event in got.events] == ["2024-05-14 10:00:01 UTC", "2024-05-14 10:00:02 UTC"]
    assert got.rejected == ["row 3: expected 12 columns, got 2", "row 5: expected 12 columns, got 13"]


def test_a_file_cut_within_a_quotation_says_so() -> None:
    content = messages([message(1), message(2, 'x\n"y')])
    got = read(connector, content[: content.index(b'""y')], NAME)

    assert len(got.messages) == 1
    assert got.rejected == ["row 3: expected the end of a quotation, got the end of the file; it was cut short"]


def test_a_row_of_many_megabytes_is_kept_unread() -> None:
    got = rows(message(1, "x" * (2 << 20)), message(2))

    assert len(got.messages) == 1
    assert got.rejected == ["row 2: expected at most 1048576 bytes, got more"]


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"hello", messages().decode().encode("utf-16"), zipped({"a.csv": "b"}), b"PK\x03\x04", b"\x00" * 99]
)  # fmt: skip
def test_what_is_none_of_these_tables_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, NAME)


_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.lists(st.tuples(_texts, _texts, _texts), max_size=4))
def test_whatever_a_row_holds_comes_out_again(given: list[tuple[str, str, str]]) -> None:
    table_ = [
        [*COLUMNS, "SOMETHING NEW"],
        *([*message(1, content, subject=subject), new] for content, subject, new in given),
    ]
    got = read(connector, table(table_), NAME)

    assert got.rejected == []
    for event, (content, subject, new) in zip(got.events, given, strict=True):
        kept = set(leaves(event.extra))
        assert content in event.text or content in kept
        assert subject in event.text
        assert new in kept or not new


SEEDS = [(NAME, messages()), ("Shares.csv", table(SHARES)), ("Comments.csv", table(COMMENTS))]
MUTATES = [cut_and_paste((*TEXT, b'"', b'""', b",", b'"\n"'))]


def test_a_sample_of_mutated_files_is_survived() -> None:
    fuzz_files(connector, SEEDS, 60, MUTATES)


@pytest.mark.deep
def test_many_mutated_files_are_survived() -> None:
    fuzz_files(connector, SEEDS, 90_000, MUTATES)
    fuzz_files(connector, [("a.zip", zipped({"messages.csv": messages()}))], 10_000, [within_zip(MUTATES[0])])
