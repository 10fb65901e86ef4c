"""The files that messages of live sources name: which are owed, which came, which are lost. No names and no content."""

from dataclasses import dataclass

from muniment.desk.authority import Capability
from muniment.desk.channels.access.daily import FILES, PAGE
from muniment.desk.desk import Desk
from muniment.record.errors import NotFound


@dataclass(frozen=True, slots=True)
class File:
    """One file. Times in µs UTC; `id` is the digest by which it is known here, `code` why it is not there or is marked."""

    id: str
    wanted_at: int
    until: int | None
    next_at: int | None
    tries: int
    state: str
    code: str | None


def files(desk: Desk, source: str, state: str, since: int = 0, until: int = 2**62) -> tuple[list[File], int]:
    """The newest files of a source in a state, named between two times (µs UTC), and how many there are; raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    if state not in FILES:
        raise NotFound("there is no such {what}", what="list")
    where, values = (
        "state = ? AND source = ? AND wanted_at >= ? AND wanted_at < ?",
        (state, source, since, until),
    )
    database = desk.archive.intake.database
    rows = database.execute(
        f"SELECT id, wanted_at, until, next_at, tries, state, code FROM media WHERE {where} ORDER BY wanted_at DESC, id LIMIT {PAGE}",
        values,
    ).fetchall()
    (total,) = database.execute(f"SELECT count(*) FROM media WHERE {where}", values).fetchone()
    return [File(bytes(name).hex(), *rest) for name, *rest in rows], int(total)
