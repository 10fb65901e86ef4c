"""Projects ranges of the records log for the projector, in its own process or in another one that works ahead.

The other process gives the second core something to do while this one writes; what comes back is the same, and in order.
"""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Self

import msgspec

from muniment.capture.archive import Archive, open_archive
from muniment.catalog.project import Projected, project
from muniment.vault.pseudonym import Pseudonyms

AHEAD = 3
"""Ranges that are asked for before the first of them is taken."""

Prepare = Callable[[int, int, int], list[Projected]]
"""Gives the records of the leaves from one to before another, of the log sealed at a size."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Projected]).decode


class Here:
    """Projects in this process."""

    def __init__(self, archive: Archive) -> None:
        self._records, self._names = archive.records, Pseudonyms(archive.kek)

    def __call__(self, first: int, stop: int, sealed: int) -> list[Projected]:
        """See `Prepare`."""
        return [project(opened, self._names) for opened in self._records.opened(first, stop, sealed)]


class Elsewhere:
    """Projects in a process of its own, which runs ahead of whoever takes; close it with `with`."""

    def __init__(self, home: Path, keys: Path) -> None:
        # Spawned, not forked: a fork would share open databases.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_open, initargs=(home, keys))
        self._ahead: deque[tuple[int, int, Future[bytes]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __call__(self, first: int, stop: int, sealed: int) -> list[Projected]:
        """See `Prepare`. The range asked for may have been prepared in other pieces; then the first piece is given."""
        while self._ahead and self._ahead[0][0] != first:
            self._ahead.popleft()[2].cancel()  # somebody else projected what lies before
        width, begin = stop - first, self._ahead[-1][1] if self._ahead else first
        while len(self._ahead) < AHEAD and begin < sealed:
            end = min(sealed, begin + width)
            self._ahead.append((begin, end, self._pool.submit(_prepare, begin, end, sealed)))
            begin = end
        return _decode(self._ahead.popleft()[2].result())


_here: list[Here] = []


def _open(home: Path, keys: Path) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _here.append(Here(open_archive(home, keys)))


def _end_with_parent() -> None:
    """A projector that is killed cannot close its pool, and this process would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _prepare(first: int, stop: int, sealed: int) -> bytes:
    return _encode(_here[0](first, stop, sealed))
