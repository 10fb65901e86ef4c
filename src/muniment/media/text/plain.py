"""Plain text, in whatever encoding; tables of text (CSV, TSV) stay as they are written, line by line."""

from muniment.media.output import Output
from muniment.media.reading import Note, PlaceKind
from muniment.media.text import encoding
from muniment.media.text.package import Budget


def load() -> None:
    """The codecs of text."""
    encoding.load()


def read(raw: bytes, output: Output) -> None:
    """Read text."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read text; it expands by nothing, so that no budget is used."""
    found = encoding.decode(raw, most=output.limits.text_chars + 1)
    with output.place(PlaceKind.BODY):
        if found.faulty:
            output.note(Note.UNDECODABLE)
        if found.cut_short:
            output.note(Note.CUT_SHORT)
        output.write(found.text)
