"""Behind the walls nothing can be imported: whatever a reader needs, its `load` has to have brought in."""

import io
import subprocess
import sys
from email.message import EmailMessage

import pysilk
import pytest

from muniment.media import types
from muniment.media.readers import module_for
from tests.media import files
from tests.media.files import SHEET, SLIDE, office, paragraph, pdf, word, zipped

MAIN = "application/vnd.openxmlformats-officedocument."
LOADED = """
import sys
from muniment.media.limits import Limits
from muniment.media.output import Output, Stop
from muniment.media.readers import Request, load, module_for, read
import muniment.media.child
request = Request(type=sys.argv[1], reader=module_for(sys.argv[1]), limits=Limits())
load(request)
raw = sys.stdin.buffer.read()
before = set(sys.modules)
try:
    read(request, raw, Output(Limits(), lambda _: None))
except Stop:
    pass
print(" ".join(sorted(set(sys.modules) - before)))
"""


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "陳 <a@example.com>", "買入 order"
    for charset in ("big5", "gb2312", "iso-2022-jp", "koi8-r", "utf-16", "hz"):
        mail.add_attachment("text", charset=charset)
    mail.add_attachment(zipped(CONTENT), maintype="application", subtype="zip", filename="文.zip")
    return mail.as_bytes() + b"\nbegin 644 a\n#86)C\n \nend\n"


def _silk() -> bytes:
    out = io.BytesIO()
    pysilk.encode(io.BytesIO(bytes(48_000)), out, 24_000, 24_000)
    return out.getvalue()


SHEETS = office(
    {"xl/worksheets/sheet1.xml": (f"{MAIN}spreadsheetml.worksheet+xml", f"<worksheet {SHEET}><sheetData/></worksheet>")}
)
SLIDES = office({"ppt/slides/slide1.xml": (f"{MAIN}presentationml.slide+xml", f"<p:sld {SLIDE}/>")})
PAGE = "<?xml version='1.0' encoding='gbk'?><p>您好&nbsp;&#20320;".encode("gbk")
CONTENT = {
    "a.pdf": pdf("one", "頁"), "b.docx": word(paragraph("x")), "c.rtf": rb"{\rtf1\ansicpg950{\fonttbl{\f0\fcharset128 x;}}\f0\'82\'a0\u20320?}",
    "d.html": PAGE, "e.txt": "買入".encode("big5hkscs"), "f.xlsx": SHEETS, "g.pptx": SLIDES, "名.txt": "日本語".encode("utf-16"),
}  # fmt: skip
SAMPLES = [
    (types.PDF, CONTENT["a.pdf"]),
    (types.DOCX, zipped({"word/embeddings/a.xlsx": SHEETS}) + word(paragraph("文"))),
    (types.XLSX, SHEETS),
    (types.PPTX, SLIDES),
    (types.RTF, CONTENT["c.rtf"]),
    (types.HTML, PAGE),
    (types.TEXT, "買入騰訊".encode("big5hkscs")),
    (types.TEXT, "~{VPND~}".encode("ascii")),
    (types.TEXT, b"\xff\xfeA\x00B"),
    (types.ZIP, zipped(CONTENT)),
    (types.EML, _mail()),
    (types.SILK, _silk()),
    (types.AMR, files.silent_amr(7, 15)),
]


@pytest.mark.parametrize(
    ("type", "raw"), SAMPLES, ids=[f"{n}-{type.rpartition('/')[2][-12:]}" for n, (type, _) in enumerate(SAMPLES)]
)
def test_reading_imports_nothing_that_loading_did_not(type: str, raw: bytes) -> None:
    command = [sys.executable, "-c", LOADED, type]
    done = subprocess.run(
        command, input=raw, capture_output=True, check=False, env={"PYTHONPATH": ":".join(filter(None, sys.path))}
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().split() == []


def test_every_reader_has_a_sample() -> None:
    from muniment.media.readers import _MODULES

    assert {module_for(type) for type, _ in SAMPLES} >= set(_MODULES.values())
