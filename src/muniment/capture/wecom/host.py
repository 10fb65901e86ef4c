"""Starts the child, and turns whatever becomes of it into a result: a code, a death, a hang, a refusal. Nothing here raises for those.

The child is started at the first call and again after each death; whoever calls decides whether to try the same again.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec

import muniment
from muniment.capture.wecom.library import LARGEST_PAGE, SHORTEST
from muniment.capture.wecom.wire import Answer, Broken, Decrypt, Fetch, Open, Pull, Request, frame, length_of, to_answer

GRACE = 10.0
"""Seconds that a call may take beyond its own timeout before the child is killed."""
TIMEOUT = 30
"""Seconds that the library may wait for the platform."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Whose archive, and by which library. `secret` is the archive's own (not an app's); `sha256` pins the library."""

    corpid: str
    secret: str
    library: Path
    sha256: str
    proxy: str = ""
    proxy_password: str = ""
    timeout: int = TIMEOUT
    grace: float = GRACE

    def __repr__(self) -> str:
        return f"Config(corpid={self.corpid!r}, library={str(self.library)!r})"


class Died(msgspec.Struct, frozen=True):
    """The child died in the call. `signal` is its number, 0 where it ended by itself."""

    signal: int

    @property
    def by_itself(self) -> bool:
        """Whether the call killed it (abort, segmentation fault), and not somebody from outside (kill, out of memory)."""
        return self.signal not in {signal.SIGKILL, signal.SIGTERM}


class Hung(msgspec.Struct, frozen=True):
    """No answer in time; the child was killed."""


class Unable(msgspec.Struct, frozen=True):
    """There is no session: the library is missing, or not the pinned one, or it refused. `reason` holds no secret."""

    reason: str
    code: int = 0


Result = Answer | Died | Hung | Unable


class Host:
    """The one child of a corporation. For one thread: the child ends with the thread that started it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._child: subprocess.Popen[bytes] | None = None
        self.starts = 0
        """How often a child was started."""

    def pull(self, seq: int, limit: int = LARGEST_PAGE) -> Result:
        """The rows behind `seq`, as the platform's JSON."""
        return self._ask(Pull(seq, min(max(limit, 1), LARGEST_PAGE), self._config.timeout))

    def decrypt(self, key: bytes, message: str) -> Result:
        """The plaintext of `encrypt_chat_msg`. What would abort the library, or be cut short on its way in, never gets there."""
        if len(message) < SHORTEST or not message.isascii() or "\0" in message:
            return Answer(10006)
        if not key or b"\0" in key:
            return Answer(10008)
        return self._ask(Decrypt(key, message))

    def fetch(self, file_id: str, index: bytes = b"") -> Result:
        """A piece of a file; `index` is what the piece before said, empty for the first."""
        if not file_id or "\0" in file_id or b"\0" in index:
            return Answer(10005)
        return self._ask(Fetch(index, file_id, self._config.timeout))

    @property
    def pid(self) -> int | None:
        """The process id of the child, while there is one."""
        return None if self._child is None else self._child.pid

    def close(self) -> None:
        """End the child."""
        self._end()

    def _ask(self, request: Request) -> Result:
        if self._child is None:
            refused = self._start()
            if refused is not None:
                return refused
        return self._exchange(request)

    def _start(self) -> Result | None:
        config = self._config
        self.starts += 1
        # No secret in arguments or environment, where other processes read them; and nothing of ours but the path of the code.
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "muniment.capture.wecom.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": _code(), "LC_ALL": "C.UTF-8"},
            cwd="/",
            bufsize=0,
        )
        assert self._child.stdin is not None
        os.set_blocking(self._child.stdin.fileno(), False)
        opened = self._exchange(
            Open(
                str(config.library.absolute()),
                config.sha256,
                config.corpid,
                config.secret,
                config.proxy,
                config.proxy_password,
            )
        )
        if not isinstance(opened, Answer):
            return opened
        if opened.refusal or opened.code:
            self._end()
            return Unable(opened.refusal or f"the library refused the session with {opened.code}", opened.code)
        return None

    def _exchange(self, request: Request) -> Result:
        until = time.monotonic() + self._config.timeout + self._config.grace
        try:
            self._write(frame(request), until)
            body = self._read(length_of(self._read(4, until)), until)
            return to_answer(body)
        except _Late:
            self._end()
            return Hung()
        except (Broken, OSError):
            return Died(self._end())

    def _write(self, message: bytes, until: float) -> None:
        """The whole message, as fast as the child takes it. Raises _Late."""
        assert self._child is not None and self._child.stdin is not None
        pipe, left = self._child.stdin.fileno(), memoryview(message)
        while left:
            if not select.select([], [pipe], [], max(until - time.monotonic(), 0))[1]:
                raise _Late
            left = left[os.write(pipe, left[: 1 << 16]) :]

    def _read(self, size: int, until: float) -> bytes:
        """Exactly `size` bytes. Raises _Late, or Broken at the end of the pipe."""
        assert self._child is not None and self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        parts = bytearray()
        while len(parts) < size:
            if not select.select([pipe], [], [], max(until - time.monotonic(), 0))[0]:
                raise _Late
            part = os.read(pipe, min(size - len(parts), 1 << 20))
            if not part:
                raise Broken
            parts += part
        return bytes(parts)

    def _end(self) -> int:
        """Be rid of the child, dead or alive; the signal it died of, 0 for none."""
        child, self._child = self._child, None
        if child is None:
            return 0
        assert child.stdin is not None and child.stdout is not None
        with contextlib.suppress(OSError):
            child.stdin.close()
        try:
            # A pipe that ended says that the process is about to: its signal is known a moment later.
            code = child.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        child.stdout.close()
        return -code if code < 0 else 0


class _Late(Exception):
    """The time was up."""


def _code() -> str:
    assert muniment.__file__ is not None
    return str(Path(muniment.__file__).parents[1])
