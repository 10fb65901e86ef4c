"""Rich Text Format: the body, headers, footers, notes and comments; Chinese by code page, by font and by \\u.

Text in other destinations (fonts, styles, pictures, objects) is none that anybody reads. Source: RTF specification 1.9.1.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from muniment.media.output import Output
from muniment.media.reading import Note, PlaceKind
from muniment.media.text import encoding
from muniment.media.text.package import Budget

_TOKEN = re.compile(
    rb"\\(?:([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|'([0-9A-Fa-f]{2})|([^A-Za-z]))|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)",
    re.DOTALL,
)
_PLACES = {
    b"header": PlaceKind.HEADER,
    b"headerl": PlaceKind.HEADER,
    b"headerr": PlaceKind.HEADER,
    b"headerf": PlaceKind.HEADER,
    b"footer": PlaceKind.FOOTER,
    b"footerl": PlaceKind.FOOTER,
    b"footerr": PlaceKind.FOOTER,
    b"footerf": PlaceKind.FOOTER,
    b"footnote": PlaceKind.FOOTNOTE,
    b"annotation": PlaceKind.COMMENT,
    b"atnauthor": PlaceKind.COMMENT,
    b"title": PlaceKind.PROPERTIES,
    b"subject": PlaceKind.PROPERTIES,
    b"author": PlaceKind.PROPERTIES,
    b"keywords": PlaceKind.PROPERTIES,
    b"doccomm": PlaceKind.PROPERTIES,
}
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object objdata themedata colorschememapping datastore latentstyles listtable "
    b"listoverridetable listtext revtbl rsidtbl generator filetbl xmlnstbl mmathPr fldinst bkmkstart bkmkend pntext pntxta pntxtb "
    b"pnseclvl nonshppict shppict panose falt fontemb fontfile atnid atndate atnref atrfstart atrfend ftnsep ftnsepc ftncn aftnsep "
    b"aftnsepc aftncn template passwordhash userprops wgrffmtfilter operator manager company category creatim revtim printim buptim "
    b"nextfile xe tc rxe background".split()
)
_ALOUD = frozenset({b"shptxt", b"result", b"shprslt", b"nesttableprops"})
_SIGNS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"nestrow": "\n", b"softline": "\n", b"column": "\n",
    b"cell": "\t", b"nestcell": "\t", b"tab": "\t",
    b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
_ESCAPES = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n", b"\t": "\t"}
_BY_CHARSET = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_BY_PAGE = {
    936: "gb18030",
    950: "big5hkscs",
    10000: "mac-roman",
    65001: "utf-8",
    54936: "gb18030",
    10008: "gb18030",
    10002: "big5hkscs",
}
_DEEPEST = 2_000


class _State(NamedTuple):
    """What a group inherits and gives back: font, characters that follow \\u for old readers, the place, whether it is silent."""

    font: int
    skip: int
    place: PlaceKind | None
    silent: bool
    fonts: bool  # within the table of fonts


class _Aside(msgspec.Struct):
    """Text that stands elsewhere than in the body: kept until the body has been written."""

    kind: PlaceKind
    said: list[str]


def load() -> None:
    """The codecs of text."""
    encoding.load()


def read(raw: bytes, output: Output) -> None:
    """Read a document."""
    within(raw, output, Budget(output.limits))


def within(raw: bytes, output: Output, budget: Budget) -> None:
    """Read a document; it expands by nothing, so that no budget is used."""
    document = _Document(raw, output)
    with output.place(PlaceKind.BODY):
        document.tell()
    for aside in document.asides:
        with output.place(aside.kind):
            output.write("".join(aside.said))


class _Document:
    def __init__(self, raw: bytes, output: Output) -> None:
        self.asides: list[_Aside] = []
        self._raw = raw
        self._output = output
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._bytes = bytearray()
        self._high = ""  # first half of a character beyond the basic plane
        self._state = _State(0, 1, None, silent=False, fonts=False)
        self._skipping = 0
        self._opened = False  # the group has just begun: its first word names it
        self._starred = False

    def tell(self) -> None:
        """Write the body as it comes; gather the rest."""
        stack: list[_State] = []
        ended = False
        for match in self._tokens():
            word, number, hexed, sign, brace, plain = match.groups()
            if brace == b"{":
                self._flush()
                if len(stack) >= _DEEPEST:
                    self._output.note(Note.DEPTH_LIMIT)
                    return
                stack.append(self._state)
                self._opened, self._starred, self._skipping = True, False, 0
            elif brace == b"}":
                self._flush()
                self._skipping = 0
                if stack:
                    self._state = stack.pop()
                if not stack:
                    ended = True
                    break
            elif word is not None:
                self._word(word, number)
            elif hexed is not None:
                self._byte(int(hexed, 16))
            elif sign is not None:
                self._sign(sign)
            elif plain is not None:
                self._plain(plain)
        self._flush()
        if not ended:
            self._output.note(Note.CUT_SHORT)

    def _tokens(self) -> Iterator[re.Match[bytes]]:
        """The document's tokens; the bytes after \\bin are stepped over, not read."""
        at = 0
        while match := _TOKEN.match(self._raw, at):
            at = match.end()
            if match[1] == b"bin":
                at += min(max(0, int(match[2] or 0)), len(self._raw))
            yield match

    def _word(self, word: bytes, number: bytes | None) -> None:
        value = int(number) if number else None
        if word == b"u" and value is not None:
            self._unicode(value)
            return
        self._flush()
        if self._skipping and word != b"uc":
            self._skipping -= 1  # a word counts as one character that follows \u
            return
        self._destination(word)
        if word == b"ansicpg" and value:
            self._page = _BY_PAGE.get(value) or (f"cp{value}" if encoding.known(f"cp{value}") else self._page)
        elif word == b"f" and value is not None:
            self._state = self._state._replace(font=value)
        elif word == b"fcharset" and self._state.fonts and value is not None:
            self._fonts[self._state.font] = _BY_CHARSET.get(value, "")
        elif word == b"uc" and value is not None:
            self._state = self._state._replace(skip=max(0, min(value, 8)))
        elif word == b"plain":
            self._state = self._state._replace(font=-1)
        elif word in _SIGNS:
            self._say(_SIGNS[word])

    def _destination(self, word: bytes) -> None:
        first, self._opened = self._opened, False
        if not first:
            return
        if word == b"fonttbl":
            self._state = self._state._replace(silent=True, fonts=True)
        elif word in _PLACES:
            self.asides.append(_Aside(_PLACES[word], []))
            self._state = self._state._replace(place=_PLACES[word], silent=False)
        elif word in _ALOUD:
            self._state = self._state._replace(silent=False)
        elif (word in _SILENT or self._starred) and not self._state.fonts:
            self._state = self._state._replace(silent=True)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._starred = True
            return
        self._flush()
        self._opened = False
        if self._skipping:
            self._skipping -= 1
        elif text := _ESCAPES.get(sign):
            self._say(text)

    def _plain(self, plain: bytes) -> None:
        self._opened = False
        skipped = min(self._skipping, len(plain))
        self._skipping -= skipped
        if not self._state.silent:
            self._bytes += plain[skipped:]

    def _byte(self, value: int) -> None:
        self._opened = False
        if self._skipping:
            self._skipping -= 1
        elif not self._state.silent:
            self._bytes.append(value)

    def _unicode(self, value: int) -> None:
        self._flush(keep_half=True)
        self._opened = False
        self._skipping = self._state.skip
        code = value & 0xFFFF if value < 0 else value
        if 0xD800 <= code < 0xDC00:
            self._high = chr(code)
        elif 0xDC00 <= code < 0xE000 and self._high:
            self._say(chr(0x10000 + ((ord(self._high) - 0xD800) << 10) + code - 0xDC00))
            self._high = ""
        elif code < 0x110000:
            self._high = ""
            self._say(chr(code))

    def _flush(self, *, keep_half: bool = False) -> None:
        """Decode what bytes have gathered: the halves of a character may have come as a sign and a letter."""
        if not keep_half:
            self._high = ""
        if not self._bytes:
            return
        raw = bytes(self._bytes)
        self._bytes.clear()
        name = self._fonts.get(self._state.font) or self._page
        try:
            self._say(raw.decode(name))
        except UnicodeDecodeError:
            found = encoding.decode(raw)  # a font that says one thing and text that is another
            if found.faulty:
                self._output.note(Note.UNDECODABLE)
            self._say(found.text)

    def _say(self, text: str) -> None:
        if self._state.silent:
            return
        if self._state.place is None:
            self._output.write(text)
        else:
            self.asides[-1].said.append(text)
