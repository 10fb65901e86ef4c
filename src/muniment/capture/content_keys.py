"""Content keys: what makes a message of one export the same as that of another, where the platform gives it no id."""

from hashlib import sha256


class ContentKeys:
    """Hands out the keys of one file's messages, counting those that are equal in everything."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def key(self, *fields: str | None) -> str:
        """Hex SHA-256 over the fields, each with its length, and the ordinal, from 1, among equal ones."""
        digest = sha256()
        for field in fields:
            data = b"-" if field is None else field.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % (-1 if field is None else len(data)) + data)
        plain = digest.digest()[:16]
        ordinal = self._seen[plain] = self._seen.get(plain, 0) + 1
        digest.update(b"#%d" % ordinal)
        return digest.hexdigest()
