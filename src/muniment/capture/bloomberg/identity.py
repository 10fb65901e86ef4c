"""What makes a record of a dump that record, since there are no message ids; and which rows tell again what was told.

A row of `InteractionType` H shows somebody who came later what was said before. Where the file holds the row itself (N) too, H is no
message: it is kept as a span. Where it does not, H is the only evidence, and a message, under a key of its own.
"""

from hashlib import sha256

from muniment.capture.bloomberg.mail import is_mail
from muniment.capture.bloomberg.people import seen
from muniment.capture.content_keys import ContentKeys
from muniment.capture.element_parts import Repeated
from muniment.capture.filedump import ATTACHMENT
from muniment.capture.item import Item, words_in


class Identity:
    """Hands out the keys of one file's records."""

    def __init__(self) -> None:
        self._keys = ContentKeys()
        self._told: set[bytes] = set()

    def __call__(self, name: str, found: Item, room: str) -> str | Repeated:
        """See filedump.Identify."""
        if is_mail(name, found):
            native = found.ident("MsgID")
            return f"msg:{native}" if native else self._keys.key("mail", words_in(found.left))
        conversation = str(found.see("ConversationID") or room)
        at = str(found.see("DateTimeUTC") or found.see("DateTime") or "")
        who = seen(found, "User", "Inviter") or ""
        said = found.see("FileID") if name == ATTACHMENT else found.see("Content")
        fields = (name, conversation, at, who, str(said or ""), seen(found, "Invitee") or "")
        plain = sha256("\0".join(fields).encode("utf-8", "surrogatepass")).digest()[:16]
        if is_history(found):
            if plain in self._told:
                return Repeated(plain.hex())
            return self._keys.key("H", *fields)
        self._told.add(plain)
        return self._keys.key("N", *fields)


def is_history(found: Item) -> bool:
    """Whether a row only tells again; NH, seen on attachments, is new as well."""
    return bool(found.see("@InteractionType") == "H")


def login_of(found: Item) -> str | None:
    """Who enters or leaves."""
    return seen(found, "User")


def file_of(name: str, found: Item) -> str | None:
    """The name that an attachment has in the archive of files (`….att….tar.gz`), once unpacked beside the dump."""
    return found.ident("FileID") if name == ATTACHMENT else None
