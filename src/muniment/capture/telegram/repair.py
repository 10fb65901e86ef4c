"""Mends what Telegram Desktop writes in place of JSON: control characters as `\\xNN`, which no JSON reader takes."""

import re

_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)


def repair(raw: bytes) -> bytes:
    """The same bytes with each `\\xNN` that is an escape (and not the end of `\\\\`) written `\\u00NN`."""
    if b"\\x" not in raw:
        return raw
    return _ESCAPE.sub(lambda match: b"\\u00" + match[1] if match[1] else match[0], raw)
