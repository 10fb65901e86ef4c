"""The vendor's library, in a process that may die: nothing it does reaches us but as a result."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from muniment.capture.wecom.host import Config, Died, Host, Hung, Unable
from muniment.capture.wecom.library import load
from muniment.capture.wecom.wire import Answer, Decrypt
from muniment.record.errors import NotFound, Refused
from tests.capture.wecom.archive import Scenario, fake_cipher, text


@pytest.fixture
def other(config: Config) -> Iterator[list[Host]]:
    """Hosts to be closed at the end."""
    made: list[Host] = []
    yield made
    for each in made:
        each.close()


def test_a_page_a_plaintext_and_a_file_come_through_whole(host: Host, scenario: Scenario) -> None:
    scenario.serve([text(1)])
    scenario.media("F", b"\0\1" * 400_000)

    page = host.pull(0)
    plain = host.decrypt(b"key:k", fake_cipher(b"key:k", "有\0零".encode()))
    first = host.fetch("F")

    assert isinstance(page, Answer) and [row["seq"] for row in json.loads(page.data)["chatdata"]] == [1]
    assert plain == Answer(0, "有\0零".encode())
    assert isinstance(first, Answer) and (len(first.data), first.last) == (512 * 1024, False)
    second = host.fetch("F", first.index)
    assert isinstance(second, Answer) and first.data + second.data == b"\0\1" * 400_000 and second.last


def test_codes_come_through(host: Host, scenario: Scenario) -> None:
    scenario.set(codes="10001,10009")

    assert [host.pull(0), host.pull(0)] == [Answer(10001), Answer(10009)]
    assert host.fetch("missing") == Answer(10005)
    assert host.decrypt(b"other", fake_cipher(b"other", b"x" * 20)) == Answer(10008)
    assert host.starts == 1


def test_more_rows_than_a_page_holds_are_never_asked_for(host: Host, scenario: Scenario) -> None:
    assert isinstance(page := host.pull(0, 1001), Answer) and page.code == 0


def test_a_short_message_never_reaches_the_library(host: Host, scenario: Scenario) -> None:
    host.pull(0)

    assert host.decrypt(b"key:k", "MU1000000001") == Answer(10006)
    assert "D" not in scenario.calls


@pytest.mark.parametrize(
    "key, message, code",
    [
        (b"", "m" * 20, 10008),
        (b"key:\0", "m" * 20, 10008),
        (b"key:k", "m" * 20 + "\0", 10006),
        (b"key:k", "密" * 20, 10006),
    ],
)
def test_what_a_c_string_would_cut_never_reaches_the_library(
    host: Host, scenario: Scenario, key: bytes, message: str, code: int
) -> None:
    assert host.decrypt(key, message) == Answer(code)
    assert scenario.calls == ""


def test_the_library_does_abort_on_a_short_message_and_only_the_child_dies(host: Host) -> None:
    host.pull(0)

    died = host._ask(Decrypt(b"key:k", "short"))

    assert died == Died(signal.SIGABRT)
    assert Died(signal.SIGABRT).by_itself
    assert isinstance(host.pull(0), Answer)
    assert host.starts == 2


def test_a_child_that_was_killed_is_known_to_have_been(host: Host, scenario: Scenario) -> None:
    scenario.set(kill_at=1)

    died = host.pull(0)

    assert died == Died(signal.SIGKILL)
    assert not Died(signal.SIGKILL).by_itself


def test_a_child_killed_between_two_calls_is_replaced_at_the_second_next(host: Host) -> None:
    host.pull(0)
    assert host.pid is not None
    os.kill(host.pid, signal.SIGKILL)

    assert host.pull(0) == Died(signal.SIGKILL)
    assert isinstance(host.pull(0), Answer)


def test_a_call_that_hangs_is_ended(config: Config, scenario: Scenario, other: list[Host]) -> None:
    host = Host(msgspec.structs.replace(config, timeout=0, grace=15.0))
    other.append(host)
    assert isinstance(host.pull(0), Answer)
    scenario.set(hang_at=2)
    host._config = msgspec.structs.replace(config, timeout=0, grace=0.2)
    pid = host.pid

    assert host.pull(0) == Hung()
    assert host.pid is None and pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_that_takes_no_requests_is_ended(config: Config, other: list[Host]) -> None:
    host = Host(config)
    other.append(host)
    host.pull(0)
    host._config = msgspec.structs.replace(config, timeout=0, grace=0.2)
    assert host.pid is not None
    os.kill(host.pid, signal.SIGSTOP)

    assert host.decrypt(b"key:k", "m" * 2_000_000) == Hung()


def test_another_library_than_the_pinned_one_is_not_loaded(
    config: Config, scenario: Scenario, other: list[Host]
) -> None:
    host = Host(msgspec.structs.replace(config, sha256="0" * 64))
    other.append(host)

    assert isinstance(refused := host.pull(0), Unable)
    assert "0" * 64 in refused.reason and scenario.sha256 in refused.reason
    assert scenario.calls == ""


def test_a_missing_library_and_one_that_is_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "none.so").write_bytes(b"not a library")

    with pytest.raises(NotFound):
        load(str(tmp_path / "absent.so"), "0" * 64)
    with pytest.raises(Refused, match="17 functions"):
        load(str(tmp_path / "none.so"), hashlib.sha256(b"not a library").hexdigest())


def test_a_session_that_the_library_refuses_is_told_by_its_code(config: Config, other: list[Host]) -> None:
    host = Host(msgspec.structs.replace(config, corpid=""))
    other.append(host)

    assert host.pull(0) == Unable("the library refused the session with 10000", 10000)


def test_what_the_library_prints_is_heard_by_nobody(
    host: Host, scenario: Scenario, capfd: pytest.CaptureFixture[str]
) -> None:
    scenario.set(noise=1)

    assert isinstance(page := host.pull(0), Answer) and page.code == 0
    assert host.decrypt(b"key:k", fake_cipher(b"key:k", b"secret words")) == Answer(0, b"secret words")
    assert capfd.readouterr() == ("", "")


def test_no_secret_stands_in_the_arguments_or_the_environment(host: Host, config: Config) -> None:
    host.pull(0)
    shown = Path(f"/proc/{host.pid}/cmdline").read_bytes()
    try:
        shown += Path(f"/proc/{host.pid}/environ").read_bytes()
    except PermissionError:
        pass  # the child is not dumpable, so that even its own user may not look

    assert config.secret.encode() not in shown and config.corpid.encode() not in shown
    assert config.secret not in repr(config)


def test_the_child_ends_with_its_pipe(host: Host) -> None:
    host.pull(0)
    child = host._child
    assert child is not None and child.stdin is not None
    child.stdin.close()

    assert child.wait(timeout=30) == 0
    host._child = None
    assert child.stdout is not None
    child.stdout.close()


def test_a_parent_that_speaks_otherwise_is_left() -> None:
    for sent in (b"", b"\0\0\0\1x", b"\xff" * 40, b"\0\0\0\x09"):
        done = subprocess.run(
            [sys.executable, "-m", "muniment.capture.wecom.child"], input=sent, capture_output=True, timeout=60, check=False,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


def test_closing_twice_does_no_harm(host: Host) -> None:
    host.pull(0)
    host.close()
    host.close()

    assert host.pid is None and host.starts == 1
