"""What the app writes in a message's place or beside it: attachments, placeholders, deleted and edited messages."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.whatsapp.body import read_body
from muniment.record.event import AttachmentStatus
from tests.capture.whatsapp.conftest import Read

LRM = "\u200e"


@pytest.mark.parametrize(
    ("body", "text", "named"),
    [
        ("IMG-20240503-WA0001.jpg (file attached)", "", "IMG-20240503-WA0001.jpg"),
        ("\u200eIMG-20240503-WA0001.jpg (file attached)\nlook at this", "look at this", "IMG-20240503-WA0001.jpg"),
        ("Term sheet (final) v2.pdf (file attached)", "", "Term sheet (final) v2.pdf"),
        ("報價 (最終).pdf (附件檔案)\n請看", "請看", "報價 (最終).pdf"),
        ("报价.pdf (文件附件)", "", "报价.pdf"),
        ("\u200e<attached: 00000042-PHOTO-2024-05-03-12-00-00.jpg>", "", "00000042-PHOTO-2024-05-03-12-00-00.jpg"),
        (
            "the slip \u200e<attached: 00000042-PHOTO-2024-05-03-12-00-00.jpg>",
            "the slip",
            "00000042-PHOTO-2024-05-03-12-00-00.jpg",
        ),
        ("one\ntwo \u200e<附件: 00000042-PHOTO.jpg>", "one\ntwo", "00000042-PHOTO.jpg"),
        ("\u200e<附件：00000042-AUDIO.opus>", "", "00000042-AUDIO.opus"),
        (
            "Terms.pdf • \u200e2 pages \u200e<attached: 00000007-Terms.pdf>",
            "Terms.pdf • \u200e2 pages",
            "00000007-Terms.pdf",
        ),
    ],
)
def test_a_named_attachment_is_found_with_its_caption(body: str, text: str, named: str) -> None:
    read = read_body(body)
    assert (read.text, read.named) == (text, (named,))


@pytest.mark.parametrize(
    ("body", "text", "kind"),
    [
        ("<Media omitted>", "", "media"), ("<Media omitted>\ncaption", "caption", "media"), ("<省略影音内容>", "", "media"),
        ("<省略多媒体文件>", "", "media"), ("<忽略多媒體檔>", "", "media"), ("<已省略多媒體檔案>", "", "media"),
        (f"{LRM}圖片已略去", "", "image"), (f"{LRM}image omitted", "", "image"), (f"caption {LRM}video omitted", "caption", "video"),
        (f"{LRM}贴图已省略", "", "sticker"), (f"{LRM}聯絡人卡片已略去", "", "contact card"), (f"{LRM}GIF 已略去", "", "gif"),
        (f"Terms.pdf • {LRM}2 pages {LRM}document omitted", f"Terms.pdf • {LRM}2 pages", "Terms.pdf"),
    ],
)  # fmt: skip
def test_an_attachment_that_was_left_out_is_known(body: str, text: str, kind: str) -> None:
    read = read_body(body)
    assert (read.text, read.omitted) == (text, (kind,))


@pytest.mark.parametrize("body", ["圖片已略去", "image omitted"])
def test_a_bare_placeholder_without_its_mark_keeps_the_words_too(body: str) -> None:
    read = read_body(body)
    assert (read.text, read.omitted) == (body, ("image",))


@pytest.mark.parametrize(
    "body",
    [
        "This message was deleted",
        "You deleted this message.",
        "此訊息已刪除",
        "你已刪除此訊息",
        "这条消息已删除",
        "您已删除此消息",
        f"{LRM}This message was deleted.",
    ],
)
def test_a_deleted_message_has_no_words_and_is_flagged(body: str, read: Read) -> None:
    (event,) = read(f"14/5/24, 10:00 - Ann: {body}\n").events
    assert (event.text, event.flags, event.extra["placeholder"]) == ("", ("deleted",), body.strip(LRM))


@pytest.mark.parametrize(
    "marker",
    [
        "<This message was edited>",
        "<此訊息已編輯>",
        "<此消息已编辑>",
        "<Se editó este mensaje.>",
        "<Diese Nachricht wurde bearbeitet.>",
    ],
)
def test_an_edited_message_has_its_last_words_and_is_flagged(marker: str, read: Read) -> None:
    (event,) = read(f"14/5/24, 10:00 - Ann: sell 300\nnot 200 {LRM}{marker}\n").events
    assert (event.text, event.flags) == ("sell 300\nnot 200", ("edited",))


@pytest.mark.parametrize(
    "body",
    [
        "I think this message was deleted", "(see above)", "<b>bold</b>", "a < b > c", "profit (attached)", "<attached>", "see the file attached",
        "<meeting: 10:00>", "media omitted? no", "This message was edited", ">:( not ok (really)",
    ],
)  # fmt: skip
def test_words_that_look_a_little_like_the_apps_are_words(body: str) -> None:
    assert read_body(body) == (body, (), (), False, False, None)


@given(st.text(max_size=300))
def test_any_body_is_read(body: str) -> None:
    read = read_body(body)
    assert read.text.strip() in body.replace("\r\n", "\n") or read.placeholder


def test_media_of_the_apps_own_names_beside_a_text_come_along(read: Read, tmp_path: Path) -> None:
    (tmp_path / "IMG-20240503-WA0001.jpg").write_bytes(b"\xff\xd8photo")
    (tmp_path / "keys.txt").write_bytes(b"secret")
    (tmp_path / "IMG-20240503-WA0002.jpg").symlink_to(tmp_path / "keys.txt")
    content = "".join(
        f"14/5/24, 10:0{minute} - Ann: {name} (file attached)\n"
        for minute, name in enumerate(
            ["IMG-20240503-WA0001.jpg", "keys.txt", "IMG-20240503-WA0002.jpg", "../keys.txt", "IMG-20240503-WA0003.jpg"]
        )
    )
    imported = read(content, beside=tmp_path)
    assert [part.raw for part in imported.attachments] == [b"\xff\xd8photo"]
    stored, *missing = [event.attachments[0] for event in imported.events]
    assert (stored.status, stored.size, stored.content_type) == (AttachmentStatus.STORED, 7, "image/jpeg")
    assert {attachment.status for attachment in missing} == {AttachmentStatus.MISSING}
    assert imported.messages[0].missing == ()
    assert [part.missing for part in imported.messages[1:]] == [(a.name,) for a in missing]
