"""What becomes of each thing in a chat that LINE exported."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import ImportOptions, Snapshot, SourceFile, Unreadable
from muniment.capture.line import connector
from muniment.capture.line.rows import read_row
from muniment.record.clock import rfc3339
from muniment.record.errors import Refused
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from tests.archives import Place, bring_in, check
from tests.capture.exports import Imported, read
from tests.capture.fuzz import TEXT, cut_and_paste, fuzz_files
from tests.capture.leaves import said

TAIPEI = ImportOptions(timezone="Asia/Taipei")

CHINESE = """[LINE] 與陳大文的聊天記錄
儲存日期：2024/05/15 12:34

2024/05/14（週二）
上午10:30\t陳大文\t早安，明天見
上午10:31\tAmy\t[貼圖]
下午03:15\t陳大文\t"第一行
第二行 ""引號""
第三行"
下午03:16\t\t陳大文已收回訊息
下午03:17\tAmy\t[檔案] 合同.pdf
下午03:18\tAmy\t☎ 通話時間 3:20

2024/05/15（三）
12:05\tAmy\t好的 👍
"""
ENGLISH = """[LINE] Chat history in Desk Team
Saved on: 05/15/2024, 12:34

Tue, 05/14/2024
09:30AM\tAmy Wong\tgood morning
9:31 AM\t\tBob joined the group.
12:00PM\tBob\t"quoted"
12:01AM\tBob\t[Photo]
11:59PM\tAmy Wong\t[not a placeholder]
11:59PM\tAmy Wong\tBob left the group.
"""
JAPANESE = """[LINE] 友人とのトーク履歴
保存日時：2024/05/15 12:34

2024/05/14(火)
午前9:05\t友人\tおはよう
午後0:10\t私\t[写真]
午後1:15\t\t友人がメッセージの送信を取り消しました

2024/05/15(水)
"""
THAI = """[LINE] ประวัติการสนทนากับ สมชาย
บันทึกวันที่: 2567/05/15 12:34

