"""Lines that the app wrote are events about the chat, in many languages, and never anybody's words; words stay words."""

import pytest

from muniment.capture.whatsapp.notices import NOTICES
from muniment.capture.whatsapp.system import classify
from muniment.record.event import Event
from tests.capture.whatsapp.conftest import Read

ROWS = [
    ("conversation_update", "subject", 'Jane changed the group name from "A: B" to "C"'),
    ("conversation_update", "subject", "Jane changed the subject to “A: B”"),
    ("conversation_update", "subject", "Jane將群組名稱由「A: B」變更為「C」"),
    ("conversation_update", "subject", "Jane已将群组名称从“A: B”更改为“C”"),
    ("conversation_update", "subject", "Jane hat den Betreff von „A: B“ zu „C“ geändert."),
    ("conversation_update", "create", '+1 555 010 created group "A: B"'),
    ("conversation_update", "create", "你建立了群組「交易: 利率」"),
    ("conversation_update", "icon", "Jane changed this group's icon"),
    ("conversation_update", "icon", "你更改了此群组的图标"),
    ("conversation_update", "description", "Jane changed the group description"),
    ("conversation_update", "settings", "You changed this group's settings to allow only admins to send messages"),
    (
        "conversation_update",
        "disappearing",
        "You turned on disappearing messages. New messages will disappear from this chat 24 hours after",
    ),
    ("conversation_update", "disappearing", "你開啟了限時訊息。新訊息將在傳送 24 小時後從此對話中消失"),
    ("membership", "add", "Jane added +852 9123 4567"),
    ("membership", "add", "You were added"),
    ("membership", "add", "陳大文 新增了你"),
    ("membership", "remove", "Jane removed Tom"),
    ("membership", "remove", "陈大文移除了Tom"),
    ("membership", "leave", "Tom left"),
    ("membership", "leave", "Tom 離開了群組"),
    ("membership", "join", "Tom joined using this group's invite link"),
    ("membership", "join", "Tom通过此群组的邀请链接加入"),
    ("membership", "admin", "You're now an admin"),
    (
        "identity_change",
        "number",
        "Tom changed their phone number to a new number. Tap to message or add the new number.",
    ),
    ("identity_change", "security_code", "Your security code with Tom changed. Tap to learn more."),
    ("identity_change", "security_code", "您與Tom的安全碼已變更。點擊以了解更多。"),
    ("call", "missed_voice", "Missed voice call"),
    ("call", "missed_video", "未接視像通話"),
    ("call", "missed_voice", "未接语音通话"),
    ("system", "encryption", "訊息和通話經端對端加密。此對話以外的任何人均無法查看或聆聽那些內容。"),
    ("system", "blocked", "You blocked this contact. Tap to unblock."),
]


def event(read: Read, line: str) -> Event:
    """The event of a line between two messages of a chat."""
    return read(f"14/5/24, 10:00 - Ann: a\n14/5/24, 10:01 - {line}\n14/5/24, 10:02 - Ann: b\n").events[1]


@pytest.mark.parametrize(("kind", "op", "line"), ROWS)
def test_a_notice_is_an_event_about_the_chat_and_nobodys_words(kind: str, op: str, line: str, read: Read) -> None:
    found = event(read, line)
    assert (str(found.kind), found.extra["op"], found.sender) == (kind, op, None)
    assert found.text == line


@pytest.mark.parametrize(("kind", "op", "line"), ROWS)
def test_the_same_words_typed_by_somebody_are_their_words(kind: str, op: str, line: str, read: Read) -> None:
    found = event(read, f"Bob: {line}")
    assert (str(found.kind), found.sender, found.text) == ("message", "Bob", line)


@pytest.mark.parametrize(("kind", "op", "line"), [row for row in ROWS if row[0] != "call"])
def test_ios_writes_notices_behind_a_mark_under_the_groups_name(kind: str, op: str, line: str, read: Read) -> None:
    found = read(f"[14/5/24, 10:00:00] Desk: \u200e{line}\r\n").events[0]
    assert (str(found.kind), found.sender, found.extra["written_as"]) == (kind, None, "Desk")


