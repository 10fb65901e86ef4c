"""Destroys records for ever. Hidden: until retention rules and holds exist, nothing but a test may call `destroy`.

The order: the approval is sealed in the audit log, a `del` leaf that names it is sealed in the records log, then the key goes,
then every derived copy. A stop in between is made good by the projector, which does the rest when it reads the `del` leaf.
"""

from collections.abc import Sequence
from typing import NoReturn

from muniment.capture.audit import Entry
from muniment.capture.leader import SYSTEM, Leader
from muniment.capture.spool import interrupted, sweep
from muniment.catalog.projector import Projector
from muniment.desk.desk import Desk
from muniment.record.codec import canonical
from muniment.record.errors import Refused
from muniment.record.record import Assurance, Header, join_payload


def dispose(desk: Desk, leaves: Sequence[int]) -> NoReturn:
    """The public door, which stays shut: raises Refused."""
    raise Refused(
        "{count} records cannot be disposed of: this release has no retention rules and no holds to ask; nothing was destroyed",
        count=len(leaves),
    )


def destroy(desk: Desk, leaves: Sequence[int], rule: str) -> None:
    """Destroy the records of these leaves under `rule`. For tests alone; raises Refused, Busy."""
    archive = desk.archive
    with Leader(archive) as leader:
        sweep(archive)
        if left := interrupted(archive):
            raise Refused(
                "{count} interrupted imports left readable copies in the spool: {names}; finish them with the same commands, then dispose",
                count=len(left),
                names=", ".join(each.name for each in left),
            )
        leader.drain()
        Projector(archive, desk.catalog).catch_up()
        for leaf in leaves:
            row = desk.catalog.execute("SELECT type, status FROM record WHERE leaf = ?", (leaf,)).fetchone()
            if row is None or row[0] != "rec" or row[1] == "disposed":
                raise Refused("leaf {leaf} is not a record that can be disposed of", leaf=leaf)
        approval = desk.audit(
            Entry(act="dispose.approve", actor=desk.actor, purpose=rule, counts={"records": len(leaves)})
        )
        leader.drain()
        header = Header(by="muniment", v=1, part="disposal", assurance=Assurance.INTERNAL)
        payload = join_payload(header, canonical({"approval": approval, "rule": rule}))
        leader.commit(
            "records",
            [archive.sealer.seal(payload, log="records", type="del", source=SYSTEM, ref=leaf) for leaf in leaves],
        )
        archive.keys.destroy("records", leaves)
        Projector(archive, desk.catalog).catch_up()
