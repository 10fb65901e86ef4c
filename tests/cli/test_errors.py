"""What goes wrong around an archive is one plain line with its exit code, and leaves every file as it was."""

import base64
import errno
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from muniment.capture.archive import create_archive
from muniment.capture.leader import Leader
from muniment.cli.main import main
from muniment.record.errors import StorageFailed
from muniment.vault.database import drop
from tests.archives import ORIGIN, Place, accept, bring_in, check, database, make_newer, message, messages, raws
from tests.faults import FaultyDisk, How
from tests.postgres import on_postgres

REFUSED, NOT_FOUND, DAMAGED, WRONG_KEY, BUSY, STORAGE = 2, 3, 4, 5, 6, 7


def other(place: Place) -> Place:
    """Another archive of the same name, with keys of its own."""
    folder = place.home.parent / "other"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)  # that one is taken
        create_archive(folder / "home", folder / "keys", ORIGIN)
    return Place(folder / "home", folder / "keys")


def another_kek(place: Place) -> None:
    shutil.copy(other(place).keys / "kek", place.keys / "kek")


def another_signing_key(place: Place) -> None:
    shutil.copy(other(place).keys / "records.key", place.keys / "records.key")


def a_signing_key_of_another_log(place: Place) -> None:
    shutil.copy(place.keys / "audit.key", place.keys / "records.key")


def a_flipped_bit_of_the_kek(place: Place) -> None:
    label, key = (place.keys / "kek").read_text().split()
    flipped = bytearray(base64.b64decode(key))
    flipped[7] ^= 1
    (place.keys / "kek").write_text(f"{label} {base64.b64encode(flipped).decode()}\n")


def a_kek_that_is_none(place: Place) -> None:
    (place.keys / "kek").write_text("something else\n")


def no_kek(place: Place) -> None:
    (place.keys / "kek").unlink()


def no_signing_key(place: Place) -> None:
    (place.keys / "audit.key").unlink()


def no_keys_folder(place: Place) -> None:
    shutil.rmtree(place.keys)


def keys_for_everybody(place: Place) -> None:
    (place.keys / "kek").chmod(0o644)


def a_newer_archive(place: Place) -> None:
    (place.home / "archive.json").write_text(json.dumps({"format": 2, "origin": ORIGIN, "more": True}))


def a_damaged_archive(place: Place) -> None:
    (place.home / "archive.json").write_text('{"format":1}')


def newer_keys(place: Place) -> None:
    make_newer(place, "keys")


def newer_intake(place: Place) -> None:
    make_newer(place, "intake")


