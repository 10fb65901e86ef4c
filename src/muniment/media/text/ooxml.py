"""What Word, Excel and PowerPoint files have in common: parts found by their declared content, and their relations.

Parts are found by `[Content_Types].xml` and not by name, because writers name them as they like (ECMA-376, part 2).
"""

import posixpath
import re
from collections.abc import Callable

from muniment.media.output import Output, Stop, one_line
from muniment.media.reading import Note, PlaceKind, Status
from muniment.media.text import nested, xml
from muniment.media.text.package import Budget, Damage, Package
from muniment.media.text.xml import Attributes

_TITLES = {"title", "subject", "description", "keywords", "creator", "lastModifiedBy"}
_NUMBERED = re.compile(r"(.*?)([0-9]{0,9})", re.DOTALL)


class Office:
    """An open office file: its parts by what they are, read under one budget, with damage to a part noted and passed over."""

    def __init__(self, raw: bytes, output: Output, budget: Budget) -> None:
        self.package = Package(raw, budget)
        self.output = output
        self.budget = budget
        self._parts = self._declared()

    def parts(self, *endings: str) -> tuple[str, ...]:
        """Names of the parts whose declared content ends so (the end of the type, before `+xml`), numbers in order."""
        return tuple(name for name, type in self._parts if type.endswith(endings))

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to within the file: id → (kind, name of the part)."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

        self.read(f"{folder}/_rels/{name}.rels".lstrip("/"), start, _nothing)
        return found

    def read(self, part: str, start: xml.Start, end: xml.End, data: xml.Data | None = None) -> bool:
        """Parse a part, if it is there; False where it is damaged, which is noted."""
        if part not in self.package:
            return True
        try:
            xml.parse(self.package.pieces(part), self.budget.limits.elements_deep, start, end, data)
        except Damage as damage:
            self.output.note(Note.PART_ENCRYPTED if damage.encrypted else Note.PART_DAMAGED)
            return False
        return True

    def properties(self) -> None:
        """Title, subject, authors and the like."""
        said: list[str] = []
        heard: list[str] = []

        def start(tag: str, _: Attributes) -> None:
            heard.clear()

        def end(tag: str) -> None:
            if tag in _TITLES and (text := one_line("".join(heard))):
                said.append(text)
            heard.clear()

        for part in self.parts(".core-properties"):
            self.read(part, start, end, heard.append)
        if said:
            with self.output.place(PlaceKind.PROPERTIES):
                self.output.write("\n".join(said))

    def embedded(self) -> None:
        """Files that were put into this one whole, such as a sheet in a letter."""
        for name in self.package.names:
            folder, _, file = name.rpartition("/")
            if folder.endswith("/embeddings") and file:
                self._embedded(name, file)

    def _embedded(self, name: str, file: str) -> None:
        try:
            raw = self.package.whole(name)
        except Damage:
            self.output.note(Note.PART_DAMAGED)
            return
        nested.read(raw, file, self.output, self.budget)

    def _declared(self) -> list[tuple[str, str]]:
        given: dict[str, str] = {}
        by_ending: dict[str, str] = {}

        def start(tag: str, attributes: Attributes) -> None:
            type = attributes.get("ContentType", "").removesuffix("+xml")
            if tag == "Override":
                given[attributes.get("PartName", "").lstrip("/")] = type
            elif tag == "Default":
                by_ending[attributes.get("Extension", "").lower()] = type

        if not self.read("[Content_Types].xml", start, _nothing):
            raise Stop(Status.DAMAGED, Note.PART_DAMAGED)
        names = self.package.names
        found = [(name, given.get(name) or by_ending.get(name.rpartition(".")[2].lower(), "")) for name in names]
        return sorted(found, key=lambda part: _counted(part[0]))


def in_places(office: Office, kind: PlaceKind, parts: tuple[str, ...], tell: Callable[[str], None]) -> None:
    """Tell each part in a place of its own, numbered as they come."""
    for number, part in enumerate(parts, 1):
        with office.output.place(kind, number):
            tell(part)


def _counted(name: str) -> tuple[str, int, str]:
    """Order in which part 10 comes after part 9."""
    stem, digits = _NUMBERED.fullmatch(name.rpartition(".")[0] or name).groups()  # type: ignore[union-attr] # fits all
    return stem, int(digits or 0), name


def _nothing(_: str) -> None:
    """Ends of elements that say nothing."""
