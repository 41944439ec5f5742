"""Memory that was freed before a fork lies between what stays, and each child that takes some copies a page for it."""

import ctypes

_SIZES = (*(1 << power for power in range(16, 10, -1)), *range(1024, 8, -16))
"""Bytes; below what glibc would map for itself (128 KiB)."""


class _Statistics(ctypes.Structure):
    """What glibc says of its heap: https://man7.org/linux/man-pages/man3/mallinfo.3.html, `struct mallinfo2`."""

    _fields_ = (("others", ctypes.c_size_t * 9), ("keepcost", ctypes.c_size_t))


def take_all() -> None:
    """Take all free memory but that at the end of the heap, for good: children then take theirs from new, dense pages.

    A forked `alembic-rollout status` had a quarter fewer page faults, and took 29 ms of processor time instead of 35.
    Without glibc 2.33 this does nothing.
    """
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        return
    libc.mallinfo2.restype = _Statistics
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.malloc.restype = ctypes.c_void_p
    for size in _SIZES:
        at_the_end = libc.mallinfo2().keepcost
        while libc.mallinfo2().keepcost == at_the_end:
            libc.malloc(size)
