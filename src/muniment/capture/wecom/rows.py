"""A page of the archive, as the platform's JSON has it, to rows in order of their numbers; each row keeps its own bytes."""

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One encrypted message. `raw` is the row as it stood in the page."""

    seq: int
    msgid: str
    publickey_ver: int
    encrypt_random_key: str
    encrypt_chat_msg: str
    raw: bytes = b""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a call gave: the platform's own error, rows in order of number, and rows that are none."""

    errcode: int = 0
    rows: tuple[Row, ...] = ()
    unreadable: tuple[bytes, ...] = ()


class _Json(msgspec.Struct, frozen=True):
    errcode: int = 0
    chatdata: list[msgspec.Raw] | None = None


_page = msgspec.json.Decoder(_Json)
_row = msgspec.json.Decoder(Row, strict=False)


def read_page(data: bytes) -> Page | None:
    """The page in the platform's answer; None for what is no such answer."""
    try:
        found = _page.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    rows, unreadable = list[Row](), list[bytes]()
    for raw in found.chatdata or ():
        row = read_row(bytes(raw))
        if row is None:
            unreadable.append(bytes(raw))
        else:
            rows.append(row)
    return Page(errcode=found.errcode, rows=tuple(sorted(rows, key=lambda row: row.seq)), unreadable=tuple(unreadable))


def read_row(raw: bytes) -> Row | None:
    """The row in its bytes, or None; numbers may be written as text."""
    try:
        row = _row.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return msgspec.structs.replace(row, raw=raw) if 0 < row.seq < 2**53 and row.msgid else None
