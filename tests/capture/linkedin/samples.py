"""LinkedIn's CSV files, small and whole."""

import csv
import io
from collections.abc import Sequence

COLUMNS = [
    "CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS", "DATE", "SUBJECT",
    "CONTENT", "FOLDER", "ATTACHMENTS", "IS MESSAGE DRAFT",
]  # fmt: skip
AMY, BOB = "https://www.linkedin.com/in/amy", "https://www.linkedin.com/in/bob"


def message(
    second: int, content: str = "你好", *, subject: str = "", folder: str = "INBOX", more: Sequence[str] = ("", "No")
) -> list[str]:
    """A row of messages.csv."""
    return [
        "2-abc",
        "",
        "Amy Ho 阿美",
        AMY,
        "Bob",
        BOB,
        f"2024-05-14 10:00:{second:02} UTC",
        subject,
        content,
        folder,
        *more,
    ]


ROWS = [
    message(1),
    message(2, 'two\nlines, and a "quotation"'),
    message(3, '<p class="spinmail">Hi&nbsp;there<br>bye</p>', subject="Offer"),
    message(4, "with file", more=("https://media.licdn.com/a/b.pdf", "No")),
    message(5, "unsent", more=("", "Yes")),
    message(1),
    message(6, "=cmd()|'x'!A1"),
]
SHARES = [
    ["Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility"],
    ["2024-05-14 10:00:01", "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A1", 'first"\n"second 行', "", "", "MEMBER_NETWORK"],
    ["2024-05-14 10:00:02", "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A2", "one line", "https://example.com", "", ""],
]  # fmt: skip
COMMENTS = [["Date", "Link", "Message"], ["2024-05-14 10:00:03", "https://www.linkedin.com/feed/update/3", "I agree"]]


def table(rows: Sequence[Sequence[str]], end: str = "\r\n") -> bytes:
    """A CSV file."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end).writerows(rows)
    return file.getvalue().encode()


def messages(rows: Sequence[Sequence[str]] = ROWS, end: str = "\r\n") -> bytes:
    """messages.csv."""
    return table([COLUMNS, *rows], end)
