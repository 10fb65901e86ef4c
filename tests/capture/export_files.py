"""One whole export for each connector that reads files, as its platform writes it; for the tests that do the same to all of them."""

from dataclasses import dataclass

from muniment.capture.connector import ImportOptions
from tests.archives import message
from tests.capture.actiance import samples as actiance
from tests.capture.bloomberg import samples as bloomberg
from tests.capture.discord import samples as discord
from tests.capture.email import samples as email
from tests.capture.exports import dumps, zipped
from tests.capture.linkedin import samples as linkedin
from tests.capture.slack import samples as slack
from tests.capture.sms import samples as sms
from tests.capture.teams import samples as teams
from tests.capture.telegram import samples as telegram
from tests.capture.x import samples as x

LINE = "[LINE] 與陳大文的聊天記錄\n儲存日期：2024/05/15 12:34\n\n2024/05/14（週二）\n上午10:30\t陳大文\t五年期明天交割\n上午10:31\tAmy\t[貼圖]\n"
PHOTO = "00000002-PHOTO-2024-05-14-10-01-00.jpg"
CHAT = f"[14/5/24, 10:00:00] Ann: 你好\r\n\u200e[14/5/24, 10:01:00] Bob: \u200e<attached: {PHOTO}>\r\n[14/5/24, 10:02:00] Ann: bye\r\n"


@dataclass(frozen=True)
class Export:
    """A file: how it is called, its bytes, and how many messages are in it; `zone` is the time zone that it must be told."""

    name: str
    content: bytes
    messages: int
    zone: str | None = None

    @property
    def zipped(self) -> bool:
        return self.content.startswith(b"PK")

    @property
    def xml(self) -> bool:
        return self.name.endswith(".xml")

    @property
    def options(self) -> ImportOptions:
        return ImportOptions(timezone=self.zone)


EXPORTS = {
    "ndjson": Export("feed.ndjson", b"".join(message(number) for number in range(20)), 20),
    "whatsapp": Export(
        "WhatsApp Chat - Desk.zip",
        zipped({"_chat.txt": CHAT, PHOTO: b"\xff\xd8\xff" + bytes(range(256))}),
        3,
        "Asia/Hong_Kong",
    ),
    "telegram": Export("result.json", dumps(telegram.chat()), len(telegram.MESSAGES)),
    "slack": Export("export.zip", slack.export(), len(slack.DAY)),
    "discord": Export("general.json", dumps(discord.channel()), len(discord.MESSAGES)),
    "teams": Export("messages.json", dumps(teams.MESSAGES), len(teams.MESSAGES)),
    "x": Export("twitter.zip", x.archive(), 14),
    "linkedin": Export(
        "Basic_LinkedInDataExport.zip",
        zipped({"messages.csv": linkedin.messages(), "Shares.csv": linkedin.table(linkedin.SHARES)}),
        len(linkedin.ROWS) + len(linkedin.SHARES) - 1,
    ),
    "sms": Export("sms-20240514.xml", sms.backup(*sms.MESSAGES), 7),
    "bloomberg": Export("f848135.ib19.200316.xml", bloomberg.dump(*bloomberg.ROWS), 12),
    "actiance": Export("actiance_export.xml", actiance.dump(*actiance.RECORDS), 16),
    "line": Export("[LINE] 與陳大文的聊天.txt", LINE.encode(), 2, "Asia/Taipei"),
    "email": Export("Inbox.mbox", email.mbox(email.RICH, email.INNER, email.BOUNCE), 3),
}
