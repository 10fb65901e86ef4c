"""The balance sheet as people read it: what does not fit the screen is counted, whatever kind it is."""

import io

from muniment.capture.balance import BalanceSheet
from muniment.capture.connector import Part
from muniment.cli.commands.import_ import SHOWN, as_json, print_sheet
from muniment.cli.output import Output


def printed(parts: list[Part]) -> str:
    sheet = BalanceSheet("file", 5, "id")
    for leaf, part in enumerate(parts):
        sheet.fate(sheet.saw(part), leaf, "stored" if part.rejected is None else "rejected")
    out = io.StringIO()
    print_sheet(sheet, Output(as_json=False, out=out))
    return out.getvalue()


def rejected(number: int, *, lines: int = 0, unread: bool = False) -> list[Part]:
    part = Part(kind="span", raw=b"12345", at=(0, 5), lines=lines, rejected="why", unread=unread)
    return [part] * number


def test_what_was_rejected_beyond_what_is_shown_is_counted_whatever_it_is() -> None:
    text = printed(rejected(SHOWN, lines=1) + rejected(2) + rejected(1, unread=True))
    assert text.count("rejected, kept as record") == SHOWN
    assert "and 3 more" in text
    assert "more" not in printed(rejected(SHOWN, lines=1))


def test_missing_attachments_beyond_what_is_shown_are_counted() -> None:
    names = tuple(f"photo {number}" for number in range(SHOWN + 4))
    text = printed([Part(kind="message", raw=b"12345", at=(0, 5), missing=names)])
    assert (text.count("missing: "), "and 4 more" in text) == (SHOWN, True)


def test_a_file_that_is_no_message_and_no_attachment_has_a_row_of_its_own_when_there_is_one() -> None:
    (row,) = [line for line in printed(rejected(1, unread=True)).splitlines() if "unread files" in line]
    assert row.split() == ["unread", "files", "1", "0", "0", "1"]
    assert "unread files" not in printed(rejected(1))
    assert as_json(BalanceSheet("file", 0, "id"))["unread_files"] == dict.fromkeys(
        ("seen", "stored", "duplicate", "rejected"), 0
    )
