"""Text in charts and diagrams of office files, which stands in parts of its own. Source: ECMA-376 part 1, 21 (DrawingML)."""

from muniment.media.reading import PlaceKind
from muniment.media.text.ooxml import Office, in_places
from muniment.media.text.xml import Attributes

_PARTS = ("drawingml.chart", "drawingml.diagramData", "ms-office.chartex", ".drawing", "drawingml.chartshapes")


def drawings(office: Office) -> None:
    """A place for each chart, diagram and layer of text boxes."""
    in_places(office, PlaceKind.DRAWING, office.parts(*_PARTS), lambda part: tell(office, part))


def tell(office: Office, part: str, also: frozenset[str] = frozenset()) -> None:
    """Write the text of a part in DrawingML: a line a paragraph; `also` names further elements that hold text."""
    write = office.output.write
    heard = skipped = in_cell = 0
    written = {"t", "v"} | also  # v: what a chart shows at an axis

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal heard, skipped, in_cell
        skipped += tag == "Fallback"
        heard += tag in written
        in_cell += tag == "tc"
        if tag == "br" and not skipped:
            write("\n")

    def end(tag: str) -> None:
        nonlocal heard, skipped, in_cell
        skipped -= tag == "Fallback"
        heard -= tag in written
        in_cell -= tag == "tc"
        if skipped:
            return
        if tag == "tc":
            write("\t")
        elif tag in {"p", "v", "tr"} or tag in also:
            write(" " if in_cell else "\n")

    def data(text: str) -> None:
        if heard and not skipped:
            write(text)

    office.read(part, start, end, data)
