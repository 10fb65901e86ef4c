"""PDF, RTF, HTML, mails and archives."""

import io
from email.message import EmailMessage

import pypdf
import pytest
from pypdf.annotations import Text

from muniment.media import types
from muniment.media.attachment import read
from muniment.media.reading import Note, PlaceKind, Status
from tests.media.files import here, paragraph, pdf, word, zipped


def rewritten(raw: bytes, **how: str) -> bytes:
    """A PDF as another writer writes it, perhaps locked."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(raw))
    if how:
        writer.encrypt(**how)  # type: ignore[arg-type]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_is_read_page_by_page() -> None:
    reading = read(pdf("Monthly statement", "月結單：騰訊控股", "end"), "application/pdf", "statement.pdf")
    assert (reading.extract_status, reading.agrees) == (Status.OK, True)
    assert [(p.kind, p.number, reading.text[p.start : p.end]) for p in reading.places] == [
        (PlaceKind.PAGE, 1, "Monthly statement"),
        (PlaceKind.PAGE, 2, "月結單：騰訊控股"),
        (PlaceKind.PAGE, 3, "end"),
    ]


def test_bytes_before_a_pdf_do_not_matter() -> None:
    assert here(types.PDF, b"\r\n\r\n" + pdf("text")).text == "text"


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_locked_pdf_is_said_to_be_locked(algorithm: str) -> None:
    locked = rewritten(pdf("secret"), user_password="a", owner_password="b", algorithm=algorithm)
    answer = here(types.PDF, locked)
    assert (answer.status, answer.text) == (Status.ENCRYPTED, "")


def test_a_pdf_that_anybody_may_open_is_read() -> None:
    assert (
        here(types.PDF, rewritten(pdf("open"), user_password="", owner_password="b", algorithm="AES-256")).text
        == "open"
    )


def test_a_pdf_without_text_is_empty() -> None:
    assert here(types.PDF, pdf("")).status is Status.EMPTY


def test_comments_and_attached_files_of_a_pdf_are_read() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("page")))
    writer.add_annotation(0, Text(rect=(50, 50, 100, 100), text="不要外传"))
    writer.add_attachment("inner.docx", word(paragraph("attached words")))
    out = io.BytesIO()
    writer.write(out)
    reading = read(out.getvalue())
    assert [(p.kind, p.inside) for p in reading.places][:2] == [(PlaceKind.PAGE, ()), (PlaceKind.COMMENT, ())]
    assert "不要外传" in reading.text
    assert reading.extract_status in {Status.OK, Status.PARTIAL}


@pytest.mark.parametrize("cut", [20, 200, 700])
def test_a_pdf_without_its_end_is_damaged_or_mended(cut: int) -> None:
    assert here(types.PDF, pdf("text")[:cut]).status in {Status.DAMAGED, Status.OK, Status.EMPTY, Status.PARTIAL}
    assert here(types.PDF, b"%PDF-1.7\nnothing").status is Status.DAMAGED


RTF = r"""{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset136 PMingLiU;}{\f2\fcharset0 Arial;}}
{\colortbl;\red0\green0\blue0;}{\*\generator Riched20;}{\info{\title Statement}{\author Lam}}
{\header top line\par}\f0 \'c4\'e3\'ba\'c3\f1  \'b6R\'a4\'4a\f2  plain \u-29695?\u24515?\par
\uc2 \u20320XY\uc1 end\cell next\row a\tab b\{x\}\~y{\footnote small \'d0\'a1}{\field{\*\fldinst HYPERLINK "http://hidden"}{\fldrslt shown}}
{\pict\pngblip 89504e470d0a}{\pict\bin4 }}}}}{\*\shppict{\pict abc}}{\*\unknown gone}\u-10179?\u-8704? last}"""


def test_rich_text_is_read_by_font_and_by_number() -> None:
    answer = here(types.RTF, RTF.encode("ascii"))
    told = {place.kind: answer.text[place.start : place.end] for place in answer.places}
    body = told[PlaceKind.BODY]
    assert body.startswith("你好 買入 plain 谁心\n你end\tnext\na\tb{x}\xa0y")
    assert body.endswith("shown😀 last")
    assert told[PlaceKind.HEADER] == "top line"
    assert told[PlaceKind.FOOTNOTE] == "small 小"
    for gone in ("HYPERLINK", "89504e", "gone", "SimSun", "Riched", "abc"):
        assert gone not in answer.text
    assert answer.status is Status.OK


def test_rich_text_without_its_end_is_cut_short() -> None:
    answer = here(types.RTF, b"{\\rtf1 half a docu")
    assert (answer.status, answer.text, answer.notes) == (Status.PARTIAL, "half a docu", (Note.CUT_SHORT,))


def test_a_page_is_read_without_its_scripts() -> None:
    page = (
        "<html><head><title>報告</title><style>p{}</style><script>var hidden = 1;</script></head><body><p>one <b>two</b>three"
        "<p>four&nbsp;&amp;<br>five<table><tr><td>a</td><td>b</td></tr></table><img alt='chart of returns'>"
        "<input type=hidden value=secret><input value=shown><pre>  kept   so</pre></body></html>"
    )
    answer = here(types.HTML, page.encode("gb18030").replace(b"<head>", b"<head><meta charset=gb2312>"))
    assert [line for line in answer.text.split("\n") if line] == [
        "報告", "one twothree", "four &", "five", "a\tb", " chart of returns shown", "  kept   so",
    ]  # fmt: skip
    assert "hidden" not in answer.text
    assert "secret" not in answer.text


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "陳大文 <chan@example.com>", "desk@example.com", "買入指示 order"
    mail.set_content("Please buy 2 lots.\n請買入兩手。", charset="big5")
    mail.add_alternative("<p>Please buy <b>2 lots</b>.</p>", subtype="html")
    return mail


def test_a_mail_is_read_with_headers_and_attachments() -> None:
    mail = letter()
    mail.add_attachment(
        word(paragraph("signed form 表格")), maintype="application", subtype="octet-stream", filename="表格.docx"
    )
    mail.add_attachment("客户".encode("gb18030"), maintype="application", subtype="octet-stream", filename="list.txt")
    mail.add_attachment(b"\xff\xd8\xff\xe0", maintype="image", subtype="jpeg", filename="photo.jpg")
    reading = read(mail.as_bytes(), None, "order.eml")
    assert (reading.extract_status, reading.type, reading.agrees) == (Status.OK, types.EML, True)
    for words in (
        "陳大文 <chan@example.com>",
        "買入指示 order",
        "請買入兩手。",
        "表格.docx",
        "signed form 表格",
        "客户",
        "photo.jpg",
    ):
        assert words in reading.text
    assert reading.text.count("Please buy") == 1  # the plain text stands for the HTML that says the same
    assert ("表格.docx",) in {place.inside for place in reading.places}


def test_a_mail_of_html_alone_is_read() -> None:
    raw = (
        b"From: a@example.com\nSubject: =?gb2312?B?xOO6ww==?=\nContent-Type: text/html; charset=gb2312\n\n<p>"
        + "您好".encode("gbk")
    )
    assert here(types.EML, raw).text.endswith("Subject: 你好\n您好")


def test_raw_bytes_in_headers_and_unknown_charsets_are_read() -> None:
    raw = (
        b"From: a@example.com\nSubject: "
        + "買入騰訊控股".encode("big5")
        + b"\nContent-Type: text/plain; charset=x-no-such\n\n"
        + "收到".encode()
    )
    answer = here(types.EML, raw)
    assert "Subject: 買入騰訊控股" in answer.text
    assert answer.text.endswith("收到")


def test_a_header_that_decodes_to_nothing_is_shown_as_it_is() -> None:
    assert "=?utf-8?b?6LK35?=" in here(types.EML, b"From: a@example.com\nSubject: =?utf-8?b?6LK35?=\n\ntext").text


@pytest.mark.parametrize("charset", ['="a\0b"', "*=a\0b'en'utf-8%20", "*=us-ascii'en'utf-8"])
def test_a_mail_whose_charset_is_none_is_read(charset: str) -> None:
    answer = here(types.EML, f"From: a@example.com\nContent-Type: text/plain; charset{charset}\n\n買入兩手".encode())
    assert answer.status is Status.OK
    assert answer.text.endswith("買入兩手")


def test_a_mail_within_a_mail_is_read_under_it() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@example.com", "Fwd"
    outer.set_content("see below")
    outer.add_attachment(letter())
    answer = here(types.EML, outer.as_bytes())
    assert "請買入兩手。" in answer.text
    assert ("message/rfc822",) in {place.inside for place in answer.places}


def test_an_archive_is_read_member_by_member() -> None:
    raw = zipped(
        {"帳/list.txt": "一二三".encode("gb18030"), "photo.jpg": b"\xff\xd8\xff", "form.docx": word(paragraph("form"))}
    )
    reading = read(raw, None, "docs.zip")
    assert (reading.extract_status, reading.text) == (Status.OK, "帳/list.txt\nphoto.jpg\nform.docx\n一二三\nform")
    assert [place.inside for place in reading.places] == [(), ("list.txt",), ("form.docx",)]


def test_a_locked_member_is_said_to_be_locked() -> None:
    raw = bytearray(zipped({"a.txt": "secret", "b.txt": "open"}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        raw[raw.index(mark) + at] |= 1
    answer = here(types.ZIP, bytes(raw))
    assert (answer.status, answer.notes) == (Status.PARTIAL, (Note.PART_ENCRYPTED,))
    assert answer.text.endswith("open")


def test_a_member_whose_name_begins_with_a_zero_byte_is_read() -> None:
    answer = here(types.ZIP, zipped({"a.txt": "words", "b.txt": "others"}).replace(b"a.txt", b"\0.txt"))
    assert answer.status is Status.OK
    assert "words" in answer.text and "others" in answer.text


def test_what_has_no_reader_inside_is_noted() -> None:
    answer = here(types.ZIP, zipped({"program.exe": b"MZ\x90\x00\x03", "a.txt": "x"}))
    assert (answer.status, answer.notes) == (Status.PARTIAL, (Note.PART_UNREAD,))
