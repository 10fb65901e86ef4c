"""What a file really is, of the few kinds that a browser is let to show: by its first bytes, never by its name.

Trust: SVG, HTML and PDF can carry programs and are in no table here; they leave the house as files to be saved.
"""

KINDS: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf3", 0, "audio/mpeg"),
    (b"\xff\xf2", 0, "audio/mpeg"),
    (b"ftypM4A ", 4, "audio/mp4"),
    (b"ftypM4B ", 4, "audio/mp4"),
)
"""Bytes, where they stand, and the type that they mean."""
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}


def showable(content: bytes) -> str:
    """The type of a picture or sound that may be shown in its place; empty for everything else."""
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12], "")
    return next((kind for mark, at, kind in KINDS if content[at : at + len(mark)] == mark), "")
