"""A large attachment is held twice at most while it is imported: as it came and as it is sealed."""

import json
import os
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from muniment.capture.connector import Connector, ImportOptions
from muniment.capture.importer import Importer
from muniment.capture.leader import Leader
from muniment.capture.ndjson import connector as ndjson
from muniment.capture.spool import spool
from muniment.capture.whatsapp import connector as whatsapp
from muniment.catalog.database import open_catalog
from muniment.catalog.known import KnownParts
from muniment.vault.pseudonym import Pseudonyms
from tests.archives import ACCOUNT, Place
from tests.capture.whatsapp.conftest import zipped

SIZE = 24 * 2**20


def as_ndjson(folder: Path, content: bytes) -> Path:
    (folder / "big").write_bytes(content)
    line = {"id": "1", "conversation": "c", "sender": "amy", "sent_at": "2026-03-01T09:00:00Z", "text": "see"}
    file = folder / "chat.ndjson"
    file.write_text(json.dumps({**line, "attachments": [{"path": "big"}]}) + "\n")
    return file


def as_zip(folder: Path, content: bytes) -> Path:
    file = folder / "WhatsApp Chat - Desk.zip"
    chat = b"[14/5/24, 10:00:00] Ann: hi\r\n"
    file.write_bytes(zipped(("_chat.txt", chat), ("00000002-VIDEO-2024-05-14-10-01-00.mp4", content)))
    return file


@pytest.mark.parametrize(("connector", "written"), [(ndjson, as_ndjson), (whatsapp, as_zip)], ids=["ndjson", "zip"])
def test_a_large_attachment_is_held_twice_at_most(
    connector: Connector, written: Callable[[Path, bytes], Path], place: Place, fast_path: Path
) -> None:
    file = written(fast_path, os.urandom(SIZE))
    options = ImportOptions(timezone="Asia/Hong_Kong")
    with place.open() as archive, closing(open_catalog(archive.home.catalog)) as catalog, Leader(archive) as leader:
        spooled = spool(archive, file, connector.name, ACCOUNT.source, options)
        known = KnownParts(catalog, Pseudonyms(archive.kek), lambda: None)
        run = Importer(leader, ACCOUNT, connector, options, known).run
        tracemalloc.start()
        try:
            sheet = run(spooled)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert sheet.balanced and sheet.counts["attachments"].stored == 1
    assert SIZE < peak < 2.5 * SIZE
