"""Dumps written for these tests, with the elements that Mattermost's exporter writes."""

ROOM = "open - DeskChannel - 7w4tqk"


def participant(tag: str, who: str, at: int = 1715680800) -> str:
    return (
        f"<{tag}><LoginName>{who}</LoginName><UserType>user</UserType><DateTimeUTC>{at}</DateTimeUTC>"
        f"<CorporateEmailID>{who}</CorporateEmailID></{tag}>"
    )


def message(number: int, content: str, more: str = "", kind: str = "user", who: str = "amy@example.com") -> str:
    return (
        f"<Message><MessageId>m{number}</MessageId><LoginName>{who}</LoginName><UserType>{kind}</UserType>"
        f"<DateTimeUTC>{1715680800000 + number}</DateTimeUTC>{more}<Content>{content}</Content><PreviewsPost></PreviewsPost></Message>"
    )


def update(kind: str, at: int = 1715680900000, more: str = "") -> str:
    return f"<UpdatedType>{kind}</UpdatedType><UpdatedDateTimeUTC>{at}</UpdatedDateTimeUTC>{more}"


AMY = participant("ParticipantEntered", "amy@example.com")
BOB = participant("ParticipantEntered", "bob@example.com")
PLAIN = message(1, "你好 &lt;all&gt; &#x1F44D;")
BOT = message(2, "build done", kind="bot", who="bot@example.com")
ORIGINAL = message(31, "5mm", update("EditedOriginalMsg", more="<EditedNewMsgId>m3</EditedNewMsgId>"))
EDITED = message(3, "50mm", update("EditedNewMsg"))
TOUCHED = message(4, "liked", update("UpdatedNoMsgChange"))
DELETED = message(5, "delete oops", update("Deleted"))
FILE_GONE = message(6, "delete 2024/deal.pdf", update("FileDeleted"))
NEWER = message(7, "who knows", update("Translated"))
STARTED = (
    "<FileTransferStarted><LoginName>amy@example.com</LoginName><DateTimeUTC>1715680810</DateTimeUTC>"
    "<UserFileName>合同.pdf</UserFileName><FileName>20240514/deal.pdf</FileName></FileTransferStarted>"
)
ENDED = STARTED.replace("Started", "Ended").replace("</FileName>", "</FileName><Status>Completed</Status>")
BOB_LEFT = participant("ParticipantLeft", "bob@example.com", 1715680999)
ODD = "<Whiteboard><LoginName>amy@example.com</LoginName><DateTimeUTC>1715680811</DateTimeUTC><Shape><Kind>circle 圆</Kind></Shape></Whiteboard>"

RECORDS = (AMY, BOB, PLAIN, BOT, ORIGINAL, EDITED, TOUCHED, DELETED, FILE_GONE, NEWER, STARTED, ENDED, ODD, BOB_LEFT)


def dump(*records: str) -> bytes:
    """A file as the exporter writes it."""
    lines = "".join(f"    {one}\n" for one in records)
    return (
        '<FileDump xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n  <Conversation Perspective="Desk Channel 桌">\n'
        f"    <RoomID>{ROOM}</RoomID>\n    <StartTimeUTC>1715644800</StartTimeUTC>\n{lines}"
        "    <EndTimeUTC>1715731199</EndTimeUTC>\n  </Conversation>\n</FileDump>"
    ).encode()
