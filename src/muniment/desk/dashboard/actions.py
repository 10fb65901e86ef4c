"""What people do on the dashboard, as verbs: ask for a check, ask for a seal, take the keys out, show that they open."""

from collections.abc import Mapping

from django.db import transaction

from muniment.capture.audit import Entry
from muniment.desk import jobs
from muniment.desk.authority import Capability
from muniment.desk.dashboard import tasks
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.record.errors import NotFound, Refused
from muniment.vault import keycopy

VERIFY, SEAL = "verify", "seal"


def ask_check(desk: Desk) -> int:
    """Ask the worker to check the whole archive; the job's id. Raises Refused while one is asked for already."""
    return _ask(desk, VERIFY, "verify.ask")


def ask_seal(desk: Desk) -> int:
    """Ask the worker for a seal; the job's id. Raises Refused while one is asked for already."""
    return _ask(desk, SEAL, "seal.ask")


def _ask(desk: Desk, kind: str, act: str) -> int:
    desk.authority.require(Capability.SYSTEM)
    with transaction.atomic():
        if jobs.unfinished(kind):
            raise Refused("this was asked for already, and is not done yet; wait until it is")
        job = jobs.ask(desk, getattr(tasks, kind), kind, {}, unit="leaves" if kind == VERIFY else "")
        enter(desk, Entry(act=act, actor=desk.actor, object=f"job:{job}"))
    return job


def may_hold_keys(desk: Desk) -> bool:
    """Whether somebody may take the keys out: they look after the system, and read nothing of others."""
    return desk.authority.holds(Capability.SYSTEM) and not desk.authority.holds(Capability.READ)


def copy_keys(desk: Desk, passphrase: str) -> bytes:
    """The keys as a file that only the passphrase opens. That they were taken out is durable first. Raises NotFound, Refused."""
    _require_keys(desk)
    home = desk.archive.home
    copy = keycopy.seal(home.origin, keycopy.read(home.keys), passphrase)
    desk.audit(Entry(act="keys.download", actor=desk.actor, object=home.origin), type="key")
    return copy


def prove_keys(desk: Desk, data: bytes, passphrase: str) -> Mapping[str, str]:
    """Open a copy and compare it with the keys in use: their SHA-256 by name when they are the same.

    Raises NotFound, WrongKey when it does not open or is another archive's, Refused when it is none.
    """
    _require_keys(desk)
    home = desk.archive.home
    digests = keycopy.compare(keycopy.open(data, passphrase), home.origin, keycopy.read(home.keys))
    desk.audit(
        Entry(act="keys.prove", actor=desk.actor, object=home.origin, counts={"files": len(digests)}), type="key"
    )
    return digests


def _require_keys(desk: Desk) -> None:
    desk.authority.require(Capability.SYSTEM)
    if not may_hold_keys(desk):
        raise NotFound("whoever reads messages does not hold the keys; ask IT or an administrator")
