"""What a production needs to know of the archive beside the messages themselves."""

from collections.abc import Collection, Iterator, Sequence

import msgspec

from muniment.catalog.placed import of_blob
from muniment.desk.desk import Desk

SEALS_IN_A_BUNDLE = 256


def positions_of(desk: Desk, ids: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
    """For each event, by id: the id, the leaf of its record, how many events that record has, and its conversation."""
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        yield from desk.catalog.execute(
            "SELECT event.id, event.leaf, (SELECT count(*) FROM event AS other WHERE other.leaf = event.leaf), event.conversation FROM event"
            f" WHERE event.id IN ({','.join('?' * len(some))}) ORDER BY event.id",
            some,
        )


def records_of_blobs(desk: Desk, digests: Collection[str]) -> Iterator[int]:
    """The leaves of the records that hold attachments with these SHA-256 digests."""
    for digest in sorted(digests):
        leaf = of_blob(desk.catalog, digest)
        if leaf is not None:
            yield leaf


def earlier_seals(desk: Desk) -> list[str]:
    """The newest seals that were given out, oldest first; a bundle proves that the archive extends each of them.

    Older ones than the newest 256 are proven when they are asked for by `produce --since`: each costs every bundle two
    proofs.
    """
    rows = desk.catalog.execute(
        "SELECT body FROM audit_entry WHERE act = 'seal.give' ORDER BY leaf DESC LIMIT ?", (SEALS_IN_A_BUNDLE,)
    )
    return [msgspec.json.decode(body)["detail"]["seal"] for (body,) in rows][::-1]
