"""Small attachments made by code: a photograph, a chart, a letter, a voice note, a contact card.

Each is a valid file of its kind and depends on its arguments alone: deflate is only used in its stored form, since
compressors differ from machine to machine.
"""

import struct
import zlib
from random import Random

CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "opus": "audio/ogg",
    "vcf": "text/vcard",
}


def make(kind: str, title: str, choose: Random) -> bytes:
    """The bytes of an attachment of `kind`; `title` is printed in those that hold text."""
    if kind == "jpg":
        return jpeg(choose)
    if kind == "png":
        return png(choose)
    if kind == "pdf":
        return pdf((title, "Harbour Lantern Securities Limited", f"Reference {choose.randint(100000, 999999)}"))
    if kind == "opus":
        return opus(choose.randint(40, 400))
    if kind == "vcf":
        return vcard("Harbour Lantern Client Service", "+852 0555 8800")
    raise ValueError(kind)


def _hills(width: int, height: int, choose: Random) -> list[int]:
    """A line that walks up and down, as a price or a skyline does."""
    level, line = height / 2, []
    for _ in range(width):
        level = min(max(level + choose.uniform(-1, 1) * height / 12, 1), height - 2)
        line.append(int(level))
    return line


def jpeg(choose: Random, columns: int = 40, rows: int = 30) -> bytes:
    """A baseline grey JPEG (ITU-T T.81) of flat blocks of 8 × 8 pixels: a letter, as a careless hand photographs it."""
    ground, shade = choose.randint(200, 235), choose.randint(40, 90)
    bits: list[str] = []
    before = 0
    for row in range(rows):
        for column in range(columns):
            inked = 3 <= row < rows - 4 and row % 2 == 1 and 3 <= column < columns - choose.randint(3, 12)
            level = (shade + choose.randint(0, 60) if inked else ground + choose.randint(-6, 6)) - 128
            size = abs(level - before).bit_length()
            bits.append(f"{size:04b}")  # the table below gives each size a code of four bits, its own number
            if size:
                step = level - before
                bits.append(f"{step if step > 0 else step + (1 << size) - 1:0{size}b}")
            bits.append("0")  # end of block: no detail
            before = level
    stream = "".join(bits)
    stream += "1" * (-len(stream) % 8)
    scan = int(stream, 2).to_bytes(len(stream) // 8, "big").replace(b"\xff", b"\xff\x00")

    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            segment(0xDB, b"\x00" + bytes([8] * 64)),
            segment(0xC0, struct.pack(">BHHB", 8, rows * 8, columns * 8, 1) + b"\x01\x11\x00"),
            segment(0xC4, b"\x00" + bytes([0, 0, 0, 9] + [0] * 12) + bytes(range(9))),
            segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\x00"),
            segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            scan,
            b"\xff\xd9",
        )
    )


def png(choose: Random, width: int = 240, height: int = 120) -> bytes:
    """A price chart in four colours (RFC 2083, two bits a pixel)."""
    line = _hills(width, height, choose)
    rows = []
    for y in range(height):
        pixels = [2 if abs(line[x] - y) <= 1 else 3 if y > line[x] else int(y % 30 == 0) for x in range(width)]
        packed = bytes(
            pixels[x] << 6 | pixels[x + 1] << 4 | pixels[x + 2] << 2 | pixels[x + 3] for x in range(0, width, 4)
        )
        rows.append(b"\x00" + packed)
    image = b"".join(rows)
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(image), len(image) ^ 0xFFFF) + image
    palette = bytes.fromhex("ffffffdddddd1f4e79e4edf5")

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)),
            chunk(b"PLTE", palette),
            chunk(b"IDAT", stored + struct.pack(">I", zlib.adler32(image))),
            chunk(b"IEND", b""),
        )
    )


def pdf(lines: tuple[str, ...]) -> bytes:
    """One A4 page with `lines` (ASCII; anything else is left out) in Helvetica."""
    plain = [line.encode("ascii", "ignore").decode().translate({40: None, 41: None, 92: None}) for line in lines]
    shown = "\n".join(f"BT /F1 14 Tf 72 {760 - 24 * at} Td ({line}) Tj ET" for at, line in enumerate(plain)).encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(made),
    )


def opus(packets: int) -> bytes:
    """Silence in an Ogg Opus file (RFC 7845), 20 milliseconds a packet."""
    packets = min(packets, 255)
    head = b"OpusHead\x01\x01" + struct.pack("<HIhB", 0, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"demo" + struct.pack("<I", 0)
    silent = b"\xf8\xff\xfe"
    return b"".join(
        (
            _ogg_page(2, 0, 0, head, bytes([len(head)])),
            _ogg_page(0, 0, 1, tags, bytes([len(tags)])),
            _ogg_page(4, packets * 960, 2, silent * packets, bytes([3] * packets)),
        )
    )


def _ogg_page(flags: int, granule: int, sequence: int, body: bytes, lacing: bytes) -> bytes:
    """A page of an Ogg stream (RFC 3533); its checksum is taken with the checksum's own place at zero."""
    start = b"OggS\x00" + struct.pack("<BqII", flags, granule, 0x4C414E54, sequence)
    rest = bytes([len(lacing)]) + lacing + body
    crc = 0
    for byte in start + bytes(4) + rest:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return start + struct.pack("<I", crc) + rest


def vcard(name: str, phone: str) -> bytes:
    """A contact card (RFC 2426)."""
    rows = ("BEGIN:VCARD", "VERSION:3.0", f"N:;{name};;;", f"FN:{name}", f"TEL;type=WORK:{phone}", "END:VCARD", "")
    return "\r\n".join(rows).encode()
