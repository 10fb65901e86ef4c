"""XML by expat, with everything refused that lets a small document grow: document types, entities, endless depth.

Office files declare no document type, so one that does is refused whole. Names are compared without their namespace: the
strict and the transitional form of a format differ in nothing else.
"""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from muniment.media.output import Stop
from muniment.media.reading import Note, Status
from muniment.media.text.package import Damage

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Data = Callable[[str], None]
_BETWEEN = "\n"


def parse(pieces: Iterable[bytes], deepest: int, start: Start, end: End, data: Data | None = None) -> None:
    """Feed the document to the callbacks, with names cut to their last part. Raises `Damage` where it is not well-formed."""
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.buffer_text = True
    depth = 0

    def begins(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > deepest:
            raise Stop(Status.TOO_LARGE, Note.DEPTH_LIMIT)
        start(local(name), {_key(key): value for key, value in attributes.items()} if attributes else attributes)

    def ends(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local(name))

    parser.StartElementHandler = begins
    parser.EndElementHandler = ends
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Damage from error


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(_BETWEEN)[2]


def _key(name: str) -> str:
    """An attribute's name; those that name a relation are told apart from the element's own: `r:id` and `id`."""
    space, _, last = name.rpartition(_BETWEEN)
    return f"r:{last}" if space.endswith("/relationships") else last


def _refuse(*_: object) -> None:
    raise Stop(Status.DAMAGED, Note.ENTITIES)
