"""One tile log on disk (C2SP tlog-tiles, signed-note checkpoints, RFC 6962): how it grows and how it is read.

Life of a batch of leaves: entry bundles and hash tiles are written and fsynced under names that no checkpoint covers
yet; then one line with the signed checkpoint is appended to `checkpoints.log` and fsynced. That line is the commit: from then on
the leaves are in the log for ever. `checkpoint`, which outsiders read, is replaced after it, and tiles that a wider
one supersedes are removed last. Opening runs the same code: leaves behind the last line were never sealed and are
written over; a `checkpoint` file that is one line behind is brought up.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from muniment.journal.checkpoints import CheckpointLog
from muniment.proof import checkpoint as signing
from muniment.proof.merkle import EMPTY_ROOT, WIDTH, Frontier, Prover
from muniment.proof.note import Signer
from muniment.proof.tiles import encode_entries, entries_path, parse_entries, tile_path
from muniment.proof.verifier import Checkpoint
from muniment.record.errors import Damaged
from muniment.vault.durable import Disk

LOOKS = 8
"""How often a reader looks for a tile that the leader may be replacing, before it calls it missing."""

LARGEST_BATCH = 4096
"""Leaves that one checkpoint adds at most: what a crash leaves behind the last one lies within so many."""
REACH = LARGEST_BATCH // WIDTH + 1
"""Tiles on either side of the last seal among which a crash can have left something."""


class LogReader:
    """Reads a log up to its newest checkpoint, whose signature it has checked with the key it was given."""

    def __init__(self, folder: Path, origin: str, vkey: str) -> None:
        self.folder, self.origin, self._vkey = folder, origin, vkey

    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint; raises Damaged when it does not check."""
        return self.open_checkpoint(self.checkpoint_text())

    def checkpoint_text(self) -> str:
        """The newest checkpoint as it stands in its file."""
        try:
            return (self.folder / "checkpoint").read_text("utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            raise Damaged(
                "the checkpoint of {origin} is missing or is no text; restore the log from its backup",
                origin=self.origin,
            ) from None

    def open_checkpoint(self, text: str) -> Checkpoint:
        """Check a checkpoint of this log; raises Damaged."""
        opened = signing.open(text, [self._vkey])
        if opened.origin != self.origin:
            raise Damaged("a checkpoint of {got} lies in the folder of {origin}", got=opened.origin, origin=self.origin)
        return opened

    def leaves(self, first: int, last: int, size: int) -> list[bytes]:
        """The leaves from `first` to before `last` of the tree of `size`; raises Damaged when a bundle is not whole."""
        found: list[bytes] = []
        for bundle in range(first // WIDTH, (last + WIDTH - 1) // WIDTH):
            entries = self._bundle(bundle, min(WIDTH, size - bundle * WIDTH))
            found.extend(entries[max(0, first - bundle * WIDTH) : last - bundle * WIDTH])
        return found

    def _bundle(self, index: int, width: int) -> list[bytes]:
        entries = parse_entries(self._read(entries_path(index, width), entries_path(index), width)[0])
        if len(entries) < width:
            raise Damaged(
                "entry bundle {file} holds {got} leaves, expected {width}",
                file=entries_path(index, width),
                got=len(entries),
                width=width,
            )
        return entries[:width]

    def read_tile(self, level: int, index: int, width: int) -> bytes:
        """The bytes of a hash tile, at least `width` hashes of it."""
        data, found = self._read(tile_path(level, index, width), tile_path(level, index), width)
        return data if found in {width, WIDTH} else data[: width * 32]

    def _read(self, exact: str, full: str, width: int) -> tuple[bytes, int]:
        """The bytes of a tile, and how wide the one is that they were found in."""
        for _ in range(LOOKS):
            for name, wide in ((exact, width), (full, WIDTH)):
                with suppress(FileNotFoundError, NotADirectoryError):
                    return (self.folder / name).read_bytes(), wide
            # A reader may hold a checkpoint whose partial tile has since been superseded by a wider one, and that one
            # by a wider one still while we look.
            with suppress(FileNotFoundError, NotADirectoryError):
                partials = self.folder / f"{full}.p"
                wider = [int(name) for name in os.listdir(partials) if name.isdigit() and int(name) > width]
                if wider:
                    return (partials / str(max(wider))).read_bytes(), max(wider)
        raise Damaged("{file} of {origin} is missing; restore the log from its backup", file=exact, origin=self.origin)

    def prover(self, size: int) -> Prover:
        """Draws proofs for the tree of `size` leaves."""
        return Prover(size, self.read_tile)

    def checkpoints(self) -> CheckpointLog:
        """Every checkpoint ever signed."""
        return CheckpointLog(self.folder / "checkpoints.log")


class LogWriter(LogReader):
    """Grows a log. Only the leader has one; opening it recovers from a crash."""

    def __init__(self, folder: Path, signer: Signer, disk: Disk) -> None:
        super().__init__(folder, signer.name, signer.vkey)
        self._signer, self._disk = signer, disk
        self._tail: list[bytes] = []
        self._partials: list[Path] = []
        self._log_fd = -1

    def create(self) -> None:
        """Sign the checkpoint of the empty log, the first line of its history."""
        self._disk.make_folder(self.folder / "tile")
        self.frontier = Frontier()
        self._history = CheckpointLog(self.folder / "checkpoints.log")
        self._open_history()
        self.seal()

    def resume(self) -> None:
        """Take the log up at its last sealed size; raises Damaged when its files do not bear it out."""
        self._history = CheckpointLog(self.folder / "checkpoints.log")
        begin, line, last = self._history.tail()
        sealed = self.open_checkpoint(last)
        self._open_history()
        if os.fstat(self._log_fd).st_size != begin + len(line):
            self._disk.truncate(self._log_fd, begin + len(line), self._history.path)
        # The leader that wrote this line may have failed to make it kept, and items leave intake because of it.
        self._disk.rewrite(self._history.path, begin, line)
        self.frontier = Frontier.resume(sealed.size, self.read_tile)
        if self.frontier.root() != sealed.root:
            raise Damaged(
                "the tiles of {origin} do not add up to its checkpoint of {size} leaves; run `muniment verify`",
                origin=self.origin,
                size=sealed.size,
            )
        width = sealed.size % WIDTH
        self._tail = self._bundle(sealed.size // WIDTH, width) if width else []
        try:
            shown = self.checkpoint_text()
        except Damaged:
            shown = ""
        if shown != last:
            self._disk.put_now(self.folder / "checkpoint", last.encode())
        self._tidy(sealed.size)

    @property
    def size(self) -> int:
        """Leaves appended so far, sealed or not."""
        return self.frontier.size

    @property
    def root(self) -> bytes:
        """Root over them."""
        return self.frontier.root() if self.frontier.size else EMPTY_ROOT

    def append(self, leaves: Sequence[bytes], hashes: Sequence[bytes]) -> None:
        """Write leaves, whose leaf hashes the caller has, and their tiles: durable, but not yet sealed."""
        bundle = self.frontier.size // WIDTH
        self._tail.extend(leaves)
        self.frontier.append(hashes)
        files: list[tuple[str, bytes]] = []
        while len(self._tail) >= WIDTH:
            files.append((entries_path(bundle), encode_entries(self._tail[:WIDTH])))
            del self._tail[:WIDTH]
            bundle += 1
        if self._tail:
            files.append((entries_path(bundle, len(self._tail)), encode_entries(self._tail)))
        files.extend((tile_path(tile.level, tile.index, tile.width), tile.data) for tile in self.frontier.take_tiles())
        folders = set()
        for name, data in files:
            path = self.folder / name
            if path.parent not in folders:
                self._disk.make_folder(path.parent)
                folders.add(path.parent)
            self._disk.put(path, data)
            if ".p/" in name:
                self._partials.append(path)
        self._disk.sync_folders(sorted(folders))

    def seal(self) -> Checkpoint:
        """Sign a checkpoint over all leaves: the commit. Then show it, and remove the partial tiles it supersedes."""
        size, root = self.frontier.size, self.root
        text = signing.sign(self.origin, size, root, self._signer)
        self._disk.append(self._log_fd, self._history.line(text), self._history.path)
        self._disk.sync(self._log_fd, self._history.path)
        self._history.advance(text)
        self._disk.put_now(self.folder / "checkpoint", text.encode())
        current = self._current_partials(size)
        gone = [path for path in self._partials if path not in current]
        self._partials = [path for path in self._partials if path in current]
        self._drop(gone)
        return Checkpoint(self.origin, size, root)

    def close(self) -> None:
        """Let go of the open file."""
        if self._log_fd >= 0:
            os.close(self._log_fd)
            self._log_fd = -1

    def _open_history(self) -> None:
        self._log_fd = self._disk.open_append(self._history.path, create=True)

    def _current_partials(self, size: int) -> set[Path]:
        names = set()
        if size % WIDTH:
            names.add(self.folder / entries_path(size // WIDTH, size % WIDTH))
        level = 0
        while size:
            if size % WIDTH:
                names.add(self.folder / tile_path(level, size // WIDTH, size % WIDTH))
            size //= WIDTH
            level += 1
        return names

    def _tidy(self, size: int) -> None:
        """Remove what a crash left: temporary files, superseded partial tiles and tiles behind the last seal."""
        current = self._current_partials(size)
        self._partials = sorted(current)
        gone = list(self.folder.glob("*.tmp"))
        level, width = -1, size  # level -1 stands for the entry bundles, which are as many as the tiles of level 0
        while True:
            index = width // WIDTH
            for place in range(max(0, index - REACH), index + REACH + 1):
                name = entries_path(place) if level < 0 else tile_path(level, place)
                whole = self.folder / name if place < index else None
                gone += [path for path in self._beside(name) if path not in current and path != whole]
            if level >= 0 and not width:
                break  # one level above the tree has been seen: a batch that was never sealed may have begun it
            level, width = level + 1, width // WIDTH if level >= 0 else width
        self._drop(gone)

    def _beside(self, name: str) -> list[Path]:
        """The files at the name of a full tile: itself, what was to become it, and partial tiles."""
        full = f"{self.folder}/{name}"
        found = [path for path in (full, f"{full}.tmp") if os.path.isfile(path)]
        with suppress(FileNotFoundError):
            found += [f"{full}.p/{width}" for width in os.listdir(f"{full}.p")]
        return [Path(path) for path in found]

    def _drop(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self._disk.remove(path)
            if path.parent.name.endswith(".p") and path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()
