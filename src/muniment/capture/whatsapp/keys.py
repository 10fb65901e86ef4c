"""Content keys: what makes a message of one export the same as that of another, since WhatsApp exports carry no ids."""

import unicodedata
from hashlib import sha256

from muniment.capture.whatsapp.locales import clean


class MessageKeys:
    """Hands out the keys of one file's messages, counting those that are equal in everything."""

    def __init__(self, conversation: str) -> None:
        self._conversation = conversation
        self._seen: dict[bytes, int] = {}

    def key(self, day: int, seconds: int, precise: bool, author: str | None, body: str) -> tuple[str, int]:
        """The key, hex SHA-256 over chat, local time to its precision, author, body and ordinal; and that ordinal, from 1."""
        text = f"{self._conversation}\0{day}\0{seconds}{'s' if precise else 'm'}\0{author or ''}\0{_normal(body)}"
        digest = sha256(text.encode("utf-8", "surrogatepass"))
        plain = digest.digest()
        occ = self._seen.get(plain, 0) + 1
        self._seen[plain] = occ
        digest.update(b"\0%d" % occ)
        return digest.hexdigest(), occ


def _normal(body: str) -> str:
    """A body as two exports of one chat agree on it: NFC, no marks, plain spaces, LF, nothing at the end."""
    if "\r" in body:
        body = body.replace("\r\n", "\n")
    text = clean(body)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.rstrip()
