"""Word, Excel and PowerPoint: what python-docx, openpyxl and python-pptx write, and what they do not."""

import io

import docx
import openpyxl
import pptx
import pytest
from openpyxl.comments import Comment
from pptx.util import Inches

from muniment.media import types
from muniment.media.attachment import read
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.sandbox import Answer
from tests.media import files
from tests.media.files import SHEET, SLIDE, here, office, paragraph, related, word, zipped

MAIN = "application/vnd.openxmlformats-officedocument."


def told(answer: Answer) -> list[tuple[str, int, str, str]]:
    return [(str(p.kind), p.number, p.label, answer.text[p.start : p.end]) for p in answer.places]


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def test_a_letter_is_read_with_header_footer_table_and_comment() -> None:
    letter = docx.Document()
    letter.core_properties.title = "Account opening 開戶"
    first = letter.add_paragraph("Dear Mrs Chan, 保本保息")
    letter.add_comment(first.runs, text="who approved this?", author="Lam", initials="L")
    table = letter.add_table(2, 2)
    for row in range(2):
        for column in range(2):
            table.cell(row, column).text = f"r{row}c{column}"
    letter.sections[0].header.paragraphs[0].text = "STRICTLY PRIVATE"
    letter.sections[0].footer.paragraphs[0].text = "page foot 頁尾"
    reading = read(saved(letter), types.DOCX, "letter.docx")
    assert (reading.extract_status, reading.agrees, reading.notes) == (Status.OK, True, ())
    assert {place.kind for place in reading.places} >= {
        PlaceKind.BODY, PlaceKind.HEADER, PlaceKind.FOOTER, PlaceKind.COMMENT, PlaceKind.PROPERTIES
    }  # fmt: skip
    for words in ("保本保息", "r0c0 \tr0c1", "STRICTLY PRIVATE", "頁尾", "Lam: who approved this?", "開戶"):
        assert words in reading.text


def test_parts_that_no_library_writes_are_read_too() -> None:
    body = (
        paragraph("one")
        + "<w:p><w:r><w:t>tab</w:t><w:tab/><w:t>bed</w:t><w:br/><w:t>next</w:t></w:r></w:p>"
        + "<w:p><w:del><w:r><w:delText>taken back</w:delText></w:r></w:del></w:p>"
        + "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        + f"<mc:AlternateContent><mc:Choice>{paragraph('box')}</mc:Choice><mc:Fallback>{paragraph('box')}</mc:Fallback></mc:AlternateContent>"
    )
    note = "<w:footnote>{}</w:footnote>".format(paragraph("small print"))
    end = "<w:endnote>{}</w:endnote>".format(paragraph("last words"))
    answer = here(types.DOCX, word(body, footnotes=note, endnotes=end))
    assert told(answer) == [
        ("body", 0, "", "one\ntab\tbed\nnext\ntaken back\n\nbox"),
        ("footnote", 1, "", "small print"),
        ("endnote", 1, "", "last words"),
    ]


def test_a_main_part_is_found_by_its_content_whatever_its_name() -> None:
    kind = f"{MAIN}wordprocessingml.document.main+xml"
    strict = '<d:document xmlns:d="http://purl.oclc.org/ooxml/wordprocessingml/main"><d:p><d:t>strict</d:t></d:p></d:document>'
    assert here(types.DOCX, office({"word/document2.xml": (kind, strict)})).text == "strict"


def test_a_sheet_is_read_cell_by_cell_hidden_ones_too() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Orders 訂單"
    first.append(["buy", "0700.HK", 380.4, True, None, "騰訊\n控股"])
    first["A2"] = "=SUM(1,2)"
    first["A1"].comment = Comment("said by phone", "Lam")
    hidden = book.create_sheet("secret")
    hidden.sheet_state = "hidden"
    hidden["B2"] = "kickback"
    reading = read(saved(book), types.XLSX, "orders.xlsx")
    assert reading.extract_status is Status.OK
    assert reading.text.split("\n")[0] == "buy\t0700.HK\t380.4\tTRUE\t騰訊 控股"
    sheets = [(p.number, p.label, reading.text[p.start : p.end]) for p in reading.places if p.kind is PlaceKind.SHEET]
    assert sheets[1] == (2, "secret", "kickback")
    assert sheets[0][1] == "Orders 訂單"
    assert "said by phone" in reading.text


def test_inline_strings_formulas_and_readings_aloud() -> None:
    sheet = (
        f"<worksheet {SHEET}><sheetData><row><c t='inlineStr'><is><r><t>in</t></r><r><t>line</t></r></is></c>"
        "<c t='str'><f>A1&amp;B1</f><v>made</v></c><c t='s'><v>0</v></c><c t='s'><v>9</v></c><c t='e'><v>#N/A</v></c></row></sheetData>"
        "<headerFooter><oddFooter>&amp;Lfoot</oddFooter></headerFooter></worksheet>"
    )
    shared = f"<sst {SHEET}><si><t>東京</t><rPh><t>トウキョウ</t></rPh></si></sst>"
    raw = office(
        {
            "xl/worksheets/sheet1.xml": (f"{MAIN}spreadsheetml.worksheet+xml", sheet),
            "xl/sharedStrings.xml": (f"{MAIN}spreadsheetml.sharedStrings+xml", shared),
        }
    )
    answer = here(types.XLSX, raw)
    assert answer.text == "inline\tmade\t東京\t\t#N/A\n&Lfoot"
    assert (answer.status, answer.notes) == (
        Status.PARTIAL,
        (Note.PART_DAMAGED,),
    )  # a cell names a string that is not there


