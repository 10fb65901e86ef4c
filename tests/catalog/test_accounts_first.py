"""An account that was entered before its first record came is known when that record is projected, whoever is quicker."""

from collections.abc import Sequence
from contextlib import closing

import pytest

from muniment.capture.archive import Archive
from muniment.capture.audit import Entry, write_entry
from muniment.capture.intake import Intake, Sealed
from muniment.capture.leader import Leader
from muniment.catalog.database import open_catalog
from muniment.catalog.projector import Projector
from muniment.search.ast import Field, Query
from muniment.search.database import open_index
from tests.archives import Place, accept

SOURCE = "b0123456789abcdef"


def name_it(archive: Archive, name: str = "desk phone", source: str = SOURCE) -> None:
    detail = {"source": source, "name": name, "connector": "ndjson"}
    write_entry(archive, Entry(act="account.add", actor="system:test", object=source, detail=detail), type="cfg")


def test_an_entry_made_before_a_record_is_sealed_before_it(place: Place) -> None:
    order: list[str] = []

    class Noting(Leader):
        def commit(self, log: str, items: Sequence[Sealed]):  # type: ignore[no-untyped-def]
            order.append(log)
            return super().commit(log, items)

    with place.open() as archive, Noting(archive) as leader:
        name_it(archive)
        accept(archive, 1, SOURCE)
        leader.drain()
    assert order == ["audit", "records"]


def test_what_comes_while_the_queues_are_drained_keeps_that_order(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    ask = Intake.waiting
    with place.open() as archive, Leader(archive) as leader:
        commit = leader.commit

        def noting(log: str, items: Sequence[Sealed]):  # type: ignore[no-untyped-def]
            order.append(log)
            return commit(log, items)

        def late(intake: Intake, log: str, limit: int) -> list[Sealed]:
            """Somebody adds an account and its first record right after the queue of entries was found empty."""
            found = ask(intake, log, limit)
            if log == "audit" and not found and not order:
                order.append("now")
                name_it(archive)
                accept(archive, 1, SOURCE)
            return found

        leader.commit = noting  # type: ignore[method-assign]
        monkeypatch.setattr(Intake, "waiting", late)
        leader.drain()
        leader.drain()
    assert order == ["now", "audit", "records"]


def test_a_record_sealed_while_entries_are_projected_waits_for_its_accounts_name(place: Place) -> None:
    with place.open() as archive, closing(open_catalog(archive.home.catalog)) as catalog, Leader(archive) as leader:
        projector = Projector(archive, catalog)
        entries = projector._catch_up_audit

        def late() -> int:
            done = entries()
            name_it(archive)
            accept(archive, 1, SOURCE)
            leader.drain()
            projector._catch_up_audit = entries  # type: ignore[method-assign]
            return done

        projector._catch_up_audit = late  # type: ignore[method-assign]
        projector.catch_up()
        projector.catch_up()
        assert open_index(catalog).count(Query(Field("account", "desk phone"))) == 1


def test_of_two_accounts_with_one_name_the_first_has_it_and_the_projector_goes_on(place: Place) -> None:
    with place.open() as archive, closing(open_catalog(archive.home.catalog)) as catalog, Leader(archive) as leader:
        name_it(archive, source="b1")
        name_it(archive, source="b2")
        accept(archive, 1, "b2")
        leader.drain()
        Projector(archive, catalog).catch_up()
        assert catalog.execute("SELECT source, name FROM account").fetchall() == [("b1", "desk phone")]
        assert open_index(catalog).count(Query(Field("account", "b2"))) == 1
