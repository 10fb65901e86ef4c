"""The secrets of a connection: sealed when they are entered, opened only to be used, never shown again."""

from collections.abc import Mapping

import msgspec

from muniment.capture.archive import Archive
from muniment.vault.sealedtext import SealedText

_PURPOSE = "connection"
_decoder = msgspec.json.Decoder(dict[str, str])


def seal_secrets(archive: Archive, source: str, secrets: Mapping[str, str]) -> bytes:
    """The sealed form of a connection's secret settings."""
    return SealedText(archive.kek, _PURPOSE).seal(msgspec.json.encode(dict(secrets)), source)


def open_secrets(archive: Archive, source: str, sealed: bytes | memoryview) -> dict[str, str]:
    """Undo `seal_secrets`; raises WrongKey."""
    return _decoder.decode(SealedText(archive.kek, _PURPOSE).open(bytes(sealed), source))
