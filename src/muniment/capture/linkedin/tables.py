"""Which table a CSV file is, by the names of its columns, and what makes a row of it the same as that of another export."""

import hashlib
from collections.abc import Mapping, Sequence

MESSAGES, SHARES, COMMENTS = "messages", "shares", "comments"

_NEEDED = {
    MESSAGES: {"CONVERSATION ID", "FROM", "DATE", "CONTENT"},
    SHARES: {"DATE", "SHARELINK", "SHARECOMMENTARY"},
    COMMENTS: {"DATE", "LINK", "MESSAGE"},
}
_SAME = {
    MESSAGES: ("CONVERSATION ID", "FROM", "DATE", "SUBJECT", "CONTENT"),
    SHARES: ("DATE", "SHARELINK", "SHARECOMMENTARY"),
    COMMENTS: ("DATE", "LINK", "MESSAGE"),
}


def table_of(header: Sequence[str]) -> str | None:
    """The table that bears such a header; None for one that holds no messages."""
    names = {name.strip().upper() for name in header}
    return next((table for table, needed in _NEEDED.items() if needed <= names), None)


def by_name(header: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    """The values of a row by the names of their columns, in upper case; of two columns of one name the first."""
    found: dict[str, str] = {}
    for name, value in zip(header, values, strict=False):
        found.setdefault(name.strip().upper(), value)
    return found


class Keys:
    """Hands out the keys of one table's rows, counting those that are equal in everything."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._seen: dict[bytes, int] = {}

    def key(self, row: Mapping[str, str]) -> str:
        """SHA-256 over what makes a row what it is, and its ordinal among equal ones, from 1."""
        digest = hashlib.sha256("\0".join(row.get(name, "") for name in _SAME[self._table]).encode("utf-8", "replace"))
        number = self._seen[digest.digest()] = self._seen.get(digest.digest(), 0) + 1
        return f"{self._table}/{digest.hexdigest()}/{number}"
