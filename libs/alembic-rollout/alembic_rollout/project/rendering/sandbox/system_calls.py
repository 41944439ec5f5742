"""Asks the Linux kernel to refuse connections and programs to this process (seccomp), whichever library wants them.

Only what Python announces, and drivers that are known by name, can be refused in Python. A driver in C that is unknown
here reaches the kernel, which sends SIGSYS instead of connecting. Elsewhere, Python's refusals are all there is.
"""

import ctypes
import os
import struct
import sys

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_TRAP = 0x00030000
_NO_SUCH_CALL = 0x00050000 | 38  # SECCOMP_RET_ERRNO | ENOSYS

# In `struct seccomp_data`.
_NUMBER, _ARCHITECTURE, _FIFTH_ARGUMENT = 0, 4, 16 + 4 * 8

# By machine: the audit number, then the system calls connect, execve, execveat, sendto, io_uring_setup.
_MACHINES = {
    "x86_64": (0xC000003E, (42, 59, 322), 44, 425),
    "aarch64": (0xC00000B7, (203, 221, 281), 206, 425),
}
_OTHER_ABI = 0x40000000  # x32 on x86-64, whose numbers begin there


def refuse_by_kernel() -> bool:
    """Let the kernel refuse connect, sendto with an address, execve and io_uring; return False where it cannot."""
    machine = _MACHINES.get(os.uname().machine)
    if not sys.platform.startswith("linux") or machine is None or ctypes.sizeof(ctypes.c_void_p) != 8:  # noqa: PLR2004 - bytes
        return False
    program = _program(*machine)
    code = ctypes.create_string_buffer(program, len(program))
    filter_ = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(filter_), 0, 0) == 0)


def _program(architecture: int, trapped: tuple[int, ...], sendto: int, io_uring: int) -> bytes:
    """Return the filter: instructions of 8 bytes, whose jumps count from the next one."""
    tail = [
        (_LOAD, 0, 0, _FIFTH_ARGUMENT),  # the address of sendto: both halves of the pointer
        (_JUMP_IF_EQUAL, 0, 3, 0),
        (_LOAD, 0, 0, _FIFTH_ARGUMENT + 4),
        (_JUMP_IF_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _TRAP),
        (_RETURN, 0, 0, _NO_SUCH_CALL),
    ]
    allow, trap, missing = 4, 5, 6
    checks: list[tuple[int, int, int]] = [(_JUMP_IF_EQUAL, number, trap) for number in trapped]
    checks += [(_JUMP_IF_EQUAL, io_uring, missing), (_JUMP_IF_AT_LEAST, _OTHER_ABI, missing)]
    head = [(_LOAD, 0, 0, _ARCHITECTURE), (_JUMP_IF_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _NO_SUCH_CALL)]
    head.append((_LOAD, 0, 0, _NUMBER))
    # Behind the checks stand the one for sendto, then the tail.
    for place, (code, number, target) in enumerate(checks):
        head.append((code, len(checks) - place + target, 0, number))
    head.append((_JUMP_IF_EQUAL, 0, allow, sendto))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in (*head, *tail))
