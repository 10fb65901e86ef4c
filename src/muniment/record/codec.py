"""Canonical JSON: the one byte form in which leaves, headers and manifests are hashed.

The form is RFC 8785 (JCS) without floating-point numbers: UTF-8, members sorted by UTF-16 code units, no white space,
the shortest escapes, integers within ±(2^53 - 1). Text is not normalised: what came is what is hashed.
"""

import json
from typing import Any

from muniment.record.errors import Refused

SAFE_INTEGER = 2**53 - 1
"""Largest integer every JSON reader keeps exactly (RFC 7493 §2.2)."""


def canonical(value: Any) -> bytes:
    """Encode `value` (None, bool, int, str, list, tuple, dict with str keys) canonically; raises Refused for the rest."""
    _plain(value)
    return _text(value).encode("utf-8", "strict")


def is_plain_ascii_named(value: dict[str, Any]) -> bool:
    """Whether every member name in `value` is ASCII, so that sorting by code point is the canonical order; raises Refused as `canonical`."""
    return _plain(value) and _ascii_named(value)


def _ascii_named(value: Any) -> bool:
    if isinstance(value, dict):
        return all(name.isascii() for name in value) and all(map(_ascii_named, value.values()))
    return all(map(_ascii_named, value)) if isinstance(value, list | tuple) else True


def _plain(value: Any) -> bool:
    """Raise Refused unless `value` is within the subset; True otherwise."""
    if value is None or isinstance(value, bool | str):
        if isinstance(value, str) and not value.isascii():
            try:
                value.encode("utf-8")
            except UnicodeEncodeError:
                raise Refused("canonical JSON holds no lone surrogate; replace it before encoding") from None
        return True
    if isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            raise Refused("canonical JSON holds integers up to 2^53 - 1; write larger ones as text")
        return True
    if isinstance(value, list | tuple):
        return all(_plain(item) for item in value)
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise Refused("canonical JSON holds text as member names only")
        return all(_plain(key) and _plain(item) for key, item in value.items())
    raise Refused(
        "canonical JSON holds no {kind}; expected null, true, false, integer, text, list or object",
        kind=type(value).__name__,
    )


def _text(value: Any) -> str:
    return json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value) if all(name.isascii() for name in value) else sorted(value, key=_utf16)
        return {name: _sorted(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")
