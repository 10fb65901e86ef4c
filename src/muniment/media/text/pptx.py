"""PowerPoint files: every slide in the order shown, hidden ones included, with its notes; comments, charts, diagrams.

Source: ECMA-376 part 1, 19 (PresentationML).
"""

from muniment.media.output import Output, Stop
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.text import package
from muniment.media.text.drawing import drawings, tell
from muniment.media.text.ooxml import Office, in_places
from muniment.media.text.package import Budget
from muniment.media.text.xml import Attributes

_MAIN = ("presentation.main", "slideshow.main", "template.main", "macroEnabled.main")
_COMMENTS = ("presentationml.comments", "ms-powerpoint.comments")


def load() -> None:
    """All modules are imported by importing this one."""
    package.load()


def read(raw: bytes, output: Output) -> None:
    """Read a PowerPoint file."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read a PowerPoint file with what budget is left."""
    office = Office(raw, output, budget)
    slides = _slides(office)
    if not slides:
        raise Stop(Status.DAMAGED, Note.PART_DAMAGED)
    for number, part in enumerate(slides, 1):
        with output.place(PlaceKind.SLIDE, number):
            tell(office, part)
        for kind, notes in office.relations(part).values():
            if kind == "notesSlide":
                with output.place(PlaceKind.NOTES, number):
                    tell(office, notes)
    in_places(office, PlaceKind.COMMENT, office.parts(*_COMMENTS), lambda part: tell(office, part, frozenset({"text"})))
    drawings(office)
    office.properties()
    office.embedded()


def _slides(office: Office) -> list[str]:
    """Parts of the slides in the order shown; one that the presentation forgot comes last."""
    found: dict[str, None] = {}
    for main in office.parts(*_MAIN)[:1]:
        relations = office.relations(main)

        def start(tag: str, attributes: Attributes, relations: dict[str, tuple[str, str]] = relations) -> None:
            if tag == "sldId" and attributes.get("r:id", "") in relations:
                found.setdefault(relations[attributes["r:id"]][1])

        office.read(main, start, _nothing)
    for part in office.parts("presentationml.slide"):
        found.setdefault(part)
    return list(found)


def _nothing(_: str) -> None:
    """Ends of elements that say nothing."""
