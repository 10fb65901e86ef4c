"""The types we know by name: their family, the other names that senders give them, and the endings of file names."""

from typing import Final

from muniment.media.reading import Family

UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
HTML: Final = "text/html"
EML: Final = "message/rfc822"
RTF: Final = "application/rtf"
PDF: Final = "application/pdf"
ZIP: Final = "application/zip"
OLE: Final = "application/x-ole-storage"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSB: Final = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
LOCKED_OFFICE: Final = "application/x-encrypted-office"
DOC: Final = "application/msword"
XLS: Final = "application/vnd.ms-excel"
PPT: Final = "application/vnd.ms-powerpoint"
MSG: Final = "application/vnd.ms-outlook"
SILK: Final = "audio/silk"
AMR: Final = "audio/amr"
AMR_WB: Final = "audio/amr-wb"

_DOCUMENTS = {RTF, PDF, OLE, DOCX, XLSX, PPTX, XLSB, LOCKED_OFFICE, DOC, XLS, PPT, MSG, EML}
_ARCHIVES = {
    ZIP,
    "application/gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/zstd",
    "application/x-tar",
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/java-archive",
    "application/vnd.android.package-archive",
}

ALSO: Final = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "image/x-bmp": "image/bmp",
    "image/vnd.microsoft.icon": "image/x-icon",
    "image/heif": "image/heic",
    "image/heic-sequence": "image/heic",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "audio/x-mp3": "audio/mpeg",
    "audio/x-mpeg": "audio/mpeg",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/opus": "audio/ogg",
    "application/ogg": "audio/ogg",
    "video/ogg": "audio/ogg",
    "audio/x-flac": "audio/flac",
    "audio/x-aac": "audio/aac",
    "audio/amr-nb": AMR,
    "audio/x-amr": AMR,
    "audio/3gpp": "video/3gpp",
    "audio/3gpp2": "video/3gpp",
    "video/3gpp2": "video/3gpp",
    "audio/x-silk": SILK,
    "audio/slk": SILK,
    "video/m4v": "video/mp4",
    "video/x-m4v": "video/mp4",
    "video/avi": "video/x-msvideo",
    "video/msvideo": "video/x-msvideo",
    "audio/webm": "video/webm",
    "video/x-matroska": "video/webm",
    "audio/x-ms-wma": "video/x-ms-asf",
    "video/x-ms-wmv": "video/x-ms-asf",
    "application/x-pdf": PDF,
    "text/rtf": RTF,
    "application/x-rtf": RTF,
    "application/x-zip": ZIP,
    "application/x-zip-compressed": ZIP,
    "application/x-gzip": "application/gzip",
    "application/x-rar": "application/vnd.rar",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/vnd.ms-word": DOC,
    "application/x-msexcel": XLS,
    "application/vnd.ms-word.document.macroenabled.12": DOCX,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template": DOCX,
    "application/vnd.ms-excel.sheet.macroenabled.12": XLSX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template": XLSX,
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": PPTX,
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow": PPTX,
    "application/xhtml+xml": HTML,
    "application/x-tgz": "application/gzip",
    "application/x-compressed-tar": "application/gzip",
    "application/x-dosexec": "application/vnd.microsoft.portable-executable",
    "application/x-msdownload": "application/vnd.microsoft.portable-executable",
}
"""Another name of a type, and the one name that we use; lower case."""

NOTHING_CLAIMED: Final = {"", UNKNOWN, "application/unknown", "binary/octet-stream", "application/x-unknown", "*/*"}

WRITTEN: Final = {
    "application/json",
    "application/xml",
    "application/javascript",
    "application/x-ndjson",
    "application/yaml",
    "application/x-yaml",
    "application/sql",
    "application/x-sh",
    "application/x-subrip",
}
"""Types beyond text/… whose files are plain text."""

ENDINGS: Final = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "heif": "image/heic",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "amr": AMR,
    "awb": AMR_WB,
    "silk": SILK,
    "slk": SILK,
    "aud": SILK,
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "3gp": "video/3gpp",
    "avi": "video/x-msvideo",
    "webm": "video/webm",
    "mkv": "video/webm",
    "wmv": "video/x-ms-asf",
    "flv": "video/x-flv",
    "pdf": PDF,
    "rtf": RTF,
    "doc": DOC,
    "dot": DOC,
    "docx": DOCX,
    "docm": DOCX,
    "dotx": DOCX,
    "xls": XLS,
    "xlsx": XLSX,
    "xlsm": XLSX,
    "xltx": XLSX,
    "xlsb": XLSB,
    "ppt": PPT,
    "pptx": PPTX,
    "pptm": PPTX,
    "ppsx": PPTX,
    "msg": MSG,
    "eml": EML,
    "htm": HTML,
    "html": HTML,
    "xhtml": HTML,
    "txt": TEXT,
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "vcf": "text/vcard",
    "ics": "text/calendar",
    "log": TEXT,
    "json": "application/json",
    "xml": "application/xml",
    "zip": ZIP,
    "gz": "application/gzip",
    "tgz": "application/gzip",
    "bz2": "application/x-bzip2",
    "xz": "application/x-xz",
    "zst": "application/zstd",
    "tar": "application/x-tar",
    "7z": "application/x-7z-compressed",
    "rar": "application/vnd.rar",
    "jar": "application/java-archive",
    "apk": "application/vnd.android.package-archive",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "epub": "application/epub+zip",
    "exe": "application/vnd.microsoft.portable-executable",
    "dll": "application/vnd.microsoft.portable-executable",
}


def family(type: str) -> Family:
    """The broad kind of a type."""
    head = type.partition("/")[0]
    if type in _DOCUMENTS or type.startswith("application/vnd.oasis.opendocument.") or type == "application/epub+zip":
        return Family.DOCUMENT
    if type in _ARCHIVES:
        return Family.ARCHIVE
    if type in WRITTEN or head == "text":
        return Family.TEXT
    return {"image": Family.IMAGE, "audio": Family.AUDIO, "video": Family.VIDEO}.get(head, Family.UNKNOWN)


def one_name(claimed: str) -> str:
    """The type that a claim means: without parameters, in lower case, under its one name; empty where it claims nothing."""
    plain = claimed.partition(";")[0].strip().lower()
    return "" if plain in NOTHING_CLAIMED else ALSO.get(plain, plain)


def by_ending(name: str) -> str:
    """The type that a file name claims; empty where its ending claims nothing."""
    _, dot, ending = name.rpartition(".")
    return ENDINGS.get(ending.strip().lower(), "") if dot else ""
