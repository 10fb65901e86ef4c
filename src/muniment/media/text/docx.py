"""Word files: the text, then headers, footers, foot- and endnotes, comments, text boxes, charts and what was put in whole.

Deleted text that change tracking kept is read too: it is in the file, and somebody may have meant it to be found or not.
Source: ECMA-376 part 1, 17 (WordprocessingML).
"""

from muniment.media.output import Output, Stop
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.text import package
from muniment.media.text.drawing import drawings
from muniment.media.text.ooxml import Office, in_places
from muniment.media.text.package import Budget
from muniment.media.text.xml import Attributes

_MAIN = (
    "wordprocessingml.document.main",
    "wordprocessingml.template.main",
    "word.document.macroEnabled.main",
    "word.template.macroEnabledTemplate.main",
)
_OTHERS = (
    (PlaceKind.HEADER, ".header"),
    (PlaceKind.FOOTER, ".footer"),
    (PlaceKind.FOOTNOTE, ".footnotes"),
    (PlaceKind.ENDNOTE, ".endnotes"),
    (PlaceKind.COMMENT, "wordprocessingml.comments"),
)
_WRITTEN = {"t", "delText"}
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_AFTER = {"p": "\n", "tc": "\t", "tr": "\n", "footnote": "\n", "endnote": "\n", "comment": "\n"}


def load() -> None:
    """All modules are imported by importing this one."""
    package.load()


def read(raw: bytes, output: Output) -> None:
    """Read a Word file."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read a Word file with what budget is left."""
    office = Office(raw, output, budget)
    main = office.parts(*_MAIN) or tuple(name for name in office.package.names if name == "word/document.xml")
    if not main:
        raise Stop(Status.DAMAGED, Note.PART_DAMAGED)
    for part in main:
        with output.place(PlaceKind.BODY):
            tell(office, part)
    for kind, ending in _OTHERS:
        in_places(office, kind, office.parts(ending), lambda part: tell(office, part))
    drawings(office)
    office.properties()
    office.embedded()


def tell(office: Office, part: str) -> None:
    """Write the text of one part: a line a paragraph, cells of a table apart by tabs."""
    write = office.output.write
    heard = skipped = in_cell = 0

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal heard, skipped, in_cell
        if tag == "Fallback":  # says again, for old readers, what the choice before it says
            skipped += 1
        heard += tag in _WRITTEN
        in_cell += tag == "tc"
        if not skipped and tag in _MARKS:
            write(_MARKS[tag])
        elif tag == "comment" and (author := attributes.get("author")):
            write(f"{author}: ")

    def end(tag: str) -> None:
        nonlocal heard, skipped, in_cell
        skipped -= tag == "Fallback"
        heard -= tag in _WRITTEN
        in_cell -= tag == "tc"
        if not skipped and tag in _AFTER:
            write(" " if tag == "p" and in_cell else _AFTER[tag])

    def data(text: str) -> None:
        if heard and not skipped:
            write(text)

    office.read(part, start, end, data)
