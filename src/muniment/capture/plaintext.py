"""HTML to the text that a reader would see, for messages that come as HTML: linear in its length, whatever it contains.

The result is for reading and finding; the HTML itself stays in the record. Nothing is fetched, nothing runs. Text that
a style sheet would hide is kept: what was sent is evidence, however it was meant to look.
"""

import re
from html import unescape

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form header "
    "hr html legend li main menu nav ol option pre section summary table tbody tfoot thead tr ul".split()
)
_PARAGRAPHS = frozenset("h1 h2 h3 h4 h5 h6 p".split())
_CELLS = frozenset(("td", "th"))
_RAW = frozenset(("script", "style", "title"))
"""Elements of which nothing is shown, up to their end tag."""

_NAME = re.compile(r"/?[A-Za-z][^\s/><]*")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_ATTRIBUTES = {
    name: re.compile(rf"""(?:^|[\s"'/]){name}\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
    for name in ("href", "alt")
}
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9A-Fa-f]{8,}+);?")
_AROUND = re.compile(r"[ \t]*\n[ \t]*")
_MANY = re.compile(r"\n{3,}")

_PATIENCE = 1 << 18
"""Characters that may be looked at in vain for the end of quoted attributes; after that a tag ends at the first `>`."""


def html_to_text(html: str) -> str:
    """The visible text of `html`: blocks on lines of their own, cells parted by tabs, pictures by their alternative text.

    The address of a link follows its words as ` <https://…>` where the words do not show it. Broken markup is read as far
    as it goes, and what is no tag stays text.
    """
    reader = _Reader(html)
    reader.read()
    text = _AROUND.sub("\n", "".join(reader.out).replace("\x00", "\ufffd"))
    return _MANY.sub("\n\n", text).strip(" \n")


class _Reader:
    def __init__(self, html: str) -> None:
        self._html = html
        self.out: list[str] = []
        self._fresh = True  # nothing but a break or a space came last
        self._lines = 2  # line ends that came last
        self._pre = 0
        self._link: tuple[str, int] | None = None
        self._patience = _PATIENCE
        self._absent: dict[str, int] = {}

    def read(self) -> None:
        html, at = self._html, 0
        while (start := html.find("<", at)) >= 0:
            if start > at:
                self._text(html[at:start])
            at = self._markup(start)
        self._text(html[at:])

    def _find(self, what: str, at: int) -> int:
        """`str.find`, which looks no second time for what is no longer there."""
        if at >= self._absent.get(what, len(self._html) + 1):
            return -1
        found = self._html.find(what, at)
        if found < 0:
            self._absent[what] = at
        return found

    def _markup(self, start: int) -> int:
        """Read what begins with the `<` at `start`; where to go on."""
        html = self._html
        if html.startswith("<!--", start):
            if html.startswith((">", "->"), start + 4):
                return html.index(">", start + 4) + 1
            end = self._find("-->", start + 4)
            if end >= 0:
                return end + 3
        elif html.startswith(("<!", "<?"), start):
            end = self._find(">", start)
            if end >= 0:
                return end + 1
        elif (name := _NAME.match(html, start + 1)) is not None:
            end = self._end_of_tag(name.end())
            if end >= 0:
                return self._tag(name[0].lower(), html[name.end() : end], end + 1)
        self._text("<")
        return start + 1

    def _end_of_tag(self, at: int) -> int:
        """Where the `>` of a tag stands, quoted ones passed over; -1 without one."""
        first = close = self._find(">", at)
        begun = at
        while close >= 0 and self._patience > 0:
            quote = min(
                (q for q in (self._html.find('"', at, close), self._html.find("'", at, close)) if q >= 0), default=-1
            )
            if quote < 0:
                return close
            at = self._find(self._html[quote], quote + 1) + 1
            if not at:
                break
            close = self._find(">", max(at, close)) if at > close else close
        if close >= 0 or first >= 0:
            self._patience -= max(at, close, first) - begun
        return first

    def _tag(self, name: str, attributes: str, end: int) -> int:
        if name in _RAW:
            close = (
                re.compile(f"</{name}[\\s/>]", re.IGNORECASE).search(self._html, end)
                if name not in self._absent
                else None
            )
            if close is not None:
                after = self._find(">", close.start())
                return after + 1 if after >= 0 else close.end()
            self._absent[name] = end
        bare = name.removeprefix("/")
        if bare == "br":
            self._lines += 1
            self.out.append("\n")
            self._fresh = True
        elif bare in _PARAGRAPHS:
            self._break(2)
        elif bare in _BLOCKS:
            self._break(1)
        elif name in _CELLS and not self._lines:
            self.out.append("\t")
            self._fresh, self._lines = True, 0
        if bare == "pre":
            self._pre = max(0, self._pre + (1 if name == "pre" else -1))
        if bare == "a":
            self._leave_link()
            href = _attribute(attributes, "href") if name == "a" else ""
            if href.lower().startswith(("http:", "https:", "mailto:", "tel:", "ftp:")):
                self._link = (href, len(self.out))
        elif name in {"img", "emoji", "area"} and (alt := _attribute(attributes, "alt")):
            self._text(alt, ready=True)
        return end

    def _leave_link(self) -> None:
        if self._link is None:
            return
        href, begun = self._link
        self._link = None
        shown = "".join(self.out[begun:])
        if href.removeprefix("mailto:").removeprefix("tel:").rstrip("/") not in shown:
            self.out.append(f" <{href}>")
            self._fresh, self._lines = False, 0

    def _break(self, lines: int) -> None:
        """See that at least so many line ends came last."""
        if self._lines < lines:
            self.out.append("\n" * (lines - self._lines))
            self._lines = lines
        self._fresh = True

    def _text(self, text: str, *, ready: bool = False) -> None:
        if "&" in text and not ready:
            text = unescape(_HUGE_REFERENCE.sub("\ufffd", text))
        if not self._pre:
            text = _SPACE.sub(" ", text)
            if self._fresh:
                text = text.lstrip(" ")
        if text:
            self.out.append(text)
            if text != " ":
                self._lines = 0
            self._fresh = text[-1] in " \n" and not self._pre


def _attribute(attributes: str, name: str) -> str:
    """The value of an attribute, on one line; empty without one."""
    found = _ATTRIBUTES[name].search(attributes)
    if found is None:
        return ""
    value = found[1] or found[2] or found[3] or ""
    return _SPACE.sub(" ", unescape(_HUGE_REFERENCE.sub("\ufffd", value))).strip()
