"""Dumps written for these tests, with the element names that Bloomberg's have."""

CHAT = "PCHAT-0x10000027FD8A5"


def user(login: str = "AWONG12", first: str = "AMY", last: str = "WONG", tag: str = "User") -> str:
    return (
        f"<{tag}><LoginName>{login}</LoginName><FirstName>{first}</FirstName><LastName>{last}</LastName><UUID>25813826</UUID>"
        f"<FirmNumber>848135</FirmNumber><AccountNumber>30413594</AccountNumber><CompanyName>HARBOUR &amp; CO</CompanyName>"
        f"<EmailAddress>{login}@Bloomberg.net</EmailAddress><CorporateEmailAddress>{first.lower()}@example.com</CorporateEmailAddress></{tag}>"
    )


BOB = user("BCHAN", "BOB", "CHAN")


def row(
    tag: str, inner: str = "", *, who: str | None = None, at: int = 1584376641, kind: str = "N", more: str = ""
) -> str:
    return (
        f'<{tag} InteractionType="{kind}"{more}>\n      {user() if who is None else who}\n      <DateTime>03/16/2020 16:37:21</DateTime>\n'
        f"      <DateTimeUTC>{at}</DateTimeUTC>\n      {inner}<ConversationID>{CHAT}</ConversationID>\n    </{tag}>"
    )


ENTERED = row("ParticipantEntered", more=' DeviceType="M"')
BOB_ENTERED = row("ParticipantEntered", who=BOB)
MESSAGE = row(
    "Message", "<Content>buy 5mm of the 五年期 &lt;0688 HK&gt;\nsecond line</Content>", more=' DeviceType="M"'
)
AGAIN = row("Message", "<Content>ok</Content>", who=BOB)
HISTORY = row("Message", "<Content>ok</Content>", who=BOB, kind="H")
OLDER = row("Message", "<Content>from yesterday</Content>", who=BOB, kind="H", at=1584290241)
ATTACHMENT = row(
    "Attachment",
    "<FileName>grid 图.gif</FileName><FileID>5E6FAB380000F0D3.gif</FileID><FileSize>48721</FileSize>",
    kind="NH",
)
INVITE = (
    f"<Invite>{user(tag='Inviter')}{user('CLI', 'CARL', 'LI', tag='Invitee')}<DateTime>03/16/2020 16:37:21</DateTime>"
    f"<DateTimeUTC>1584376641</DateTimeUTC><Content>join us</Content><ConversationID>{CHAT}</ConversationID></Invite>"
)
BOB_LEFT = row("ParticipantLeft", who=BOB, at=1584376700)
SYSTEM = "<SystemMessage><DateTimeUTC>1584376701</DateTimeUTC><Content>room closed</Content></SystemMessage>"
ODD = f"<Poll><Question>lunch?</Question>{user()}<DateTimeUTC>1584376702</DateTimeUTC><Option><Text>yes</Text></Option></Poll>"

ROWS = (ENTERED, BOB_ENTERED, MESSAGE, AGAIN, HISTORY, OLDER, ATTACHMENT, INVITE, SYSTEM, ODD, BOB_LEFT)


def dump(*rows: str, room: str = CHAT) -> bytes:
    """A file as the vendor writes it."""
    lines = "".join(f"    {one}\n" for one in rows)
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<FileDump>\n  <Version>19.0</Version>\n'
        f'  <Conversation Perspective="HARBOUR DESK" RoomType="P">\n    <RoomID>{room}</RoomID>\n'
        "    <StartTime>03/16/2020 00:00:00</StartTime><StartTimeUTC>1584316800</StartTimeUTC>\n"
        f"{lines}    <EndTime>03/16/2020 23:59:59</EndTime><EndTimeUTC>1584403199</EndTimeUTC>\n  </Conversation>\n</FileDump>\n"
    ).encode()


MAIL = """<Message><MsgID>5E6F-AB38</MsgID><MsgTime>2020-03-16-16.37.21.000000</MsgTime><MsgTimeUTC>1584376641</MsgTimeUTC><MsgLang>CHINESE</MsgLang>
<Sender><UserInfo><FirstName>AMY</FirstName><LastName>WONG</LastName><BloombergUUID>25813826</BloombergUUID><BloombergEmailAddress>awong12@bloomberg.net</BloombergEmailAddress><CorporateEmailAddress>amy@example.com</CorporateEmailAddress></UserInfo></Sender>
<Recipient DeliveryType="TO"><UserInfo><BloombergEmailAddress>bchan@bloomberg.net</BloombergEmailAddress></UserInfo></Recipient>
<Recipient DeliveryType="CC"><UserInfo><BloombergEmailAddress>cli@bloomberg.net</BloombergEmailAddress></UserInfo></Recipient>
<Subject>报价</Subject><Attachment><FileName>a.pdf</FileName><FileID>77.pdf</FileID><FileSize>9</FileSize></Attachment><MsgBody>see attached</MsgBody></Message>"""


def mail_dump(*mails: str) -> bytes:
    return ('<?xml version="1.0"?>\n<FileDump><Version>1.6</Version>\n' + "\n".join(mails) + "\n</FileDump>").encode()
