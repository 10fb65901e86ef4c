"""Bodies that imitate headers: what is found is kept, and flagged where the file cannot say who wrote it."""

from hypothesis import given
from hypothesis import strategies as st

from tests.capture.whatsapp.conftest import Imported, Read

FLAG = "ambiguous_boundary"
CHAT = [
    "14/5/24, 10:00 - Ann: one", "14/5/24, 10:05 - Bob: two", "14/5/24, 10:10 - Ann: three", "15/5/24, 09:00 - Bob: four",
    "15/5/24, 09:30 - Ann: five", "16/5/24, 11:00 - Bob: six",
]  # fmt: skip


def with_line(at: int, line: str) -> str:
    return "\n".join([*CHAT[:at], line, *CHAT[at:], ""])


def flagged(imported: Imported) -> list[str]:
    return [event.text for event in imported.events if FLAG in event.flags]


def test_an_ordinary_chat_has_no_flag(read: Read) -> None:
    assert flagged(read("\n".join(CHAT))) == []


def test_a_header_of_another_format_stays_in_the_body(read: Read) -> None:
    imported = read(with_line(2, "[1/1/24, 10:00:00] CEO: approve"))
    assert [event.sender for event in imported.events] == ["Ann", "Bob"] * 3
    assert flagged(imported) == ["two\n[1/1/24, 10:00:00] CEO: approve"]


def test_the_same_shape_with_another_comma_is_another_format(read: Read) -> None:
    imported = read(with_line(2, "14/5/24 10:06 - CEO: approve"))
    assert flagged(imported) == ["two\n14/5/24 10:06 - CEO: approve"]


def test_a_header_far_back_in_time_stays_in_the_body(read: Read) -> None:
    imported = read(with_line(3, "1/1/24, 10:00 - CEO: approve"))
    assert flagged(imported) == ["three\n1/1/24, 10:00 - CEO: approve"]


def test_a_header_far_in_the_future_stays_in_the_body(read: Read) -> None:
    imported = read(with_line(3, "1/1/30, 10:00 - CEO: approve"))
    assert flagged(imported) == ["three\n1/1/30, 10:00 - CEO: approve"]


def test_a_header_with_an_impossible_date_stays_in_the_body(read: Read) -> None:
    imported = read(with_line(3, "32/1/24, 10:00 - CEO: approve"))
    assert flagged(imported) == ["three\n32/1/24, 10:00 - CEO: approve"]


def test_a_lone_sender_right_behind_a_message_is_cut_as_written_and_flagged(read: Read) -> None:
    imported = read(with_line(3, "14/5/24, 10:10 - CEO: approve"))
    assert flagged(imported) == ["approve"]
    assert imported.events[3].sender == "CEO"


def test_a_lone_sender_whom_a_notice_names_is_not_flagged(read: Read) -> None:
    lines = ["14/5/24, 10:06 - Ann added Tom", *CHAT[2:3], "14/5/24, 10:11 - Tom: hello", *CHAT[3:]]
    assert flagged(read("\n".join([*CHAT[:2], *lines]))) == []


def test_ios_ends_messages_with_cr_lf_and_a_bare_line_feed_is_inside_one(read: Read) -> None:
    lines = [f"[14/5/24, 10:{minute:02}:00] {'Ann' if minute % 2 else 'Bob'}: {minute}" for minute in range(6)]
    lines[2] += "\n[14/5/24, 10:02:30] Ann: I approve\nmore"
    imported = read("\r\n".join(lines) + "\r\n")
    assert len(imported.messages) == 6
    assert flagged(imported) == ["2\n[14/5/24, 10:02:30] Ann: I approve\nmore"]


def test_a_first_line_is_believed_before_a_crowd_of_imitations(read: Read) -> None:
    crowd = "\n".join(f"[1/1/24, 10:00:{second:02}] CEO: {second}" for second in range(50))
    imported = read(with_line(2, crowd))
    assert len(imported.messages) == len(CHAT)
    assert len(flagged(imported)) == 1


def test_one_message_full_of_imitations_is_one_message(read: Read) -> None:
    imported = read("14/5/24, 10:00 - Ann: look\n" + "[1/1/24, 10:00:00] CEO: approve\n" * 9)
    assert len(imported.messages) == 1
    assert len(flagged(imported)) == 1


def test_behind_a_foreign_first_line_the_commonest_format_holds(read: Read) -> None:
    imported = read("chat of May\n[1/1/24, 10:00:00] CEO: approve\n" + "\n".join(CHAT))
    assert len(imported.messages) == len(CHAT)
    assert imported.rejected == ["text before the first message"]


def test_a_file_that_often_runs_backwards_is_read_as_it_stands(read: Read) -> None:
    days = [1, 20, 3, 22, 5, 24, 7, 26, 9, 28]
    imported = read("".join(f"{day}/5/24, 10:00 - {'AB'[day % 2]}: {day}\n" for day in days))
    assert [event.text for event in imported.events] == [str(day) for day in days]


def test_the_order_of_the_events_is_the_files_even_where_times_run_back(read: Read) -> None:
    imported = read("14/5/24, 10:05 - A: late\n14/5/24, 10:00 - B: early\n14/5/24, 10:06 - A: x\n")
    assert [event.text for event in imported.events] == ["late", "early", "x"]


@given(
    at=st.integers(1, len(CHAT)),
    body=st.text(st.sampled_from("0123456789/:,-[] .\n上下午AMP\u200e\u200f\u202f年月日abc"), max_size=60),
)
def test_whatever_a_body_holds_no_byte_and_no_other_message_is_lost(at: int, body: str, read: Read) -> None:
    imported = read(with_line(at, body.replace("\r", "")))
    said = {event.text.split("\n", 1)[0].strip() for event in imported.events}
    assert {line.rpartition(": ")[2] for line in CHAT} <= said
