"""A filter in the kernel: the calls that reading needs, and no others (Linux on x86-64 and arm64).

Trust: what is not listed answers "not permitted": no file is opened, no socket, no process started or signalled, and no
memory is made executable. The list holds for a reader whose libraries are loaded already, and for every thread that they
started by then.
Source: linux/seccomp.h, linux/filter.h, Documentation/userspace-api/seccomp_filter.rst.
"""

import ctypes
import errno
import platform
import sys
from pathlib import Path

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2
_SECCOMP = {
    "x86_64": 317,
    "aarch64": 277,
}  # the call that closes all threads at once; prctl closes only the one that asks
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_LOAD, _EQUAL, _ANY_BIT, _ANSWER = 0x20, 0x15, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_AT_NUMBER, _AT_MACHINE, _AT_THIRD = 0, 4, 16 + 2 * 8  # offsets in struct seccomp_data
_PROT_EXEC = 4

# read write close lseek brk, mmap munmap mprotect mremap madvise, signals' own returns, clocks, futex, exits, random numbers
_X86_64 = (
    0xC000003E,
    (9, 10),
    (
        0,
        1,
        3,
        8,
        11,
        12,
        13,
        14,
        15,
        19,
        20,
        24,
        25,
        28,
        35,
        39,
        60,
        96,
        98,
        131,
        186,
        202,
        219,
        228,
        229,
        230,
        231,
        318,
        334,
    ),
)
_ARM64 = (
    0xC00000B7,
    (222, 226),
    (
        63,
        64,
        57,
        62,
        215,
        214,
        134,
        135,
        139,
        65,
        66,
        124,
        216,
        233,
        101,
        172,
        93,
        169,
        165,
        132,
        178,
        98,
        128,
        113,
        114,
        115,
        94,
        278,
        293,
    ),
)
"""The machine as the kernel names it; the calls that may not ask for executable memory; the calls allowed."""


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def no_new_privileges() -> bool:
    """Nothing this process starts can gain rights; False where the kernel does not offer it."""
    return sys.platform == "linux" and _prctl(_PR_SET_NO_NEW_PRIVS, 1) == 0


def keep_to_reading() -> bool:
    """Close every call that reading does not need, for good; False where that is not to be had."""
    machine = {"x86_64": _X86_64, "aarch64": _ARM64}.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    steps = _steps(*machine)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    number, mode, flag = (
        ctypes.c_ulong(each) for each in (_SECCOMP[platform.machine()], _SET_MODE_FILTER, _ALL_THREADS)
    )
    if libc.syscall(number, mode, flag, ctypes.byref(program)) == 0:
        return True
    return _threads() == 1 and _prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program)) == 0


def _threads() -> int:
    """How many threads this process has; 0 where that cannot be told, which is not one."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return 0


def _steps(machine: int, memory: tuple[int, ...], allowed: tuple[int, ...]) -> list[_Step]:
    steps = [(_LOAD, 0, 0, _AT_MACHINE), (_EQUAL, 1, 0, machine), (_ANSWER, 0, 0, _KILL), (_LOAD, 0, 0, _AT_NUMBER)]
    for number in allowed:
        steps += [(_EQUAL, 0, 1, number), (_ANSWER, 0, 0, _ALLOW)]
    for number in memory:
        steps += [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, _AT_THIRD), (_ANY_BIT, 0, 1, _PROT_EXEC)]
        steps += [(_ANSWER, 0, 0, _REFUSE), (_ANSWER, 0, 0, _ALLOW)]
    return [_Step(*step) for step in [*steps, (_ANSWER, 0, 0, _REFUSE)]]


def _prctl(option: int, second: object, third: object = 0) -> int:
    second = ctypes.c_ulong(second) if isinstance(second, int) else second
    third = ctypes.c_ulong(third) if isinstance(third, int) else third
    zero = ctypes.c_ulong(0)
    return int(ctypes.CDLL(None, use_errno=True).prctl(option, second, third, zero, zero))
