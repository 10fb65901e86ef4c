"""Text in pictures by RapidOCR: PP-OCR's models on onnxruntime, Chinese and English in one model (extra `ocr`).

Chosen over Tesseract, which misreads dark screenshots and needs to be told the script: on rendered chats RapidOCR reads both
Chinese scripts and English without an error, and its models come with the wheel, so nothing is fetched. Other models may lie in
a folder of the firm. The picture is opened here, by Pillow, and only in formats whose code was loaded before.
"""

import io
import math
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from muniment.media.engines.model import digest
from muniment.media.protocols import Derived, Engine, Source
from muniment.record.errors import Refused

NAME = "rapidocr"
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
PIXELS = 50_000_000
"""Of a picture that is opened; a telephone's largest have fewer."""
_PARTS = ("det", "rec", "cls")


class Rapid:
    """A recogniser. Loads all that it will ever need, and reads a word of its own to be sure of that."""

    def __init__(self, model: Path | None) -> None:
        import cv2
        import numpy as np
        import rapidocr
        from PIL import Image, ImageOps

        folder = Path(str(files(rapidocr))) / "models" if model is None else model
        parts = {part: _only(folder, part) for part in _PARTS}
        self.engine = Engine(name=NAME, version=version("rapidocr"), model_sha256=digest(list(parts.values())))
        self._image, self._turned, self._numpy = Image, ImageOps.exif_transpose, np
        cv2.setNumThreads(1)
        Image.init()
        threads = "EngineConfig.onnxruntime"
        self._read: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                f"{threads}.intra_op_num_threads": 1,
                f"{threads}.inter_op_num_threads": 1,
                **{f"{part.capitalize()}.model_path": str(path) for part, path in parts.items()},
            }
        )
        page = np.full((96, 420, 3), 255, np.uint8)
        cv2.putText(page, "Muniment", (20, 62), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0, 0, 0), 2)
        for form in FORMATS:
            out = io.BytesIO()
            Image.fromarray(page).save(out, form)
            self._opened(out.getvalue())
        self._read(page)

    def recognise(self, picture: bytes, *, language: str = "") -> Derived:
        """The lines of text in `picture`, from the top down. `language` changes nothing: the model reads all of its own."""
        found = self._read(self._opened(picture))
        scores = [float(each) for each in found.scores or ()]
        return Derived(
            text="\n".join(found.txts or ()),
            source=Source.PICTURE,
            engine=self.engine,
            of=sha256(picture).hexdigest(),
            confidence=math.fsum(scores) / len(scores) if scores else None,
        )

    def _opened(self, picture: bytes) -> Any:
        """The picture as an array of blue, green and red, turned as its own notes say; raises `Refused`."""
        try:
            with self._image.open(io.BytesIO(picture), formats=FORMATS) as opened:
                if opened.width * opened.height > PIXELS:
                    raise Refused("expected a picture of at most {most} pixels, got more", most=PIXELS)
                plain = self._turned(opened).convert("RGBA")
        except (OSError, ValueError, SyntaxError, self._image.DecompressionBombError) as error:
            raise Refused("expected a picture, got something that does not open as one") from error
        ground = self._image.new("RGBA", plain.size, "white")
        ground.alpha_composite(plain)
        return self._numpy.ascontiguousarray(self._numpy.asarray(ground.convert("RGB"))[:, :, ::-1])


def _only(folder: Path, part: str) -> Path:
    """The one file of a model that finds, reads or turns lines; raises `Refused`. A missing one is never fetched."""
    found = sorted(path for path in folder.glob("*.onnx") if f"_{part}_" in f"_{path.stem}_")
    if len(found) != 1:
        raise Refused(
            "expected one file with {part} in its name, such as x_{part}_y.onnx, in the folder {folder} of the model, got {count}",
            part=part,
            folder=str(folder),
            count=len(found),
        )
    return found[0]
