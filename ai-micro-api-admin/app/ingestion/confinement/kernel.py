"""Calls of the Linux kernel that Python has no function for."""

from __future__ import annotations

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38


def prctl(option: int, value: int) -> None:
    """Change an attribute of this process (prctl(2)).

    Raises:
        OSError: The kernel refuses it, or does not know it.
    """
    _checked(_libc.prctl(option, *(ctypes.c_ulong(argument) for argument in (value, 0, 0, 0))))


def system_call(number: int, *arguments: ctypes.c_ulong | ctypes.c_void_p) -> int:
    """Call the kernel by number and return its answer.

    Raises:
        OSError: The call failed, or does not exist here (ENOSYS).
    """
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def _checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