def test_a_missed_call_on_ios_says_who_called(read: Read) -> None:
    found = read("[14/5/24, 10:00:00] Ann: \u200eMissed voice call\r\n").events[0]
    assert (str(found.kind), found.sender) == ("call", "Ann")


def test_a_notice_in_an_unknown_language_is_still_nobodys_words(read: Read) -> None:
    found = event(read, "Jane alisasisha jina la kikundi")
    assert (str(found.kind), found.sender) == ("system", None)


def test_who_did_what_to_whom_is_kept(read: Read) -> None:
    found = event(read, "Jane added Tom")
    assert found.extra == {"op": "add", "actor": "Jane", "subject": "Tom"}


def test_a_notice_whose_quoted_name_ends_an_author_is_flagged(read: Read) -> None:
    assert event(read, 'Jane changed the group name from "A: B" to "C"').flags == ("ambiguous_author",)


@pytest.mark.parametrize("author", ["Ann “the Bear” Lee", 'Bob "B" Wong', "「小明」", "O'Brien", "~ Tom", "Kim: not"])
def test_a_name_with_quotes_is_a_name(author: str, read: Read) -> None:
    found = event(read, f"{author}: hello")
    assert found.sender == author.partition(": ")[0]


def test_every_template_recognises_what_it_stands_for() -> None:
    for kind, op, templates in NOTICES:
        for template in map(str.strip, templates.strip().splitlines()):
            line = template.replace("{a}", "Mei Wong").replace("{b}", "Tom")
            notice = classify(line)
            assert notice is not None, line
            assert notice.kind is kind, (line, notice, op)


def test_a_chat_is_known_as_group_or_direct_where_it_shows(read: Read) -> None:
    def kind(content: str, name: str) -> object:
        return read(content, name=name).messages[0].meta.get("chat")

    two = "14/5/24, 10:00 - Ann: a\n14/5/24, 10:01 - Bob: b\n"
    assert kind(two, "WhatsApp Chat with Bob.txt") == "direct"
    assert kind(two, "WhatsApp Chat with Desk.txt") is None
    assert kind(two + "14/5/24, 10:02 - Tom left\n", "WhatsApp Chat with Desk.txt") == "group"
    assert kind(two + "14/5/24, 10:02 - Tom: c\n", "WhatsApp Chat with Desk.txt") == "group"


@pytest.mark.parametrize(
    ("name", "chat"),
    [
        ("WhatsApp Chat with Mei Wong.txt", "Mei Wong"), ("WhatsApp Chat with Mei Wong (1).txt", "Mei Wong"),
        ("与陈大文的 WhatsApp 聊天.txt", "陈大文"), ("與陳大文的WhatsApp對話.txt", "陳大文"), ("WhatsApp Chat - Desk.zip", "Desk"),
        ("Chat de WhatsApp con Ana.txt", "Ana"), ("WhatsApp Chat mit Ana.txt", "Ana"), ("Conversa do WhatsApp com Ana.txt", "Ana"),
        ("Discussion WhatsApp avec Ana.txt", "Ana"), ("WhatsApp_Chat_with_Ana.txt", "Ana"), ("desk notes.txt", "desk notes"),
    ],
)  # fmt: skip
def test_the_chats_name_is_that_of_the_file(name: str, chat: str, read: Read) -> None:
    imported = read("14/5/24, 10:00 - Ann: a\n", name=name)
    assert imported.events[0].conversation == chat
    assert imported.snapshot.conversation == chat


def test_an_ios_chat_text_alone_takes_its_name_from_the_first_notice(read: Read) -> None:
    content = (
        "[14/5/24, 10:00:00] Desk: \u200eMessages and calls are end-to-end encrypted.\r\n[14/5/24, 10:00:01] Ann: a\r\n"
    )
    assert read(content, name="_chat.txt").events[1].conversation == "Desk"
