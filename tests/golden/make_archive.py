"""Makes the golden archive, once a format: `python -m tests.golden.make_archive FOLDER` with `src` on the path.

Its content is fixed here; its keys and nonces are random, so a second run makes another archive. What is committed stays as
it is for ever: every later release must open, verify, rebuild and search it (tests/golden/test_archive.py).
"""

import hashlib
import json
import sys
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import zstandard

from muniment.capture.archive import open_archive
from muniment.capture.connector import ImportOptions
from muniment.catalog.database import open_catalog
from muniment.desk.archive import access, actions
from muniment.desk.desk import Desk
from muniment.record.clock import SECOND
from muniment.vault.home import LOGS

ORIGIN = "example.com/golden"
ACTOR = "system:golden"
BEGIN = 1_772_355_600 * SECOND  # 2026-03-01T09:00:00Z

QUERIES = (
    "bonds",
    "債券",
    "债券",
    "保本",
    '"structured note"',
    "from:bob",
    "type:undecoded",
    "has:attachment",
    "is:diverged",
    "hello NOT bonds",
)

FIRST: list[dict[str, object]] = [
    {
        "id": "1",
        "conversation": "desk",
        "sender": "amy",
        "sender_display": "Amy Chan",
        "sent_at": "2026-02-02T09:00:00+08:00",
        "text": "Good morning, hello all",
    },
    {
        "id": "2",
        "conversation": "desk",
        "sender": "bob",
        "sent_at": "2026-02-02T09:01:00+08:00",
        "text": "The bonds are 保本, 債券利率 is fixed",
    },
    {
        "id": "3",
        "conversation": "desk",
        "sender": "amy",
        "sent_at": "2026-02-02T09:02:00+08:00",
        "text": "这只债券没有风险吗?",
    },
    {
        "id": "4",
        "conversation": "bob-carol",
        "sender": "bob",
        "sent_at": "2026-02-02T09:03:00.250Z",
        "text": "The structured note, see 條款",
        "attachments": [{"name": "terms.txt", "path": "terms.txt"}, {"name": "gone.pdf", "path": "gone.pdf"}],
    },
    {
        "id": "5",
        "conversation": "desk",
        "sender": "bob",
        "sent_at": "2026-02-02T09:04:00+08:00",
        "edits": "2",
        "text": "The bonds are not 保本",
    },
    {"id": "6", "conversation": "desk", "sender": "amy", "sent_at": "2026-02-02T09:05:00+08:00", "recalls": "1"},
    {
        "id": "7",
        "conversation": "desk",
        "sender": "amy",
        "sent_at": "2026-02-02T09:06:00+08:00",
        "text": "hello again " * 120,
        "colour": "blue",
    },
]
SECOND_FILE = [FIRST[6], {**FIRST[0], "text": "Good morning, hello nobody"}]
CHAT = (
    "02/02/2026, 14:03 - Messages and calls are end-to-end encrypted. No one outside of this chat can read them.\n"
    "02/02/2026, 14:03 - Amy Chan: hello from the phone\n"
    "13/02/2026, 14:05 - 陳大文: 債券幾多厘\nand a second line\n"
)


def write_inputs(folder: Path) -> list[tuple[str, Path, ImportOptions]]:
    """The files that are imported, with their connector and options."""
    first, second, chat = folder / "first.ndjson", folder / "second.ndjson", folder / "WhatsApp Chat with Amy Chan.txt"
    lines = [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in FIRST]
    first.write_bytes(b"\xef\xbb\xbf" + b"".join(lines[:3]) + b'{"id": "no message"}\n\n' + b"".join(lines[3:]))
    second.write_bytes(b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in SECOND_FILE))
    (folder / "terms.txt").write_bytes("條款 terms\n".encode())
    chat.write_bytes(CHAT.encode())
    whatsapp = ImportOptions(timezone="Asia/Hong_Kong", date_order="dmy")
    return [("ndjson", first, ImportOptions()), ("ndjson", second, ImportOptions()), ("whatsapp", chat, whatsapp)]


def make(target: Path) -> None:
    """Make the archive in `target`, which must not exist: `home`, `keys`, and what is expected of them."""
    home, keys = target / "home", target / "keys"
    ticks = count(BEGIN, 250_000)
    actions.create(home, keys, ORIGIN, ACTOR)
    with (
        TemporaryDirectory() as inputs,
        open_archive(home, keys, clock=lambda: next(ticks)) as archive,
        closing(open_catalog(home / "catalog.sqlite3")) as catalog,
    ):
        desk = Desk(archive, catalog, ACTOR)
        for connector, path, options in write_inputs(Path(inputs)):
            sheet = actions.bring_in(desk, path, connector, f"{connector} account", options)
            assert sheet.balanced
        seal = actions.make_seal(desk)
        logs = {}
        for name in LOGS:
            sealed = archive.reader(name).log.checkpoint()
            records = archive.reader(name).opened(0, sealed.size, sealed.size)
            payloads = [hashlib.sha256(record.payload or b"").hexdigest() for record in records]
            logs[name] = {
                "vkey": archive.signers[name].vkey,
                "size": sealed.size,
                "root": sealed.root.hex(),
                "payloads": payloads,
            }
        answers = {query: [event.id for event in access.events(desk, query)] for query in QUERIES}
        archive.intake.database.execute("DELETE FROM lease")  # it names the machine
        archive.intake.database.execute("DELETE FROM item")  # the audit entries of the questions just asked
        archive.intake.database.execute("VACUUM")
    expected = {"seal": seal, "logs": logs, "answers": answers}
    (target / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")
    whole = home / "catalog.sqlite3"
    whole.with_name("catalog.sqlite3.zst").write_bytes(zstandard.compress(whole.read_bytes(), 19))
    whole.unlink()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
