"""Excel files: every sheet by its name, hidden ones included, as lines of cells; then comments, text boxes and charts.

Numbers are written as they are kept: a date is the number of a day. Source: ECMA-376 part 1, 18 (SpreadsheetML).
"""

from muniment.media.output import Output, Stop
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.text import package
from muniment.media.text.drawing import drawings
from muniment.media.text.ooxml import Office, in_places
from muniment.media.text.package import Budget
from muniment.media.text.xml import Attributes

_SHEETS = ("spreadsheetml.worksheet", "spreadsheetml.chartsheet", "spreadsheetml.dialogsheet", "ms-excel.macrosheet")
_COMMENTS = ("spreadsheetml.comments", "ms-excel.threadedcomments")


def load() -> None:
    """All modules are imported by importing this one."""
    package.load()


def read(raw: bytes, output: Output) -> None:
    """Read an Excel file."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read an Excel file with what budget is left."""
    office = Office(raw, output, budget)
    books = office.parts("sheet.main", "template.main", "macroEnabled.main")
    sheets = _named(office, books[0]) if books else {}
    for part in office.parts(*_SHEETS):
        sheets.setdefault(part, "")  # a sheet that the book forgot is read all the same
    if not sheets:
        raise Stop(Status.DAMAGED, Note.PART_DAMAGED)
    shared = _shared(office)
    for number, (part, label) in enumerate(sheets.items(), 1):
        with output.place(PlaceKind.SHEET, number, label):
            _cells(office, part, shared)
    in_places(office, PlaceKind.COMMENT, office.parts(*_COMMENTS), lambda part: _comments(office, part))
    drawings(office)
    office.properties()
    office.embedded()


def _named(office: Office, book: str) -> dict[str, str]:
    """Parts of the sheets in the book's order, with the names people see."""
    relations = office.relations(book)
    found: dict[str, str] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "sheet" and attributes.get("r:id", "") in relations:
            found.setdefault(relations[attributes["r:id"]][1], attributes.get("name", ""))

    office.read(book, start, _nothing)
    return found


def _shared(office: Office) -> list[str]:
    """The table of strings that cells refer to by number; readings aids (phonetics) left out."""
    strings: list[str] = []
    heard: list[str] = []
    inside = aside = 0

    def start(tag: str, _: Attributes) -> None:
        nonlocal inside, aside
        inside += tag == "t"
        aside += tag == "rPh"
        if tag == "si":
            heard.clear()

    def end(tag: str) -> None:
        nonlocal inside, aside
        inside -= tag == "t"
        aside -= tag == "rPh"
        if tag == "si":
            strings.append("".join(heard))

    def data(text: str) -> None:
        if inside and not aside:
            heard.append(text)

    for part in office.parts("spreadsheetml.sharedStrings"):
        office.read(part, start, end, data)
    return strings


def _cells(office: Office, part: str, shared: list[str]) -> None:
    write = office.output.write
    kind = ""
    heard: list[str] = []
    listening = False
    cells: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal kind, listening
        if tag == "row":
            cells.clear()
        elif tag == "c":
            kind = attributes.get("t", "n")
            heard.clear()
        elif tag in {"v", "t", "oddHeader", "oddFooter"}:
            listening = True

    def end(tag: str) -> None:
        nonlocal listening
        if tag in {"v", "t"}:
            listening = False
        elif tag == "c" and heard:
            cells.append(_value(kind, "".join(heard), shared, office.output))
            heard.clear()
        elif tag == "row" and cells:
            write("\t".join(cells) + "\n")
        elif tag in {"oddHeader", "oddFooter"}:
            listening = False
            write("".join(heard) + "\n")
            heard.clear()

    def data(text: str) -> None:
        if listening:
            heard.append(text)

    office.read(part, start, end, data)


def _value(kind: str, said: str, shared: list[str], output: Output) -> str:
    if kind == "s":
        if said.isascii() and said.isdigit() and len(said) < 10 and int(said) < len(shared):
            return shared[int(said)].replace("\n", " ")
        output.note(Note.PART_DAMAGED)
        return ""
    if kind == "b":
        return {"0": "FALSE", "1": "TRUE"}.get(said, said)
    return said.replace("\n", " ")


def _comments(office: Office, part: str) -> None:
    write = office.output.write
    listening = 0

    def start(tag: str, _: Attributes) -> None:
        nonlocal listening
        listening += tag in {"t", "text", "author"}

    def end(tag: str) -> None:
        nonlocal listening
        listening -= tag in {"t", "text", "author"}
        if tag in {"comment", "threadedComment", "author"}:
            write("\n")

    office.read(part, start, end, lambda text: write(text) if listening else None)


def _nothing(_: str) -> None:
    """Ends of elements that say nothing."""