def keys_that_are_no_database(place: Place) -> None:
    (place.keys / "keys.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 100)


def an_intake_that_is_no_database(place: Place) -> None:
    (place.home / "intake.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 100)


def no_archive(place: Place) -> None:
    shutil.rmtree(place.home)


def a_file_for_a_home(place: Place) -> None:
    shutil.rmtree(place.home)
    place.home.write_text("a file")


def no_catalog(place: Place) -> None:
    drop(place.location("catalog"))


TROUBLES: list[tuple[Callable[[Place], None], int, str]] = [
    (another_kek, WRONG_KEY, "is not the one that this archive's keys were sealed with"),
    (another_signing_key, DAMAGED, "the checkpoint does not check"),
    (a_signing_key_of_another_log, WRONG_KEY, "set MUNIMENT_KEYS to this archive's keys"),
    (a_flipped_bit_of_the_kek, WRONG_KEY, "is not the one that this archive's keys were sealed with"),
    (a_kek_that_is_none, WRONG_KEY, "is not a key-encryption key"),
    (no_kek, NOT_FOUND, "the key-encryption key is missing"),
    (no_signing_key, NOT_FOUND, "the signing key of example.com/test/audit is missing"),
    (no_keys_folder, NOT_FOUND, "the key-encryption key is missing"),
    (keys_for_everybody, WRONG_KEY, "may be read by others (mode 0644); run: chmod 600"),
    (a_newer_archive, REFUSED, "format 2"),
    (a_damaged_archive, DAMAGED, "archive.json is damaged"),
    (newer_keys, REFUSED, " is at version 99"),
    (newer_intake, REFUSED, " is at version 99"),
    (keys_that_are_no_database, DAMAGED, "keys.sqlite3"),
    (an_intake_that_is_no_database, DAMAGED, "intake.sqlite3"),
    (no_archive, NOT_FOUND, "there is no archive in"),
    (a_file_for_a_home, NOT_FOUND, "there is no archive in"),
    (no_catalog, NOT_FOUND, "make it again with `muniment rebuild`"),
]


@pytest.fixture
def file(fast_path: Path) -> Path:
    return messages(fast_path / "some.ndjson", range(5))


@pytest.fixture
def run(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Runs a command in this process: its exit code and the one line that it must print as an error."""

    environment = place.environment

    for name in {"MUNIMENT_HOME", "MUNIMENT_KEYS", "DATABASE_URL"} & environment.keys():
        monkeypatch.setenv(name, environment[name])

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(arguments)
        said = capsys.readouterr()
        assert said.out == ""
        return code, one_line(said.err)

    return run


def one_line(text: str) -> str:
    """The only line of `text`, which is not the last one of a traceback."""
    lines = text.splitlines()
    assert len(lines) == 1, text
    assert "Error" not in lines[0] and "Traceback" not in text
    return lines[0]


@pytest.mark.parametrize("command", ["import", "search", "checkpoint"])
@pytest.mark.parametrize(
    ("trouble", "code", "words"),
    [
        pytest.param(*row, id=row[0].__name__, marks=[pytest.mark.sqlite] if "no_database" in row[0].__name__ else [])
        for row in TROUBLES
    ],
)
def test_it_says_what_is_wrong_in_one_line_and_changes_nothing(
    place: Place,
    file: Path,
    run: Callable[..., tuple[int, str]],
    trouble: Callable[[Place], None],
    code: int,
    words: str,
    command: str,
) -> None:
    with place.open() as archive:
        accept(archive, 1)
    trouble(place)
    before = place.hash() if place.home.is_dir() else None
    arguments = {"import": ["ndjson", str(file), "--account", "phone"], "search": ["word1"], "checkpoint": []}[command]
    got, line = run(command, *arguments)
    assert (got, words in line) == (code, True), line
    if before is not None and trouble is not another_signing_key:
        assert place.hash() == before


def test_it_says_that_a_file_is_missing_or_is_none(
    place: Place, fast_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    code, line = run("import", "ndjson", str(fast_path / "nowhere"), "--account", "phone")
    assert (code, "there is no file" in line) == (NOT_FOUND, True)
    code, line = run("import", "ndjson", str(fast_path), "--account", "phone")
    assert (code, "is not a file" in line) == (REFUSED, True)
    check(place)


def test_init_refuses_folders_that_hold_something(
    place: Place, fast_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str]]
) -> None:
    before = place.hash()
    code, line = run("init", "--origin", "example.com/other")
    assert (code, "holds an archive already" in line) == (REFUSED, True)
    assert place.hash() == before


# A second leader


LEAD = """
import os, sys
from pathlib import Path
from muniment.capture.archive import open_archive
from muniment.capture.leader import Leader
with open_archive(Path(os.environ["MUNIMENT_HOME"]), Path(os.environ["MUNIMENT_KEYS"])) as archive, Leader(archive) as leader:
    print("leads", flush=True)
    sys.stdin.readline()
    archive.intake.accept([archive.sealer.seal(b"of the first leader", log="audit", type="act", source="system")])
    leader.drain()
"""


def test_a_second_leader_is_told_who_leads_and_harms_nothing(
    place: Place, file: Path, run: Callable[..., tuple[int, str]]
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LEAD], env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdin is not None and first.stdout is not None
        assert first.stdout.readline() == "leads\n"
        before = place.hash()
        code, line = run("import", "ndjson", str(file), "--account", "phone")
        assert code == BUSY
        assert f"pid {first.pid}, since" in line
        assert place.hash() == before
        first.stdin.write("\n")
        first.stdin.close()
        assert first.wait() == 0
    assert [record.payload for record in check(place)["audit"]][-1] == b"of the first leader"
    with place.open() as archive, Leader(archive):
        pass


# A disk that is full, or read-only


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """A file system of its own at `folder`; the test is skipped where the system does not let us mount one."""
    folder.mkdir(exist_ok=True)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)], check=False, capture_output=True
    ).returncode:
        pytest.skip("this user may not mount a file system; the form with a limit on file sizes runs everywhere")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def muniment(place: Place, *arguments: str, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, perhaps with a limit on the size of files."""

    def set_limit() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "muniment.cli.main", *arguments]
    return subprocess.run(
        command, env=place.environment, check=False, capture_output=True, text=True, preexec_fn=set_limit
    )


def big(path: Path) -> tuple[Path, list[bytes]]:
    """A file of lines that do not compress to nothing."""
    lines = [message(number, os.urandom(300).hex()) for number in range(2500)]
    path.write_bytes(b"".join(lines))
    return path, lines


def test_a_full_disk_stops_an_import_and_loses_nothing(pristine: Place, fast_path: Path) -> None:
    file, lines = big(fast_path / "big.ndjson")
    with mounted(fast_path / "small", "size=3m"):
        place = pristine.copy(fast_path / "small")
        failed = muniment(place, "import", "ndjson", str(file), "--account", "phone")
        assert failed.returncode == STORAGE
        for line in failed.stderr.splitlines():
            assert line.startswith(("muniment", str(file))), failed.stderr
        with_more = subprocess.run(["mount", "-o", "remount,size=64m", str(fast_path / "small")], check=False)
        assert with_more.returncode == 0
        again = muniment(place, "import", "ndjson", str(file), "--account", "phone", "--json")
        assert (again.returncode, again.stderr) == (0, "")
        assert json.loads(again.stdout)["messages"]["stored"] == len(lines)
        assert raws(check(place)["records"])[: len(lines)] == lines


def test_a_limit_on_file_sizes_stops_an_import_and_loses_nothing(place: Place, fast_path: Path) -> None:
    file, lines = big(fast_path / "big.ndjson")
    failed = muniment(place, "import", "ndjson", str(file), "--account", "phone", limit=1_600_000)
    assert failed.returncode == STORAGE
    for line in failed.stderr.splitlines():
        assert line.startswith(("muniment", str(file))), failed.stderr
    again = muniment(place, "import", "ndjson", str(file), "--account", "phone", "--json")
    assert (again.returncode, again.stderr) == (0, "")
    assert raws(check(place)["records"])[: len(lines)] == lines


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """`folder` as it is, but nobody may change it: by its modes, or for root by a mount."""
    if os.geteuid():
        inside = [folder, *folder.rglob("*")]
        modes = [path.stat().st_mode for path in inside]
        for path in reversed(inside):
            path.chmod(path.stat().st_mode & 0o555)
        try:
            yield
        finally:
            for path, mode in zip(inside, modes, strict=True):
                path.chmod(mode)
        return
    bind = subprocess.run(["mount", "--bind", str(folder), str(folder)], check=False, capture_output=True)
    if bind.returncode:
        pytest.skip("root without the right to mount; the form with a failing disk runs everywhere")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.sqlite  # with its databases elsewhere, a read-only home is no trouble to a reader
def test_a_read_only_home_is_one_line_and_nothing_changes(place: Place, file: Path) -> None:
    before = place.hash()
    with read_only(place.home):
        for arguments in (
            ["import", "ndjson", str(file), "--account", "phone"],
            ["search", "word"],
            ["checkpoint"],
            ["rebuild"],
        ):
            done = muniment(place, *arguments)
            assert (done.returncode, done.stdout) == (STORAGE, ""), done.stderr
            one_line(done.stderr)
    assert place.hash() == before


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_refuses_everything_is_a_plain_refusal(place: Place, file: Path, number: int) -> None:
    before = place.hash()
    with (
        place.open(FaultyDisk(lambda *_: True, How.FAILED, number)) as archive,
        pytest.raises(StorageFailed, match=os.strerror(number)),
    ):
        bring_in(archive, file)
    assert place.hash() == before


def test_a_database_that_another_process_writes_is_busy(
    place: Place, monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str]]
) -> None:
    for kind in ("sqlite", "postgres"):
        monkeypatch.setattr(f"muniment.vault.{kind}.BUSY_MILLISECONDS", 10)
    with database(place, "intake") as writer:
        if on_postgres():
            writer.execute("LOCK TABLE item, lease IN EXCLUSIVE MODE")
        code, line = run("checkpoint")
    assert (code, "another process writes the intake database" in line) == (BUSY, True)
    check(place)


def test_what_no_room_expected_of_the_system_is_one_line_too(place: Place) -> None:
    checkpoint = place.home / "log" / "records" / "checkpoint"
    checkpoint.unlink()
    checkpoint.mkdir()
    done = muniment(place, "search", "word")

    assert (done.returncode, done.stdout) == (STORAGE, "")
    assert str(checkpoint) in one_line(done.stderr)