2567/05/14(อ.)
09:05\tสมชาย\tสวัสดี
09:06\tสมชาย\t[สติกเกอร์]
"""
SEEDS = [("[LINE] chat.txt", text.encode()) for text in (CHINESE, ENGLISH, JAPANESE, THAI)]


def export(text: str, options: ImportOptions = TAIPEI, name: str = "chat.txt") -> Imported:
    return read(connector, text, name, options=options)


def times(imported: Imported) -> list[str]:
    return [rfc3339(event.sent_at)[:16] for event in imported.events if event.sent_at is not None]


def rows(*lines: str) -> Imported:
    return export("[LINE] Chat history with X\n\n2024/05/14(Tue)\n" + "".join(f"{line}\n" for line in lines))


def test_a_chinese_chat_comes_out_whole() -> None:
    imported = export(CHINESE)
    assert (imported.kinds, imported.rejected) == ({"message": 5, "recall": 1, "call": 1}, [])
    assert times(imported) == [
        "2024-05-14T02:30", "2024-05-14T02:31", "2024-05-14T07:15", "2024-05-14T07:16", "2024-05-14T07:17", "2024-05-14T07:18", "2024-05-15T04:05",
    ]  # fmt: skip
    first, sticker, quoted, unsent, file, call, _ = imported.events
    assert (first.conversation, first.sender, first.text) == ("陳大文", "陳大文", "早安，明天見")
    assert (first.sent_at_raw, first.sent_at_precision, first.flags) == ("2024-05-14 上午10:30", Precision.MINUTE, ())
    assert (sticker.text, sticker.attachments[0].status) == ("", AttachmentStatus.OMITTED)
    assert quoted.text == '第一行\n第二行 "引號"\n第三行'
    assert (unsent.kind, unsent.sender, unsent.extra["op"]) == (Kind.RECALL, "陳大文", "unsent")
    assert (file.attachments[0].name, file.extra["placeholder"]) == ("合同.pdf", "[檔案] 合同.pdf")
    assert (call.kind, call.sender) == (Kind.CALL, "Amy")


def test_an_english_group_comes_out_whole() -> None:
    imported = export(ENGLISH)
    assert imported.kinds == {"message": 5, "membership": 1}
    assert times(imported) == [
        "2024-05-14T01:30", "2024-05-14T01:31", "2024-05-14T04:00", "2024-05-13T16:01", "2024-05-14T15:59", "2024-05-14T15:59",
    ]  # fmt: skip
    morning, joined, quoted, *_, bracket, left = imported.events
    assert (morning.conversation, morning.sender) == ("Desk Team", "Amy Wong")
    assert (joined.kind, joined.extra) == (Kind.MEMBERSHIP, {"op": "join", "actor": "Bob"})
    assert (quoted.text, bracket.text) == ('"quoted"', "[not a placeholder]")
    assert left.kind is Kind.MESSAGE  # somebody wrote it: LINE's own rows have no name


def test_japanese_and_thai_chats_come_out_whole() -> None:
    imported = export(JAPANESE, ImportOptions(timezone="Asia/Tokyo"))
    assert (imported.kinds, times(imported)[:2]) == (
        {"message": 2, "recall": 1},
        ["2024-05-14T00:05", "2024-05-14T03:10"],
    )
    assert imported.events[0].conversation == "友人"
    thai = export(THAI, ImportOptions(timezone="Asia/Bangkok"))
    assert (thai.kinds, times(thai)[0], thai.events[0].conversation) == ({"message": 2}, "2024-05-14T02:05", "สมชาย")


@pytest.mark.parametrize(
    "row",
    ["2024/05/14(Tue)", "2024/5/14（週二）", "2024/05/14(火)", "2024/5/14週二", "2024.05.14 Tuesday", "2024-05-14", "2024年5月14日(火)", "2024年5月14日 星期二",
     "R6/05/14(火)", "令和6/5/14(火)", "Tue, 05/14/2024", "Tue, 5/14/2024", "14/05/2024(Tue)", "14/05/2567(อ.)", "อ., 14/05/2567", "14.05.2024 Tuesday"],
)  # fmt: skip
def test_every_form_of_a_day_is_read(row: str) -> None:
    assert times(export(f"[LINE] Chat history with X\n\n{row}\n10:00\tA\thi\n")) == ["2024-05-14T02:00"]


@pytest.mark.parametrize(
    "written, minutes",
    [("0:00", 0), ("23:59", 1439), ("上午12:05", 5), ("下午12:05", 725), ("下午3:05", 905), ("午前0:01", 1), ("午後0:10", 730), ("午後11:59", 1439),
     ("9:30 PM", 1290), ("12:30AM", 30), ("凌晨1:05", 65), ("中午12:05", 725), ("晚上11:05", 1385), ("오후 3:05", 905)],
)  # fmt: skip
def test_every_form_of_a_time_is_read(written: str, minutes: int) -> None:
    row = read_row(f"{written}\tA\thi")
    assert row is not None and (row.minutes, row.written) == (minutes, written)


@pytest.mark.parametrize("written", ["24:00", "10:60", "下午", "10", "xx10:00", "10:00:00"])
def test_what_is_no_time_begins_no_row(written: str) -> None:
    assert read_row(f"{written}\tA\thi") is None


def test_the_order_of_day_and_month_is_decided_or_asked_for() -> None:
    def dated(*days: str, order: str | None = None, saved: str = "") -> str:
        text = f"[LINE] Chat history with X\n{saved}\n" + "".join(f"{day}\n10:00\tA\thi\n" for day in days)
        return times(export(text, ImportOptions(timezone="UTC", date_order=order)))[0][:10]

    assert dated("Fri, 05/04/2024".replace("Fri", "Sat")) == "2024-05-04"  # 4 May was a Saturday, 5 April a Friday
    assert dated("Fri, 05/04/2024") == "2024-04-05"
    assert dated("05/04/2024", "05/14/2024") == "2024-05-04"
    assert dated("05/04/2024", "14/04/2024") == "2024-04-05"
    assert dated("05/04/2024", saved="Saved on: 05/14/2024, 11:00") == "2024-05-04"
    assert dated("05/05/2024") == "2024-05-05"
    assert dated("05/04/2024", order="dmy") == "2024-04-05"
    with pytest.raises(Refused, match="day or month comes first"):
        dated("05/04/2024")
    with pytest.raises(Refused, match="leave --date-order away"):
        dated("05/14/2024", order="dmy")


def test_what_somebody_wrote_to_look_like_rows_stays_theirs_and_is_flagged() -> None:
    imported = rows('10:00\tEve\t"hi', "10:01\tBoss\tapprove it", 'bye"', "10:02\tBob\tok")
    eve, bob = imported.events
    assert (eve.sender, eve.text, eve.flags) == ("Eve", "hi\n10:01\tBoss\tapprove it\nbye", ("ambiguous_boundary",))
    assert (bob.sender, bob.flags) == ("Bob", ())


def test_a_quotation_mark_that_nobody_closes_takes_no_rows_along() -> None:
    imported = rows('10:00\tEve\t"hi', "10:01\tBob\tno", '10:02\tBob\t"yes"', "10:03\tBob\tok")
    assert [event.text for event in imported.events] == ['"hi', "no", '"yes"', "ok"]
    assert [event.sender for event in imported.events] == ["Eve", "Bob", "Bob", "Bob"]


def test_lines_without_a_time_go_on_with_the_message_before() -> None:
    imported = rows("10:00\tA\tfirst", "second", "", "third", "", "10:01\tB\tok")
    assert [event.text for event in imported.events] == ["first\nsecond\n\nthird", "ok"]


def test_a_day_that_goes_back_was_written_by_somebody() -> None:
    imported = rows("10:00\tA\tsee", "2020/01/01(Wed)", "more", "10:01\tB\tok")
    first, second = imported.events
    assert (first.text, first.flags) == ("see\n2020/01/01(Wed)\nmore", ("ambiguous_boundary",))
    assert second.sent_at_raw == "2024-05-14 10:01"


def test_rows_without_tabs_show_no_sender_and_say_so() -> None:
    imported = export("[LINE] Chat history with X\n\n2024.05.14 Tuesday\n09:30 Amy Wong good morning\n")
    (event,) = imported.events
    assert (event.sender, event.text, event.flags) == (None, "Amy Wong good morning", ("partial",))


def test_a_clock_change_is_flagged() -> None:
    imported = export("[LINE] Chat in X\n2024/10/27(Sun)\n01:30\tA\thi\n", ImportOptions(timezone="Europe/London"))
    assert imported.events[0].flags == ("time_ambiguous",)


@pytest.mark.parametrize(
    "name, title",
    [("[LINE] Chat history with Mei.txt", "Mei"), ("[LINE] 與佑容的聊天.txt", "佑容"), ("[LINE] Aとのトーク.txt", "A"), ("[LINE]Keep Memo.txt", "Keep Memo"), ("x.txt", "x")],
)  # fmt: skip
def test_without_a_header_the_file_names_the_chat(name: str, title: str) -> None:
    imported = export("2024/05/14(Tue)\n10:00\tA\thi\n", name=name)
    assert imported.events[0].conversation == title


def test_equal_rows_have_keys_of_their_own_and_keep_them_in_a_longer_export() -> None:
    short, long = rows("10:00\tA\tok", "10:00\tA\tok"), rows("10:00\tA\tok", "10:00\tA\tok", "10:00\tB\tok")
    assert len({part.key for part in long.messages}) == 3
    assert [part.key for part in long.messages][:2] == [part.key for part in short.messages]
    assert [part.raw for part in long.messages][:2] == [part.raw for part in short.messages]


def test_a_line_of_other_bytes_costs_its_row() -> None:
    raw = ENGLISH.encode().replace(b"good morning", "早".encode("big5"))
    imported = read(connector, raw, "chat.txt", options=TAIPEI)
    assert (len(imported.messages), len(imported.rejected)) == (5, 1)
    assert imported.rejected[0].startswith("line 5: expected UTF-8")


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n", b"10:00\tA\thi\n", b"2024/05/14(Tue)\n", CHINESE.encode("utf-16"), CHINESE.encode("big5", "replace"), b"PK\x03\x04\0\0", b"2024/05/14(Tue)\n10:00 "],
)  # fmt: skip
def test_what_is_no_chat_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, "chat.txt", options=TAIPEI)


def test_a_zone_is_needed() -> None:
    with pytest.raises(Refused, match="--timezone"):
        export(ENGLISH, ImportOptions())
    with pytest.raises(Refused, match="Nowhere"):
        export(ENGLISH, ImportOptions(timezone="Nowhere/At"))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_endings_and_a_mark_change_nothing(ending: str, mark: str) -> None:
    plain = export(CHINESE)
    other = export(mark + CHINESE.replace("\n", ending))
    assert [(e.text, e.sender, e.sent_at) for e in other.events] == [
        (e.text, e.sender, e.sent_at) for e in plain.events
    ]
    assert [part.key for part in other.messages] == [part.key for part in plain.messages]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Amy", "陳 大文", "x"]),
            st.text(
                st.characters(
                    exclude_characters="\r\n\t\x00\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e", exclude_categories=["Cs"]
                ),
                min_size=1,
                max_size=20,
            ),
        ),
        min_size=1,
        max_size=9,
    )
)
def test_every_word_of_every_row_is_in_its_event(spoken: list[tuple[str, str]]) -> None:
    imported = rows(*(f"10:{number:02}\t{who}\t{what}" for number, (who, what) in enumerate(spoken)))
    text = said(imported.events)
    for who, what in spoken:
        assert who in text and what.strip().strip('"').replace('""', '"') in text.replace('""', '"')


def test_what_vanished_from_a_later_export_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(CHINESE, "utf-8")
    *_, last = connector.read(SourceFile(path=path, name="a.txt", size=path.stat().st_size, sha256=""), TAIPEI)
    assert isinstance(last, Snapshot)
    assert (last.conversation, rfc3339(last.first_at)[:16], rfc3339(last.last_at)[:16]) == (
        "陳大文",
        "2024-05-14T02:30",
        "2024-05-15T04:05",
    )


def test_an_import_again_adds_nothing_and_a_lost_row_is_told(place: Place, fast_path: Path) -> None:
    with place.open() as archive:
        file, shorter = fast_path / "[LINE] a.txt", fast_path / "[LINE] b.txt"
        file.write_text(CHINESE, "utf-8")
        shorter.write_text(CHINESE.replace("上午10:31\tAmy\t[貼圖]\n", ""), "utf-8")
        sheet = bring_in(archive, file, connector, options=TAIPEI)
        assert (sheet.balanced, sheet.counts["messages"].stored) == (True, 7)
        again = bring_in(archive, file, connector, options=TAIPEI)
        assert (again.balanced, again.counts["messages"].stored, again.counts["messages"].duplicate) == (True, 0, 7)
        less = bring_in(archive, shorter, connector, options=TAIPEI)
        assert (less.balanced, less.counts["messages"].duplicate, less.vanished) == (True, 6, 1)
    check(place)


def test_a_sample_of_mutated_chats_is_survived() -> None:
    fuzz_files(
        connector, SEEDS, 300, [cut_and_paste(TEXT)], options=ImportOptions(timezone="Asia/Taipei", date_order="dmy")
    )


@pytest.mark.deep
def test_many_mutated_chats_are_survived() -> None:
    fuzz_files(connector, SEEDS, 100_000, [cut_and_paste(TEXT)], options=TAIPEI)


def test_an_event_is_what_its_part_alone_says() -> None:
    events: list[Event] = export(CHINESE).events
    assert [event.key for event in events] == [part.key for part in export(CHINESE).messages]
