"""What stands in a message's body: words, and what the app wrote in place of content or beside it."""

import re
from typing import NamedTuple

from muniment.capture.whatsapp.locales import clean
from muniment.capture.whatsapp.phrases import (
    ATTACHED_PREFIX,
    ATTACHED_SUFFIX,
    BRACKETED,
    DELETED,
    EDITED,
    PLAIN,
    may_be_phrase,
    norm,
)

LRM = "\u200e"
"""The mark that iOS, and in places Android, sets before what the app itself wrote."""


class Body(NamedTuple):
    """A body taken apart: the sender's words, the attachments named or left out, and the app's markers as written."""

    text: str
    named: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    deleted: bool = False
    edited: bool = False
    placeholder: str | None = None


_EDITED = re.compile("[ \u00a0\u200e\u200f]*<([^<>\n]{3,60})>[\u200e\u200f ]*$")
_ATTACHED = re.compile("[\u200e\u200f\u202a-\u202e ]*<([^<>:：\n]{2,30})[:：] ?([^<>\n]{1,255})>[\u200e\u200f ]*$")
_SUFFIX = re.compile(
    "^[\u200e\u200f\u202a-\u202e]*([^\n]{1,255}?)[\u200e\u200f\u202a-\u202e]? [(（]([^()（）\n]{3,40})[)）][\u200e\u200f\u202a-\u202e]*$"
)
_OMITTED = re.compile("^[\u200e\u200f]*<([^<>\n]{3,60})>[\u200e\u200f]*$")


def read_body(body: str) -> Body:
    """Take `body` (as written, without its last line ending) apart. Pure; the work is bounded by its length."""
    text = body.replace("\r\n", "\n") if "\r" in body else body
    edited = False
    if (
        text.endswith((">", ">" + LRM))
        and (match := _EDITED.search(text, max(0, len(text) - 80)))
        and norm(match[1]) in EDITED
    ):
        edited, text = True, text[: match.start()]
    if "<" in text or "(" in text or LRM in text or "（" in text or (len(text) < 120 and may_be_phrase(text)):
        found = _app_wrote(text)
        if found is not None:
            return found._replace(edited=edited) if edited else found
    return Body(_words(text), edited=edited)


def _app_wrote(text: str) -> Body | None:
    """The body as far as the app wrote it, or None where all of it is the sender's words."""
    first, newline, rest = text.partition("\n")
    if len(text) < 120 and norm(text) in DELETED:
        return Body("", deleted=True, placeholder=clean(text).strip())
    if len(first) > 600:
        return None
    match = _OMITTED.match(first)
    if match is not None and (kind := BRACKETED.get(norm(match[1]))) is not None:
        return Body(_words(rest), omitted=(kind,), placeholder=clean(first).strip())
    match = _SUFFIX.match(first)
    if match is not None and norm(match[2]) in ATTACHED_SUFFIX:
        return Body(_words(rest), named=(clean(match[1]).strip(),))
    last = text.rpartition("\n")[2] if newline else text
    match = _ATTACHED.search(last, max(0, len(last) - 320))
    if match is not None and norm(match[1]) in ATTACHED_PREFIX:
        return Body(_words(text[: len(text) - len(last)] + last[: match.start()]), named=(clean(match[2]).strip(),))
    return _left_out(text, last)


def _left_out(text: str, last: str) -> Body | None:
    """A placeholder without brackets: surely the app's behind a mark; bare, the words are kept as text beside it."""
    before, mark, tail = last.rpartition(LRM)
    if len(tail) > 60:
        return None
    kind = PLAIN.get(norm(tail))
    if kind is None:
        return None
    if mark:
        words = _words(text[: len(text) - len(last)] + before)
        name = words.partition(" • ")[0] if kind == "document" and words else kind
        return Body(words, omitted=(name,), placeholder=clean(tail).strip())
    return Body(_words(text), omitted=(kind,), placeholder=clean(tail).strip()) if last is text else None


def _words(text: str) -> str:
    """The sender's words: as written, without the invisible marks that the app sets at either end."""
    return text.strip(" \n\r\u200e\u200f\ufeff")
