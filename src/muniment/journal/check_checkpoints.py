"""Checks every checkpoint that was ever signed: the chain of `checkpoints.log`, each signature, and the file `checkpoint`.

Trust: the public key is the only thing believed here; it comes from the keys folder, never from the log.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from muniment.journal.check_finding import Say, fault, leftover, span
from muniment.journal.checkpoints import NO_PREVIOUS
from muniment.proof import note, verifier
from muniment.proof.verifier import Invalid, Vkey
from muniment.record.codec import canonical
from muniment.record.errors import MunimentError, WrongKey
from muniment.record.words import _

LINE_LIMIT = 128 * 1024
"""No line is longer than this in bytes; a file without line feeds is not read as one."""


class Signed(NamedTuple):
    """One checkpoint whose signature checks, and where its line lies."""

    size: int
    root: bytes
    offset: int
    length: int


class Checkpoints:
    """The two checkpoint files of one log. `label` is its folder's name within the archive."""

    def __init__(self, folder: Path, label: str, origin: str, vkey: str, say: Say) -> None:
        self._folder, self._label, self._origin, self._say = folder, label, origin, say
        self._keys: list[Vkey] = note.parse_vkeys([vkey])
        self._history = f"{label}/checkpoints.log"
        self.count = 0

    def newest(self) -> Signed | None:
        """The largest checkpoint that checks, of the last line and the file `checkpoint`, else of all lines.

        None when none does. Raises WrongKey when the checkpoints are signed in this log's name by another key.
        """
        texts = [text for text in (self._last_text(), self._shown()) if text is not None]
        opened = [signed for text in texts if isinstance(signed := self._open(text, 0, 0), Signed)]
        if opened:
            return max(opened)
        if texts and all(self._by_another(text) for text in texts):
            raise WrongKey(
                "the checkpoints of {origin} are signed by another key than the one in MUNIMENT_KEYS; set it to this archive's keys",
                origin=self._origin,
            )
        silent = Checkpoints(self._folder, self._label, self._origin, _vkey(self._keys[0]), lambda _: None)
        return max(silent.lines(), default=None)

    def lines(self) -> Iterator[Signed]:
        """Every line whose checkpoint checks, oldest first; what is wrong with the file is said on the way."""
        previous, offset, number, size, before, last = NO_PREVIOUS, 0, 0, 0, "", ""
        path = self._folder / "checkpoints.log"
        try:
            file = path.open("rb")
        except OSError:
            self._say(fault(self._history, _("the file is missing")))
            return
        with file:
            while line := file.readline(LINE_LIMIT):
                at = span(offset, len(line))
                if not line.endswith(b"\n"):
                    self._say(leftover(self._history, _("the last line has no end"), at=at))
                    break
                text = self._parse(line[:-1], number, previous, at)
                if text is not None:
                    signed = self._open(text, offset, len(line))
                    if isinstance(signed, str):
                        self._say(
                            fault(
                                self._history,
                                _("line {number} does not check: {problem}"),
                                at=at,
                                number=number,
                                problem=signed,
                            )
                        )
                    elif signed.size < size:
                        self._say(
                            fault(
                                self._history,
                                _("line {number} goes back from {size} leaves to {got}"),
                                at=at,
                                number=number,
                                size=size,
                                got=signed.size,
                            )
                        )
                    else:
                        size = signed.size
                        self.count += 1
                        yield signed
                    before, last = last, text
                previous = hashlib.sha256(line[:-1]).hexdigest()
                offset += len(line)
                number += 1
        if not number:
            self._say(fault(self._history, _("the file holds no checkpoint")))
        self._check_shown(before, last)

    def _parse(self, line: bytes, number: int, previous: str, at: tuple[int, int]) -> str | None:
        try:
            value = json.loads(line)
            got, text, chained = value["n"], value["note"], value["prev"]
            exact = isinstance(text, str) and canonical({"n": got, "note": text, "prev": chained}) == line
        except (ValueError, KeyError, TypeError, RecursionError, MunimentError):
            exact = False
        if not exact:
            self._say(fault(self._history, _("line {number} is damaged"), at=at, number=number))
            return None
        if got != number or isinstance(got, bool) or chained != previous:
            self._say(
                fault(
                    self._history,
                    _("the chain breaks at line {number}: it or the one before was changed, removed or added"),
                    at=at,
                    number=number,
                )
            )
        return str(text)

    def _check_shown(self, before: str, last: str) -> None:
        """`checkpoint` equals the newest line; a crash may leave it one line behind."""
        name = f"{self._label}/checkpoint"
        shown = self._shown()
        if shown is None:
            self._say(fault(name, _("the file is missing or no text")))
        elif shown == before and before:
            self._say(leftover(name, _("it is one line behind checkpoints.log")))
        elif shown != last:
            signed = self._open(shown, 0, 0)
            newest = self._open(last, 0, 0) if last else ""
            if isinstance(signed, Signed) and (not isinstance(newest, Signed) or signed.size > newest.size):
                # A true signature over more leaves than the history knows: the history was cut, not this file.
                self._say(
                    fault(
                        self._history,
                        _("it ends before the checkpoint of {size} leaves that was signed"),
                        size=signed.size,
                    )
                )
            else:
                self._say(fault(name, _("it is not the last line of checkpoints.log"), at=span(0, len(shown.encode()))))

    def _open(self, text: str, offset: int, length: int) -> Signed | str:
        """The checkpoint in `text`, or what is wrong with it."""
        try:
            found = verifier.open_checkpoint(text.encode("utf-8", "surrogatepass"), self._keys, note.verify)
        except Invalid as problem:
            return str(problem)
        if found.origin != self._origin:
            return f"it is of the log {found.origin}"
        return Signed(found.size, found.root, offset, length)

    def _shown(self) -> str | None:
        try:
            return (self._folder / "checkpoint").read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def _last_text(self) -> str | None:
        try:
            with (self._folder / "checkpoints.log").open("rb") as file:
                end = file.seek(0, 2)
                file.seek(max(0, end - LINE_LIMIT))
                lines = file.read().split(b"\n")
            return str(json.loads(lines[-2])["note"]) if len(lines) > 1 else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def _by_another(self, text: str) -> bool:
        try:
            parsed = verifier.parse_note(text.encode("utf-8", "surrogatepass"))
        except Invalid:
            return False
        return parsed.text.startswith(f"{self._origin}\n") and all(
            name == self._origin and identifier != self._keys[0].id
            for name, identifier, _signature in parsed.signatures
        )


def _vkey(key: Vkey) -> str:
    return f"{key.name}+{key.id.hex()}+{verifier.encode_base64(bytes([verifier.ED25519]) + key.public)}"
