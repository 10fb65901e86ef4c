"""One small archive with something of everything, and what an attack on a copy of it needs."""

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from muniment.capture.archive import Archive, open_archive
from muniment.capture.connector import ImportOptions
from muniment.cli.commands.verify import sentence
from muniment.desk.archive import access, actions
from muniment.desk.archive.verification import Verdict, check_sealed, verify_archive
from muniment.desk.desk import open_desk
from muniment.journal.check import Finding
from muniment.journal.check_finding import file_of
from muniment.proof.note import Signer
from muniment.vault.home import LOGS, Home, open_home
from muniment.vault.kek import KeyEncryptionKey, open_kek
from muniment.vault.location import Location
from muniment.vault.signing import open_signer
from tests.archives import stranger
from tests.postgres import copied

PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


@dataclass(frozen=True)
class Copy:
    """A copy of the archive that a test may attack."""

    home: Home
    kek: KeyEncryptionKey
    signers: dict[str, Signer]
    seal: str

    @property
    def path(self) -> Path:
        return self.home.path

    def open(self) -> Archive:
        return open_archive(self.home.path, self.home.keys)

    def sealed_files(self) -> list[Path]:
        """Every file of log/ and seg/."""
        return sorted(path for top in ("log", "seg") for path in (self.path / top).rglob("*") if path.is_file())

    def name(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()

    def sealed_findings(self) -> list[Finding]:
        """What the part of the check says that reads log/ and seg/; whole_findings calls it (see test_whole.py)."""
        found: list[Finding] = []
        check_sealed(self.home, self.kek, self.signers, found.append, Verdict())
        assert all(sentence(finding) and str(finding) for finding in found)
        return found

    def whole_findings(self, since: str | None = None) -> list[Finding]:
        """What `muniment verify` says."""
        found: list[Finding] = []
        verify_archive(self.path, self.home.keys, found.append, actor="auditor", since=since)
        assert all(sentence(finding) and str(finding) for finding in found)
        return found

    def sql(self, location: Location, *statements: str) -> None:
        """Change a database as somebody with the file, or the server's password, would."""
        with stranger(location) as database:
            if database.dialect == "sqlite":
                database.execute("PRAGMA ignore_check_constraints=ON")
            for statement in statements:
                if statement.startswith("PRAGMA"):
                    database.commit()
                    database.execute(statement)
                    database.begin()
                else:
                    database.execute(statement)

    def file(self, name: str) -> str:
        """How findings call the database `intake`, `keys` or `catalog`."""
        return file_of({"intake": self.home.intake, "keys": self.home.key_table, "catalog": self.home.catalog}[name])


def line(number: int, conversation: str, sender: str, text: str, **more: object) -> str:
    stamp = f"2026-0{1 + number % 3}-{1 + number % 27:02}T09:{number % 60:02}:00+08:00"
    value = {"id": f"m{number}", "conversation": conversation, "sender": sender, "sent_at": stamp, "text": text, **more}
    return json.dumps(value, ensure_ascii=False) + "\n"


def make_archive(folder: Path) -> tuple[Path, Path, str]:
    """Two accounts, an attachment, an edit, a recall, a long text, a rejected line, an undated year, reads in the audit log."""
    home, keys = folder / "home", folder / "home.keys"
    actions.create(home, keys, "example.com/broker", "alice")
    chance = random.Random(7)
    words = ["buy", "sell", "保本", "基金", "tomorrow", "at noon", "2,000 shares", "好的", "ok"]
    first = folder / "phone.ndjson"
    first.write_text(
        "".join(line(n, f"c{n % 3}", f"p{n % 4}", " ".join(chance.choices(words, k=4))) for n in range(12))
        + line(20, "c1", "p1", "the plan " * 200)
        + line(21, "c1", "p1", "the plan, amended", edits="m20")
        + line(22, "c2", "p2", "", recalls="m3")
        + line(23, "c2", "p2", "see the photo", attachments=[{"name": "a.png", "base64": PHOTO}], reply_to="m4")
        + '{"id": "broken"\n',
        "utf-8",
    )
    second = folder / "feed.ndjson"
    second.write_text(
        "".join(line(n, "room", f"dealer{n % 2}", chance.choice(words)) for n in range(30, 40))
        + line(41, "room", "dealer1", "old", sent_at="2024-05-05T00:00:00Z"),
        "utf-8",
    )
    with open_desk(home, keys, "alice") as desk:
        actions.bring_in(desk, first, "ndjson", "phone", ImportOptions())
        access.search(desk, "保本")
        seal = actions.make_seal(desk)
        actions.bring_in(desk, second, "ndjson", "feed", ImportOptions())
        access.count(desk, "buy OR sell")
        actions.settle(desk)
    return home, keys, seal


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The archive that nobody touches: its folder, its keys, and a seal given out half-way."""
    return make_archive(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="session")
def copier(original: tuple[Path, Path, str]) -> Callable[[Path], Copy]:
    """Makes copies of it."""

    def copy(folder: Path) -> Copy:
        home, keys, seal = original
        shutil.copytree(home, folder / "home")
        shutil.copytree(keys, folder / "home.keys")
        copied(folder / "home.keys")
        opened = open_home(folder / "home", folder / "home.keys")
        signers = {name: open_signer(opened.keys, name, opened.log_origin(name)) for name in LOGS}
        return Copy(opened, open_kek(opened.keys), signers, seal)

    return copy


@pytest.fixture
def archive(copier: Callable[[Path], Copy], tmp_path: Path) -> Copy:
    """A copy for one test."""
    return copier(tmp_path)


def files(findings: list[Finding]) -> set[str]:
    return {finding.file for finding in findings}
