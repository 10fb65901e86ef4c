"""Every kind of file, harmed in every way, into one archive: kept and counted, and what comes after it comes in whole."""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import msgspec
import pytest

from muniment.capture.balance import BalanceSheet
from muniment.capture.registry import CONNECTORS
from muniment.desk.archive import actions
from muniment.desk.archive.verification import verify_archive
from muniment.desk.desk import Desk, open_desk
from muniment.journal.check import Finding
from muniment.record.event import Event
from tests.archives import Place, check, message
from tests.capture.export_files import EXPORTS, Export
from tests.capture.exports import zipped
from tests.capture.whole import records, recreated

SECRET = b"what stands in no export"
"""The words of a file of ours, which hostile names and entities point at."""
HOSTILE = "\u202efdp.\n'\"><script>;$(id)|%s%n{0}\x1b[31m ..\\..\\con"
"""A file's own name: all that a folder lets stand."""
NAMES = ("../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "\u202egpj.exe", "con", "n" * 300, "a\x01b", "twice", "TWICE", ".", "..", "//x//")  # fmt: skip
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))


@dataclass
class Harmed:
    """The one archive, and a folder whose files go into it."""

    place: Place
    desk: Desk
    folder: Path

    @property
    def secret(self) -> Path:
        return self.folder / "secret.txt"

    def bring(self, connector: str, account: str, name: str, content: bytes) -> BalanceSheet:
        """A file brought in: its sheet balances, and it is there again byte for byte."""
        path = self.folder / name
        path.write_bytes(content)
        try:
            sheet = actions.bring_in(self.desk, path, connector, account, EXPORTS[connector].options)
        finally:
            path.unlink()
        assert sheet.balanced
        assert sheet.size == len(content)
        assert recreated(self.desk, sheet.manifest) == content
        return sheet

    def size(self) -> int:
        """How many records there are."""
        return self.desk.archive.reader("records").log.checkpoint().size


@pytest.fixture(scope="module")
def harmed(pristine: Place, fast_folders: Callable[[], Path]) -> Iterator[Harmed]:
    folder = fast_folders()
    place = pristine.copy(folder)
    with open_desk(place.home, place.keys, "alice") as desk:
        found = Harmed(place, desk, folder)
        found.secret.write_bytes(SECRET)
        yield found