def test_slides_are_read_in_the_order_shown_with_their_notes() -> None:
    show = pptx.Presentation()
    for number in range(12):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = f"slide {number}"
        if number == 3:
            slide.notes_slide.notes_text_frame.text = "guaranteed 8% 唔好講"
            grid = slide.shapes.add_table(1, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
            grid.cell(0, 0).text, grid.cell(0, 1).text = "left", "right"
    order = show.slides._sldIdLst
    order.insert(0, order[11])
    reading = read(saved(show), types.PPTX, "pitch.pptx")
    shown = [reading.text[p.start : p.end].split("\n")[0] for p in reading.places if p.kind is PlaceKind.SLIDE]
    assert shown == ["slide 11", *(f"slide {number}" for number in range(11))]
    (notes,) = [p for p in reading.places if p.kind is PlaceKind.NOTES]
    assert notes.number == 5
    assert "唔好講" in reading.text[notes.start : notes.end]
    assert "left \tright" in reading.text


def test_comments_charts_and_diagrams_of_slides() -> None:
    text = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    raw = office(
        {
            "ppt/presentation.xml": (f"{MAIN}presentationml.presentation.main+xml", f'<p:presentation {SLIDE}><p:sldIdLst><p:sldId id="256" r:id="rId9"/></p:sldIdLst></p:presentation>'),
            "ppt/slides/any.xml": (f"{MAIN}presentationml.slide+xml", f"<p:sld {SLIDE}>{text.format('hello')}</p:sld>"),
            "ppt/comments/c.xml": (f"{MAIN}presentationml.comments+xml", f"<p:cmLst {SLIDE}><p:cm><p:text>remark</p:text></p:cm></p:cmLst>"),
            "ppt/charts/chart1.xml": (f"{MAIN}drawingml.chart+xml", f"<c:chart xmlns:c='c' {SLIDE}>{text.format('Returns')}<c:v>8.5</c:v></c:chart>"),
            "ppt/diagrams/data1.xml": (f"{MAIN}drawingml.diagramData+xml", f"<d xmlns='d' {SLIDE}>{text.format('Boss')}</d>"),
        },
        {"ppt/_rels/presentation.xml.rels": related(("rId9", "slide", "slides/any.xml"))},
    )  # fmt: skip
    assert told(here(types.PPTX, raw)) == [
        ("slide", 1, "", "hello"),
        ("comment", 1, "", "remark"),
        ("drawing", 1, "", "Returns\n8.5"),
        ("drawing", 2, "", "Boss"),
    ]


def test_what_was_put_in_whole_is_read_under_its_name() -> None:
    inner = word(paragraph("deep inside"))
    raw = zipped(
        {
            **members(word(paragraph("outside"))),
            "word/embeddings/letter.docx": inner,
            "word/media/a.png": b"\x89PNG\r\n\x1a\n",
        }
    )
    answer = here(types.DOCX, raw)
    assert (answer.status, answer.text) == (Status.OK, "outside\ndeep inside")
    assert answer.places[1].inside == ("letter.docx",)


def members(raw: bytes) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_locked_office_file_is_said_to_be_locked() -> None:
    reading = read(files.compound("EncryptionInfo", "EncryptedPackage"), types.DOCX, "a.docx")
    assert (reading.extract_status, reading.agrees, reading.text) == (Status.ENCRYPTED, True, "")


def test_an_old_office_file_has_no_reader() -> None:
    assert read(files.compound("WordDocument"), None, "a.doc").extract_status is Status.UNSUPPORTED


@pytest.mark.parametrize("type", [types.DOCX, types.XLSX, types.PPTX, types.ZIP])
def test_half_a_file_is_damaged(type: str) -> None:
    raw = word(paragraph("x" * 5_000))
    assert here(type, raw[: len(raw) // 2]).status is Status.DAMAGED


def test_one_damaged_part_leaves_the_others() -> None:
    raw = word(paragraph("whole"), header="<w:p><w:broken>", footer=paragraph("foot"))
    answer = here(types.DOCX, raw)
    assert (answer.status, answer.notes, answer.text) == (Status.PARTIAL, (Note.PART_DAMAGED,), "whole\nfoot")


def test_a_member_whose_bytes_changed_is_damaged() -> None:
    raw = bytearray(zipped({**members(word(paragraph("whole")))}, deflate=False))
    at = raw.index(b"whole")
    raw[at] ^= 1
    answer = here(types.DOCX, bytes(raw))
    assert answer.notes == (Note.PART_DAMAGED,)
