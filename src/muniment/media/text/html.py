"""HTML: the text, a line a block, cells apart by tabs; what a browser never shows as text (script, style) is left out."""

from html.parser import HTMLParser

from muniment.media.output import Output
from muniment.media.reading import Note, PlaceKind
from muniment.media.text import encoding
from muniment.media.text.package import Budget

_SILENT = {"script", "style", "template", "noframes"}
_BLOCKS = set(
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol option p pre section summary table tbody tfoot thead title tr ul".split()
)
_CELLS = {"td", "th"}
_SPOKEN = ("alt", "title", "placeholder", "value")
_AT_ONCE = 1 << 16


def load() -> None:
    """The codecs of text; the parser and its entities are imported already."""
    encoding.load()


def read(raw: bytes, output: Output) -> None:
    """Read a page."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read a page; it expands by nothing, so that no budget is used."""
    found = encoding.decode(raw, said=encoding.said_in_html(raw), most=4 * output.limits.text_chars)
    if found.faulty:
        output.note(Note.UNDECODABLE)
    with output.place(PlaceKind.BODY):
        write(found.text, output)


def write(page: str, output: Output) -> None:
    """Write the text of a page into the open place."""
    parser = _Words(output)
    for at in range(0, len(page), _AT_ONCE):
        parser.feed(page[at : at + _AT_ONCE])
    parser.close()


class _Words(HTMLParser):
    def __init__(self, output: Output) -> None:
        super().__init__(convert_charrefs=True)
        self._output = output
        self._silent = 0
        self._as_written = 0
        self._space = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self._as_written += tag in {"pre", "textarea"}
        if tag in _BLOCKS:
            self._break("\n")
        if not self._silent:
            for name, value in attrs:
                if (
                    name in _SPOKEN
                    and value
                    and not (tag == "input" and name == "value" and ("type", "hidden") in attrs)
                ):
                    self.handle_data(f" {value} ")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        self._as_written = max(0, self._as_written - (tag in {"pre", "textarea"}))
        if tag in _BLOCKS:
            self._break("\n")
        elif tag in _CELLS:
            self._break("\t")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._as_written:
            self._output.write(data)
            return
        words = data.split()
        if not words:
            self._space = self._space or bool(data)
            return
        lead = " " if self._space or data[0].isspace() else ""
        self._output.write(lead + " ".join(words))
        self._space = data[-1].isspace()

    def _break(self, with_: str) -> None:
        self._space = False
        self._output.write(with_)
