"""Files for the tests, written here byte by byte, and two ways to read them: in this process, and in a real child."""

import ctypes
import io
import struct
import zipfile
from collections.abc import Mapping

from muniment.media.child import answer
from muniment.media.limits import Limits
from muniment.media.readers import Request, load, module_for
from muniment.media.sandbox import Answer, assemble

OFFICE = "http://schemas.openxmlformats.org"
WORD = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main" xmlns:mc="{OFFICE}/markup-compatibility/2006"'
SHEET = f'xmlns="{OFFICE}/spreadsheetml/2006/main" xmlns:r="{OFFICE}/officeDocument/2006/relationships"'
SLIDE = (
    f'xmlns:p="{OFFICE}/presentationml/2006/main" xmlns:a="{OFFICE}/drawingml/2006/main" '
    f'xmlns:r="{OFFICE}/officeDocument/2006/relationships"'
)


def here(type: str, raw: bytes, limits: Limits | None = None) -> Answer:
    """Read `raw` as the child would, in this process and without its walls: the same code, and a hundred times as quick."""
    request = Request(type=type, reader=module_for(type), limits=limits or Limits())
    load(request)
    stream = bytearray()
    answer(request, lambda: raw, stream.extend)
    return assemble(bytes(stream), None)


def zipped(members: Mapping[str, bytes | str], *, deflate: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(parts: Mapping[str, tuple[str, bytes | str]], others: Mapping[str, bytes | str] | None = None) -> bytes:
    """An office file: part → (declared content, XML), and members that are declared by nothing."""
    declared = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (kind, _) in parts.items())
    listed = f'<?xml version="1.0"?><Types xmlns="{OFFICE}/package/2006/content-types">{declared}</Types>'
    return zipped({"[Content_Types].xml": listed, **{name: xml for name, (_, xml) in parts.items()}, **(others or {})})


def word(body: str, **others: str) -> bytes:
    """A Word file of a body and of other parts by their kind: `header`, `footer`, `footnotes`, `endnotes`, `comments`."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    parts = {
        "word/document.xml": (f"{kind}document.main+xml", f"<w:document {WORD}><w:body>{body}</w:body></w:document>")
    }
    for name, xml in others.items():
        parts[f"word/{name}1.xml"] = (f"{kind}{name}+xml", f"<w:{name} {WORD}>{xml}</w:{name}>")
    return office(parts)


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def related(*targets: tuple[str, str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="{id}" Type="{OFFICE}/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
        for id, kind, target in targets
    )
    return f'<Relationships xmlns="{OFFICE}/package/2006/relationships">{rows}</Relationships>'


def pdf(*pages: str) -> bytes:
    """A PDF of one line a page: Latin in Helvetica, Chinese in STSong without embedding, as old Chinese writers do."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects += [
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[5 0 R]>>",
        (
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
            b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light"
            b"/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 90>>>>"
        ),
    ]
    kids = []
    for line in pages:
        font, shown = ("F1", f"({line})") if line.isascii() else ("F2", f"<{line.encode('utf-16-be').hex()}>")
        stream = f"BT /{font} 24 Tf 40 700 Td {shown} Tj ET".encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)


def compound(*names: str) -> bytes:
    """An OLE compound file with nothing in it but a directory of these names ([MS-CFB])."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    entries = b""
    for name in ("Root Entry", *names):
        text = name.encode("utf-16-le")
        entries += text.ljust(64, b"\0") + struct.pack("<H", len(text) + 2) + bytes(62)
    sectors = -(-len(entries) // 512)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), end]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<4H", 0x3E, 3, 0xFFFE, 9) + struct.pack("<H", 6)
    )
    header = (
        header.ljust(44, b"\0")
        + struct.pack("<8I", 1, 1, 0, 4096, end, 0, end, 0)
        + struct.pack("<109I", 0, *[free] * 108)
    )
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    return header + table + entries.ljust(512 * sectors, b"\0")


def silent_amr(*types_of_frames: int, mark: bytes = b"#!AMR\n") -> bytes:
    """AMR of these frame types, with bits that mean nothing in particular; every one of them decodes."""
    from muniment.media.audio.amr import NARROW, WIDE

    sizes = (WIDE if b"WB" in mark else NARROW).sizes
    frames = b"".join(bytes([kind << 3 | 4]) + bytes(range(7, 7 + (sizes[kind] or 0))) for kind in types_of_frames)
    return mark + frames


def encoded_amr(pcm: bytes) -> bytes:
    """`pcm` (16-bit, 8 kHz) as AMR at 12.2 kbit/s with silence left out, by the encoder that stands beside the decoder."""
    library = ctypes.CDLL("libopencore-amrnb.so.0")
    library.Encoder_Interface_init.restype = ctypes.c_void_p
    state = ctypes.c_void_p(library.Encoder_Interface_init(1))
    out = bytearray(b"#!AMR\n")
    room = ctypes.create_string_buffer(64)
    for at in range(0, len(pcm) - 319, 320):
        size = library.Encoder_Interface_Encode(state, 7, pcm[at : at + 320], room, 0)
        out += room.raw[:size]
    library.Encoder_Interface_exit(state)
    return bytes(out)
