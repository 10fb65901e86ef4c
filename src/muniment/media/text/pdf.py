"""PDF by PDFium: the text of each page, its annotations and form fields, and the files attached to it.

A page without text (a scan) gives none; a document of such pages is `empty`, and a matter for a recogniser (protocols.py).
"""

import ctypes

import pypdfium2
from pypdfium2 import raw as pdfium

from muniment.media.output import Output, Stop
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.text import nested, package
from muniment.media.text.package import Budget

_SAID_IN = (b"Contents\0", b"V\0")  # what an annotation says; what stands in a form's field
_ANNOTATIONS = 10_000
_ATTACHED = 1_000
_LONGEST = 1 << 20


def load() -> None:
    """The codecs of names and texts; loading the module loads PDFium."""
    package.load()


def read(raw: bytes, output: Output) -> None:
    """Read a PDF."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read a PDF with what budget is left."""
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise Stop(Status.ENCRYPTED) from error
        raise Stop(Status.DAMAGED) from error
    with document:
        if not len(document):
            raise Stop(Status.DAMAGED)
        for number in range(1, len(document) + 1):
            try:
                _page(document, number, output)
            except pypdfium2.PdfiumError:
                output.note(Note.PART_DAMAGED)
        _attached(document, output, budget)


def _page(document: pypdfium2.PdfDocument, number: int, output: Output) -> None:
    page = document[number - 1]
    try:
        text = page.get_textpage()
        with output.place(PlaceKind.PAGE, number):
            output.write(text.get_text_range())
        text.close()
        with output.place(PlaceKind.COMMENT, number):
            for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _ANNOTATIONS)):
                _annotation(page, index, output)
    finally:
        page.close()


def _annotation(page: pypdfium2.PdfPage, index: int, output: Output) -> None:
    annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
    if not annotation:
        return
    for key in _SAID_IN:
        size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
        if 2 < size <= _LONGEST:
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFAnnot_GetStringValue(
                annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size
            )
            output.write(buffer.raw[: size - 2].decode("utf-16-le", "replace") + "\n")
    pdfium.FPDFPage_CloseAnnot(annotation)


def _attached(document: pypdfium2.PdfDocument, output: Output, budget: Budget) -> None:
    for index in range(min(document.count_attachments(), _ATTACHED)):
        try:
            attachment = document.get_attachment(index)
            name, content = attachment.get_name(), bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            output.note(Note.PART_DAMAGED)
            continue
        budget.member()
        budget.expanded(len(content))
        nested.read(content, name, output, budget)
