"""Opens the desk for whoever asks: the archive once a thread, the person and their authority once a request."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from muniment.capture.archive import Archive, open_archive
from muniment.catalog.database import READING_MIB, open_catalog
from muniment.desk.authority import Authority
from muniment.desk.desk import Desk
from muniment.vault.home import locate

_thread = threading.local()


@dataclass(frozen=True, slots=True)
class _Seat:
    """What a thread holds open, and which file the catalog was: a rebuild puts another in its place."""

    archive: Archive
    desk: Desk
    catalog: int


@contextmanager
def sit(
    actor: str, authority: Authority, *, user: int | None = None, person: int | None = None, token: int | None = None
) -> Iterator[Desk]:
    """The desk of this process's archive, for `actor`; raises NotFound, WrongKey, Damaged or Refused."""
    yield replace(nobody(), actor=actor, authority=authority, user=user, person=person, token=token)


def nobody() -> Desk:
    """This thread's desk in nobody's name, for what is no content: who may sign in, which accounts there are."""
    home, keys = locate()
    seats: dict[tuple[Path, Path], _Seat] = _thread.__dict__.setdefault("seats", {})
    seat = seats.get((home, keys))
    if seat is not None and (seat.catalog != _inode(seat.archive) or seat.archive.disk.poisoned):
        leave()
        seat = None
    if seat is None:
        archive = open_archive(home, keys)
        catalog = open_catalog(archive.home.catalog, cache_mib=READING_MIB)
        desk = Desk(archive, catalog, "system:nobody", Authority({}))
        seat = _Seat(archive, desk, _inode(archive))
        _thread.__dict__.setdefault("seats", {})[home, keys] = seat  # whoever left took the old ones along
    return seat.desk


def leave() -> None:
    """Close what this thread holds open; the next who sits down opens the archive anew, as after a restart."""
    for seat in _thread.__dict__.pop("seats", {}).values():
        seat.desk.catalog.close()
        seat.archive.close()


def accounts(desk: Desk) -> Mapping[str, str]:
    """The name of each capture account, by its source."""
    return dict(desk.catalog.execute("SELECT source, name FROM account"))


def _inode(archive: Archive) -> int:
    catalog = archive.home.catalog
    if not isinstance(catalog, Path):
        return 0  # a schema that takes another's place is seen by every connection
    try:
        return catalog.stat().st_ino
    except OSError:
        return 0
