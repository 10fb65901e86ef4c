"""A long import does not keep waiting what others put into the queues: they get their turn while it goes on."""

from contextlib import closing
from pathlib import Path

import pytest

from muniment.capture import importer as importing
from muniment.capture.audit import Entry, write_entry
from muniment.capture.connector import ImportOptions
from muniment.capture.importer import Importer
from muniment.capture.leader import Leader
from muniment.capture.ndjson import connector
from muniment.capture.spool import spool, unspool
from muniment.catalog.database import open_catalog
from muniment.catalog.known import KnownParts
from muniment.catalog.projector import Projector
from muniment.vault.pseudonym import Pseudonyms
from tests.archives import ACCOUNT, Place, accept, check, messages


def test_entries_and_records_that_come_during_an_import_are_sealed_before_it_ends(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "DRAIN_SECONDS", 0.0)
    monkeypatch.setattr(importing, "BATCH_PARTS", 50)
    backlog: list[int] = []
    with place.open() as archive, closing(open_catalog(archive.home.catalog)) as catalog, Leader(archive) as leader:
        spooled = spool(
            archive, messages(tmp_path / "many.ndjson", range(500)), "ndjson", ACCOUNT.source, ImportOptions()
        )
        projector = Projector(archive, catalog)
        known = KnownParts(catalog, Pseudonyms(archive.kek), projector.catch_up)
        comes = iter(range(10_000))

        def meanwhile(read: int, size: int) -> None:
            backlog.append(archive.backlog()[0])
            write_entry(archive, Entry(act="search", actor="user:mei", query="x"))
            accept(archive, 1000 + next(comes))

        sheet = Importer(leader, ACCOUNT, connector, ImportOptions(), known).run(spooled, meanwhile)
        unspool(archive, spooled.import_id)
        assert sheet.balanced
        assert sheet.counts["messages"].stored == 500
        leader.drain()
        projector.catch_up()
    assert len(backlog) >= 9
    assert backlog == [0] * len(backlog)  # each time, what came after the batch before was sealed already
    check(place)
