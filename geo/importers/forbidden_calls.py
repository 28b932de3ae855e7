"""What a process that reads somebody's file may never ask of the kernel: a network, a program, another file.

A seccomp filter (Linux, any user): the refused calls fail with EPERM, the rest is as before. It holds for the life
of the process, whatever code runs in it afterwards.
"""

import ctypes
import errno
import platform
from collections.abc import Iterator

# Numbers of the kernel's own tables; aarch64 has no open, creat, fork and vfork.
_CALLS: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "open": 2,
            "socket": 41,
            "socketpair": 53,
            "clone": 56,
            "fork": 57,
            "vfork": 58,
            "execve": 59,
            "rename": 82,
            "mkdir": 83,
            "creat": 85,
            "link": 86,
            "unlink": 87,
            "symlink": 88,
            "ptrace": 101,
            "openat": 257,
            "unlinkat": 263,
            "renameat": 264,
            "linkat": 265,
            "symlinkat": 266,
            "renameat2": 316,
            "execveat": 322,
            "io_uring_setup": 425,
            "clone3": 435,
            "openat2": 437,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "mkdirat": 34,
            "unlinkat": 35,
            "symlinkat": 36,
            "linkat": 37,
            "renameat": 38,
            "openat": 56,
            "ptrace": 117,
            "socket": 198,
            "socketpair": 199,
            "clone": 220,
            "execve": 221,
            "renameat2": 276,
            "execveat": 281,
            "io_uring_setup": 425,
            "clone3": 435,
            "openat2": 437,
        },
    ),
}

_LOAD, _IF_EQUAL, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_CALL_NUMBER, _MACHINE = 0, 4
_X32_BIT = 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER_MODE = 38, 22, 2

type _Step = tuple[int, int, int, int]


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Instruction))]


def forbid_calls() -> None:
    """Give up, for good, the network, other programs, and every file that is not open yet.

    Raises
    ------
    OSError
        The kernel or the machine knows no such filter: nothing is given up, and nothing should be read.
    """
    steps = [_Instruction(*step) for step in _steps(platform.machine())]
    program = _Program(len(steps), (_Instruction * len(steps))(*steps))
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or kernel.prctl(
        _PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "seccomp")


def _steps(machine: str) -> Iterator[_Step]:
    if machine not in _CALLS:
        raise OSError(errno.ENOSYS, "seccomp")
    code, calls = _CALLS[machine]
    yield _LOAD, 0, 0, _MACHINE
    yield _IF_EQUAL, 1, 0, code
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _CALL_NUMBER
    if machine == "x86_64":
        # The second numbering of the same calls.
        yield _IF_ANY_BIT, 0, 1, _X32_BIT
        yield _RETURN, 0, 0, _REFUSE
    for number in calls.values():
        yield _IF_EQUAL, 0, 1, number
        yield _RETURN, 0, 0, _REFUSE
    yield _RETURN, 0, 0, _ALLOW
