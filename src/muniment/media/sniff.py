"""What a file is, by its bytes: our own table of signatures, and whether that is what was claimed.

Trust: SVG, HTML and PDF can carry programs and are never `showable`; they leave the house as files to be saved. Nothing here
opens, expands or decodes a file: bytes are compared, and two directories are walked under a bound.
"""

import re

import msgspec

from muniment.media import olenames, types, zipnames
from muniment.media.reading import Family

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"\0\0\1\0", "image/x-icon"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (0, b"\x02#!SILK_V3", types.SILK),
    (0, b"#!SILK_V3", types.SILK),
    (0, b"#!AMR-WB\n", types.AMR_WB),
    (0, b"#!AMR\n", types.AMR),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xfa", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"MThd", "audio/midi"),
    (4, b"ftypM4A ", "audio/mp4"),
    (4, b"ftypM4B ", "audio/mp4"),
    (4, b"ftypqt  ", "video/quicktime"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (0, b"FLV\1", "video/x-flv"),
    (0, b"{\\rtf", types.RTF),
    (0, olenames.MAGIC, types.OLE),
    (0, b"PK\3\4", types.ZIP),
    (0, b"PK\5\6", types.ZIP),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"(\xb5/\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"L\0\0\0\1\x14\2\0", "application/x-ms-shortcut"),
)
"""Where the bytes stand, the bytes, and the type that they mean; the first that fits counts."""

SHOWABLE = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "audio/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/wav",
    }
)
"""What a browser is let to show in its place."""

_IN_RIFF = {b"WEBP", b"WAVE", b"AVI "}
_LOOKED_AT = 4_096  # bytes at the start that tell text from other bytes
_ODD = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Possessive throughout: no input makes these try a second way.
_BEFORE = rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?>.*?-->)\s*+)*+"
_HTML = re.compile(_BEFORE + rb"<(?:!doctype\s+html|html|head|body|meta|title)[\s>]", re.IGNORECASE | re.DOTALL)
_SVG = re.compile(_BEFORE + rb"(?:<!doctype\s+svg[^>]*+>\s*+)?+<svg[\s>]", re.IGNORECASE | re.DOTALL)
_XML = re.compile(rb"\s*<\?xml\s")
_HEADER = re.compile(rb"(?:[!-9;-~]++:[^\r\n]*+\r?\n(?:[ \t][^\r\n]*+\r?\n)*+){2,}+", re.DOTALL)
_OF_MAIL = re.compile(
    rb"^(from|to|subject|date|received|message-id|return-path|mime-version|delivered-to):", re.IGNORECASE | re.MULTILINE
)
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Sniffed(msgspec.Struct, frozen=True):
    """A file's type and family by its bytes, and whether the claim agrees: None where nothing was claimed or is known."""

    type: str
    family: Family
    agrees: bool | None


def sniff(raw: bytes, claimed: str | None = None, name: str = "") -> Sniffed:
    """What `raw` is. `claimed` is the sender's content type; where it claims nothing, the ending of `name` does."""
    found = type_of(raw)
    said = types.one_name(claimed or "") or types.by_ending(name)
    return Sniffed(found, types.family(found), _agrees(found, said))


def showable(content: bytes) -> str:
    """The type of a picture or sound that may be shown in its place; empty for everything else."""
    found = _signed(content)
    return found if found in SHOWABLE else ""


def type_of(raw: bytes) -> str:
    """The content type of `raw`, application/octet-stream where nothing is known."""
    found = _signed(raw)
    if found == types.ZIP:
        return _in_zip(raw)
    if found == types.OLE:
        return _in_ole(raw)
    if found:
        return found
    if b"%PDF-" in raw[:1024]:  # readers allow bytes before it (ISO 32000-1, annex H.3.4.1)
        return types.PDF
    if raw[:2] == b"BM" and len(raw) > 26 and raw[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return _written(raw)


def _signed(raw: bytes) -> str:
    for at, mark, type in SIGNATURES:
        if raw.startswith(mark, at) and (mark not in _IN_RIFF or raw.startswith(b"RIFF")):
            return type
    return ""


def _in_zip(raw: bytes) -> str:
    if raw[30:38] == b"mimetype" and raw[38:].startswith(
        (b"application/vnd.oasis.opendocument.", b"application/epub+zip")
    ):
        return raw[38:120].partition(b"PK")[0].decode("ascii", "replace").strip()
    names = zipnames.names(raw)
    if "[Content_Types].xml" in names:
        if "xl/workbook.bin" in names:
            return types.XLSB
        for folder, type in (("word/", types.DOCX), ("xl/", types.XLSX), ("ppt/", types.PPTX)):
            if any(name.startswith(folder) for name in names):
                return type
    if "AndroidManifest.xml" in names:
        return "application/vnd.android.package-archive"
    return "application/java-archive" if "META-INF/MANIFEST.MF" in names else types.ZIP


def _in_ole(raw: bytes) -> str:
    names = set(olenames.names(raw))
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        return types.LOCKED_OFFICE
    for stream, type in (
        ("WordDocument", types.DOC),
        ("Workbook", types.XLS),
        ("Book", types.XLS),
        ("PowerPoint Document", types.PPT),
        ("__properties_version1.0", types.MSG),
    ):
        if stream in names:
            return type
    return types.OLE


def _written(raw: bytes) -> str:
    """The type of text: that of bytes in which nothing speaks against text."""
    start = raw[:_LOOKED_AT]
    if not start.strip(b"\0 \t\r\n"):
        return types.UNKNOWN if start.strip(b" \t\r\n") or not start else types.TEXT
    bare = start[3:] if start.startswith(b"\xef\xbb\xbf") else start
    if _SVG.match(bare):
        return "image/svg+xml"
    if _HTML.match(bare):
        return types.HTML
    if start.startswith(_TEXT_MARKS):
        return types.TEXT
    if _ODD.search(start):
        return types.TEXT if _wide(start) else types.UNKNOWN
    if _XML.match(bare):
        return "application/xml"
    header = _HEADER.match(bare.removeprefix(b"\r\n"))
    if header and len(_OF_MAIL.findall(header.group())) >= 2:
        return types.EML
    return types.TEXT


def _wide(start: bytes) -> bool:
    """Whether bytes with zeros in them look like UTF-16 without a mark: line ends, spaces or digits in one half only."""
    even, odd = start[0::2], start[1::2]
    high, low = (even, odd) if even.count(0) > odd.count(0) else (odd, even)
    return (
        len(start) >= 4
        and high.count(0) > 0
        and low.count(0) == 0
        and not _ODD.search(bytes(b for b in low if b < 0x20))
    )


def _agrees(found: str, said: str) -> bool | None:
    if not said or found == types.UNKNOWN:
        return None if not said else _unknown_agrees(said)
    if found == said:
        return True
    if found in {types.LOCKED_OFFICE, types.OLE}:
        return said in {types.DOC, types.XLS, types.PPT, types.MSG, types.DOCX, types.XLSX, types.PPTX, types.XLSB}
    if {found, said} <= {"video/mp4", "audio/mp4", "video/quicktime", "video/3gpp"}:
        return True  # one container
    if types.family(found) is Family.TEXT:
        return types.family(said) is Family.TEXT or said in {types.EML, "image/svg+xml"}
    if found == types.EML:
        return types.family(said) is Family.TEXT
    return False


def _unknown_agrees(said: str) -> bool | None:
    """Bytes that we know nothing of: a claim of a type that we would have known is wrong."""
    known = {type for _, _, type in SIGNATURES} | {types.PDF, types.DOCX, types.XLSX, types.PPTX}
    return False if said in known or types.family(said) is Family.TEXT else None
