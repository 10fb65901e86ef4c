"""ZIP archives: the names of the members, and the text of those that have any, archives within archives included."""

from muniment.media.output import Output
from muniment.media.reading import Note, PlaceKind
from muniment.media.text import nested, package
from muniment.media.text.package import Budget, Damage, Package


def load() -> None:
    """The codecs of member names."""
    package.load()


def read(raw: bytes, output: Output) -> None:
    """Read an archive."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read an archive with what budget is left."""
    archive = Package(raw, budget)
    with output.place(PlaceKind.BODY):
        for name in archive.names:
            output.write(name + "\n")
    for name in archive.names:
        try:
            content = archive.whole(name)
        except Damage as damage:
            output.note(Note.PART_ENCRYPTED if damage.encrypted else Note.PART_DAMAGED)
            continue
        nested.read(content, name.rpartition("/")[2], output, budget)
