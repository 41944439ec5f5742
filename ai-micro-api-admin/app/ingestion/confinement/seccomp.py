"""seccomp (Linux 3.17): refuses every system call but those that computing with open files and own memory needs.

A list of what is allowed, so that no way out is forgotten: no file by its path, no socket, no program, no process, no
signal, no shared memory, no limit raised. A refused call fails with EPERM and the process goes on: PDFium, for one,
looks for fonts of the system and does without.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

from app.ingestion.confinement import kernel

# Each with its number on x86-64 and on AArch64.
_ALLOWED = {
    "read": (0, 63),
    "readv": (19, 65),
    "pread64": (17, 67),
    "write": (1, 64),
    "writev": (20, 66),
    "lseek": (8, 62),
    "fstat": (5, 80),
    "close": (3, 57),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "madvise": (28, 233),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "clock_gettime": (228, 113),
    "gettimeofday": (96, 169),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
# What a program that reads a file and computes never needs: network, processes, other processes' memory, the kernel's
# larger doors. In place of a list of what it needs, which changes with the program and its libraries.
_REACHING_OUT = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "clone": (56, 220),
    "fork": (57, 57),
    "vfork": (58, 58),
    "kill": (62, 129),
    "tkill": (200, 130),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "shmget": (29, 194),
}
# By machine: its column above, its audit number (linux/audit.h), the number of seccomp(2).
_MACHINES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
_FIRST_OF_LATER = 424
"""From here on the numbers are those of Linux 5.1 and later, on every machine; x32 on x86-64 begins far above."""

_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in `struct seccomp_data`

_KILL = 0x80000000
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # EPERM
_UNKNOWN = 0x00050000 | 38  # ENOSYS: a library takes the older call then


def refuse_other_calls() -> bool:
    """Refuse all threads of this process every call that is not in the list; return False where that is impossible."""
    return _apply(_ALLOWED, listed=_ALLOW, others=_REFUSE)


def refuse_reaching_out() -> bool:
    """Refuse all threads of this process, whatever program it turns into, to reach others; return False likewise."""
    return _apply(_REACHING_OUT, listed=_REFUSE, others=_ALLOW)


def _apply(calls: dict[str, tuple[int, int]], *, listed: int, others: int) -> bool:
    machine = _MACHINES.get(os.uname().machine)
    if not sys.platform.startswith("linux") or machine is None or ctypes.sizeof(ctypes.c_void_p) != 8:  # noqa: PLR2004 - bytes
        return False
    column, architecture, seccomp = machine
    numbers = {pair[column] for pair in calls.values()}
    if "fork" in calls and column == 1:
        # AArch64 has neither fork nor vfork: the numbers are those of other calls there.
        numbers -= {calls["fork"][column], calls["vfork"][column]}
    program = _program(architecture, sorted(numbers), listed=listed, others=others)
    code = ctypes.create_string_buffer(program, len(program))
    filter_ = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    try:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.system_call(
            seccomp,
            ctypes.c_ulong(_SET_MODE_FILTER),
            ctypes.c_ulong(_ALL_THREADS),
            ctypes.c_void_p(ctypes.addressof(filter_)),
        )
    except OSError:
        return False
    return True


def _program(architecture: int, numbers: list[int], *, listed: int, others: int) -> bytes:
    """Return the filter: instructions of 8 bytes, whose jumps count from the next one."""
    instructions = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, _FIRST_OF_LATER),
        (_RETURN, 0, 0, _UNKNOWN),
    ]
    for number in numbers:
        instructions += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, listed)]
    instructions.append((_RETURN, 0, 0, others))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
