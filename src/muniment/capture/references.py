"""Characters that XML has not, as telephones write them all the same: made readable, with every offset kept where one is needed.

An emoji comes as two references to the halves of a surrogate pair (`&#55357;&#56846;`), a zero as `&#0;` or as itself. A
pair is joined; what is no character becomes U+FFFD, and is named, so that nothing of what was written is lost.
"""

import re
from collections.abc import Iterator

_PAIR = re.compile(
    rb"&#(?:(5[56][0-9]{3})|[xX]([dD][89aAbB][0-9a-fA-F]{2}));&#(?:(5[67][0-9]{3})|[xX]([dD][c-fC-F][0-9a-fA-F]{2}));"
)
_REFERENCE = re.compile(rb"&#(?:([0-9]{1,12})|[xX]([0-9a-fA-F]{1,10}));")
_CONTROLS = bytes(range(9)) + b"\x0b\x0c" + bytes(range(14, 32))
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANKED = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))

_Found = re.Match[bytes]


def _code(decimal: bytes | None, hexadecimal: bytes | None) -> int:
    return int(decimal) if decimal is not None else int(hexadecimal or b"0", 16)


def _is_character(code: int) -> bool:
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _joined(found: _Found) -> int | None:
    """The character that two halves make; None where they are none."""
    high, low = _code(found[1], found[2]), _code(found[3], found[4])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
    return None


def blank(block: bytes) -> bytes:
    """Bytes of the same length that expat reads to the same elements."""
    if b"&#" in block:
        block = _PAIR.sub(_padded, block)
        block = _REFERENCE.sub(
            lambda found: found[0] if _is_character(_code(found[1], found[2])) else b" " * len(found[0]), block
        )
    return block.translate(_BLANKED)


def _padded(found: _Found) -> bytes:
    code = _joined(found)
    return found[0] if code is None else b"&#%s;" % str(code).zfill(len(found[0]) - 3).encode()


def repair(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """`raw` as XML would have it, and what had to give way in it to U+FFFD. What stands in CDATA are no references."""
    if b"&#" not in raw and _CONTROL.search(raw) is None:
        return raw, ()
    lost: list[str] = []

    def reference(found: _Found) -> bytes:
        if _is_character(_code(found[1], found[2])):
            return found[0]
        lost.append(found[0].decode())
        return b"&#65533;"

    def control(found: _Found) -> bytes:
        lost.append(f"\\x{found[0][0]:02x}")
        return b"&#65533;"

    def within(found: _Found) -> bytes:
        return control(found) and b"?"

    made = []
    for piece, is_cdata in _sections(raw):
        if is_cdata:
            made.append(_CONTROL.sub(within, piece))
        else:
            made.append(_CONTROL.sub(control, _REFERENCE.sub(reference, _PAIR.sub(_character, piece))))
    return b"".join(made), tuple(lost)


def _character(found: _Found) -> bytes:
    code = _joined(found)
    return found[0] if code is None else b"&#%d;" % code


def _sections(raw: bytes) -> Iterator[tuple[bytes, bool]]:
    """The bytes in pieces, and whether each is a CDATA section."""
    at = 0
    while (start := raw.find(b"<![CDATA[", at)) >= 0 and (end := raw.find(b"]]>", start) + 3) > 2:
        yield raw[at:start], False
        yield raw[start:end], True
        at = end
    yield raw[at:], False
