"""A worker that is killed while it makes a bundle, or checks the archive: the next one ends both, and nothing is left behind."""

import hashlib
from pathlib import Path

from muniment.capture.connector import ImportOptions
from muniment.desk import jobs
from muniment.desk.archive import actions
from muniment.desk.archive.verification import SCRATCH
from muniment.desk.desk import Desk
from muniment.desk.productions import access
from muniment.proof.verifier import verify_bundle
from tests.archives import Place, check, messages
from tests.desk.jobs.workers import finish, kill_within
from tests.firms import ClientAs

MESSAGES = 2_000


def entries(desk: Desk, act: str) -> list[str]:
    """Who entered an act, in order."""
    actions.settle(desk)
    rows = desk.catalog.execute("SELECT actor FROM audit_entry WHERE act = ? ORDER BY leaf", (act,))
    return [str(actor) for (actor,) in rows]


def test_a_bundle_and_a_check_whose_workers_were_killed_are_ended_by_the_next(
    client_as: ClientAs, place: Place, desk: Desk, tmp_path: Path
) -> None:
    actions.bring_in(desk, messages(tmp_path / "many.ndjson", range(MESSAGES)), "ndjson", "many", ImportOptions())
    officer, machine = client_as("compliance", name="mei"), client_as("it", name="rao")
    order = {"query": "account:many", "zone": "UTC", "reason": "letter 7", "since": ""}
    page = officer.post("/productions/new/", order)["Location"]
    (asked,) = jobs.unfinished("production")
    out = place.home / "productions" / f"{asked.params['production']}.zip"
    kill_within(place, asked.id, lambda _: out.exists() and out.stat().st_size > 0)
    assert officer.post(f"{page}download/").status_code == 422, "half a bundle is handed to nobody"

    machine.post("/system/check/")
    (wanted,) = jobs.unfinished("verify")
    scratch = place.home / SCRATCH
    kill_within(place, wanted.id, lambda _: scratch.exists())  # by the worker that has ended the bundle
    assert entries(desk, "verify") == []
    finish(place, wanted.id)

    bundle, checked = jobs.look(asked.id), jobs.look(wanted.id)
    assert (bundle.state, bundle.attempts, checked.state, checked.attempts) == ("done", 2, "done", 2)
    made = access.one(desk, asked.params["production"])
    assert (made.state, made.events) == ("made", MESSAGES)
    assert made.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert verify_bundle(str(out), [signer.vkey for signer in desk.archive.signers.values()]).refused is None
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    assert set(entries(desk, "produce")) == {"user:mei"}

    assert checked.result is not None
    assert (checked.result["sound"], checked.result["compared"], checked.result["findings"]) == (True, True, [])
    assert entries(desk, "verify") == ["user:rao"]
    assert not scratch.exists()
    check(place)