def recoded(export: Export, encoding: str) -> bytes:
    """The file, or the text files of its zip, in another encoding than it says."""

    def one(raw: bytes) -> bytes:
        return raw.decode("utf-8", "replace").encode(encoding)

    if not export.zipped:
        return one(export.content)
    with zipfile.ZipFile(BytesIO(export.content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped({name: raw if name.endswith(".jpg") else one(raw) for name, raw in members.items()})


def misnamed(connector: str, export: Export, secret: Path) -> bytes:
    """The file with names in it that lead out of it."""
    if export.zipped:
        file = BytesIO(export.content)
        with zipfile.ZipFile(file, "a") as archive:
            for name in (*NAMES, str(secret), "../" * 20 + str(secret)):
                archive.writestr(zipfile.ZipInfo(name), f"from {name[:20]}", compress_type=zipfile.ZIP_DEFLATED)
        return file.getvalue()
    if connector == "ndjson":
        paths = (*NAMES, str(secret), secret.as_uri(), "secret.txt/../../x")
        return b"".join(message(n, attachments=[{"path": name}]) for n, name in enumerate(paths)) + export.content
    path = json.dumps(str(secret))[1:-1].encode()
    for name in (b"photos/photo_1@14-05-2024_10-00-00.jpg", b"deal.png", b"20240514/deal.pdf", b"5E6FAB380000F0D3.gif"):
        if name in export.content:
            return export.content.replace(name, path)
    return export.content


def entities(export: Export, declared: str, used: str) -> bytes:
    """The document with entities declared, and used where a message has its words."""
    text = export.content.decode()
    head, mark, rest = text.partition("?>")
    begun, document = (head + mark, rest) if mark else ("", text)
    root = "smses" if "<smses" in document else "FileDump"
    for words in ('body="', "<Content>"):
        document = document.replace(words, words + used)
    return f"{begun}<!DOCTYPE {root} [{declared}]>{document}".encode()


HARMS = ("truncated", "front lost", "utf-16", "gb18030", "noise", "empty", "names")


def cases() -> list[tuple[str, str]]:
    """Each connector with each harm that its files can take."""
    found = [(connector, harm) for connector in EXPORTS for harm in HARMS]
    found += [(connector, "bomb") for connector, export in EXPORTS.items() if export.zipped]
    return found + [(name, harm) for name, export in EXPORTS.items() if export.xml for harm in ("laughs", "external")]


BOMB: list[bytes] = []


def bomb() -> bytes:
    """A zip that is what each platform packs, beside 96 MiB of nothing in 96 KiB."""
    if not BOMB:
        names = ("_chat.txt", "messages.csv", "data/tweets.js", "general/2024-05-14.json")
        BOMB.append(zipped({**dict.fromkeys(names, "[]"), "data/tweets-part1.js": bytes(96 << 20)}))
    return BOMB[0]


def harm(connector: str, how: str, secret: Path) -> bytes:
    """The bytes of a connector's file so harmed."""
    export = EXPORTS[connector]
    content = export.content
    match how:
        case "truncated":
            return content[: len(content) * 2 // 3]
        case "front lost":
            return content[len(content) // 3 :]
        case "noise":
            return b"\x00\xff" + Random(connector).randbytes(1500)
        case "empty":
            return b""
        case "names":
            return misnamed(connector, export, secret)
        case "bomb":
            return bomb()
        case "laughs":
            return entities(export, LAUGHS, "&l9;")
        case "external":
            declared = f'<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;'
            return entities(export, declared, "&x;")
        case encoding:
            return recoded(export, encoding)


SHORTER = {("ndjson", "empty"), ("line", "truncated"), ("line", "front lost"), ("email", "truncated"), ("email", "front lost")}  # fmt: skip
"""What is left of these is a file of their kind with less in it: nothing in it says that there was more."""
GUESSED = {"partial", "charset_guessed"}
"""Flags of an event whose words are not all as they were written."""


def unsaid(desk: Desk, first: int) -> set[int]:
    """The records, from a leaf on, of which words were not read as they were written, and no event says so."""
    wrong, told = set[int](), set[int]()
    for leaf, kind, body in desk.catalog.execute("SELECT leaf, kind, body FROM event WHERE leaf >= ?", (first,)):
        event = msgspec.json.decode(body, type=Event)
        if "\ufffd" in event.text:
            wrong.add(leaf)
        if kind == "undecoded" or GUESSED & set(event.flags):
            told.add(leaf)
    return wrong - told


def test_every_connector_is_harmed() -> None:
    assert set(EXPORTS) == set(CONNECTORS)


@pytest.mark.parametrize("connector, how", cases())
def test_what_is_harmed_is_kept_and_counted_and_stops_nothing(connector: str, how: str, harmed: Harmed) -> None:
    export = EXPORTS[connector]
    first, account = harmed.size(), f"{connector} {how}"
    name = HOSTILE if how == "names" else export.name
    sheet = harmed.bring(connector, account, name, harm(connector, how, harmed.secret))

    kept = records(harmed.desk, first, harmed.size() - first)
    assert len(sheet.rejected) == sheet.rejected_count
    for rejection in sheet.rejected:
        ((header, _),) = records(harmed.desk, rejection.leaf, 1)
        assert rejection.reason and header.meta["rejected"] == rejection.reason
    seen = sheet.counts["messages"].seen
    if sheet.rejected_count == 0:
        # Whoever reads another encoding, or a name that leads nowhere, has every message; whoever cannot tell has fewer.
        whole = how in {"gb18030", "utf-16", "names"}
        assert seen >= export.messages if whole else (connector, how) in SHORTER and seen <= export.messages
    assert unsaid(harmed.desk, first) == set()
    assert not any(SECRET in raw for _, raw in kept)

    good = harmed.bring(connector, account, export.name, export.content)
    found = good.counts["messages"]
    assert (found.seen, found.stored + found.duplicate) == (export.messages, export.messages)
    assert good.rejected_count == 0


def test_the_archive_is_whole_behind_all_of_it(harmed: Harmed) -> None:
    for connector in ("sms", "slack"):  # whatever ran before, there is something
        harmed.bring(
            connector, f"last {connector}", EXPORTS[connector].name, harm(connector, "truncated", harmed.secret)
        )

    check(harmed.place)
    found: list[Finding] = []
    verdict = verify_archive(harmed.place.home, harmed.place.keys, found.append)
    assert (found, verdict.sound, verdict.compared) == ([], True, True)
