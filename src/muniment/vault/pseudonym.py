"""Keyed digests for what must be compared but not read: native keys and contents of records.

They are 16 bytes of keyed BLAKE2b (RFC 7693) under keys derived from the key-encryption key, so that a list of them tells
nobody without the keys whether a certain message, name or file is in the archive.
"""

import hashlib

from muniment.vault.kek import KeyEncryptionKey

SIZE = 16


class Pseudonyms:
    """Makes the digests of one archive."""

    def __init__(self, kek: KeyEncryptionKey) -> None:
        self._key = kek.derive("key-digest")
        self._content = kek.derive("content-digest")

    def key(self, source: str, kind: str, key: str) -> bytes:
        """The digest of a key of one kind (`message`, `attachment`, `conversation`, ...) within the account `source`; 16 bytes.

        The kind keeps a message whose sender chose its id from passing for something else.
        """
        return hashlib.blake2b(
            f"{source}\n{kind}\n{key}".encode("utf-8", "surrogatepass"), key=self._key, digest_size=SIZE
        ).digest()

    def content(self, raw: bytes) -> bytes:
        """The digest of a record's raw bytes; 16 bytes."""
        return hashlib.blake2b(raw, key=self._content, digest_size=SIZE).digest()
