"""The walls that a reader puts around itself before it is handed a file, and what each keeps out.

Trust: each wall is tried after it was built and named only when it holds; the parent records the names with the reading.
"""

import ctypes
import os
import resource
import sys

from muniment.media import seccomp
from muniment.media.limits import Limits

NOBODY = 65_534
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _SIGKILL = 1, 4, 9


def confine(limits: Limits) -> tuple[str, ...]:
    """Give up all that reading does not need, for good. Names of the walls that hold:

    `memory`, `time` the limits of `limits`; `files` no descriptor can be opened, so no file, folder or socket;
    `user` no longer root; `privileges` none can be gained; `calls` the kernel refuses every call but those of reading.
    """
    names = ["memory", "time", "files"]
    if sys.platform == "linux":
        _first_to_go()
    if _leave_root():
        names.append("user")
    if sys.platform == "linux":
        _alone()
    _set(resource.RLIMIT_CORE, 0)  # a dump of memory would hold the file
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 5)  # first a signal that says why, then the end
    if hasattr(resource, "RLIMIT_NPROC"):
        _set(resource.RLIMIT_NPROC, 0)
    if hasattr(resource, "RLIMIT_AS"):
        _set(resource.RLIMIT_AS, limits.memory_bytes)
    if seccomp.no_new_privileges():
        names.append("privileges")
    _set(resource.RLIMIT_NOFILE, 0)
    if seccomp.keep_to_reading():
        names.append("calls")
    if _opens():
        names.remove("files")
    return tuple(names)


def _set(which: int, value: int, last: int | None = None) -> None:
    last = value if last is None else last
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value, last = min(value, hard), min(last, hard)
    resource.setrlimit(which, (value, last))


def _first_to_go() -> None:
    """Where memory runs short, the kernel ends this process before any other."""
    try:
        with open("/proc/self/oom_score_adj", "wb", buffering=0) as file:  # noqa: PTH123 - no path object is worth it
            file.write(b"1000")
    except OSError:
        pass


def _leave_root() -> bool:
    """Become nobody, where the house runs as root; True when this process is not root afterwards."""
    if os.geteuid() == 0:
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
        except (OSError, AttributeError):
            return False  # a container without that user
    return os.geteuid() != 0


def _alone() -> None:
    """End with the parent; let nobody of the same user look into this memory."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(_SIGKILL), 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, ctypes.c_ulong(0), 0, 0, 0)


def _opens() -> bool:
    try:
        os.close(os.open("/", os.O_RDONLY))
    except OSError:
        return False
    return True
