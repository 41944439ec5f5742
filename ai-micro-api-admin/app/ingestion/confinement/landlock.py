"""Landlock (Linux 5.13): refuses every file, and later also TCP, abstract sockets and signals to other processes."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from app.ingestion.confinement import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine
_ASK_VERSION = 1

_BENEATH_A_PATH = 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3

# linux/landlock.h: how many rights on files each version of the interface knows; later ones are not asked for.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_FILE_RIGHTS = 16
_TCP_SINCE, _TCP_RIGHTS = 4, 0b11  # bind, connect
_SCOPES_SINCE, _SCOPES = 6, 0b11  # abstract UNIX sockets, signals


def refuse_all() -> int:
    """Refuse this thread whatever Landlock can refuse; return the version of its interface, 0 where there is none."""
    return _restrict([])


def allow_reading_only(paths: Iterable[str]) -> int:
    """Refuse this thread everything but to read and execute what lies at some paths; return as `refuse_all` does."""
    return _restrict(paths)


def _restrict(paths: Iterable[str]) -> int:
    if not sys.platform.startswith("linux"):
        return 0
    nothing = ctypes.c_ulong(0)
    try:
        version = kernel.system_call(_CREATE_RULESET, nothing, nothing, ctypes.c_ulong(_ASK_VERSION))
        # A version without a field accepts it as long as it is zero.
        ruleset = struct.pack(
            "QQQ",
            (1 << _FILE_RIGHTS.get(version, _NEWEST_FILE_RIGHTS)) - 1,
            _TCP_RIGHTS if version >= _TCP_SINCE else 0,
            _SCOPES if version >= _SCOPES_SINCE else 0,
        )
        attributes = ctypes.create_string_buffer(ruleset, len(ruleset))
        descriptor = kernel.system_call(
            _CREATE_RULESET,
            ctypes.c_void_p(ctypes.addressof(attributes)),
            ctypes.c_ulong(len(ruleset)),
            nothing,
        )
        try:
            for path in paths:
                _allow(descriptor, path)
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
            kernel.system_call(_RESTRICT_SELF, ctypes.c_ulong(descriptor), nothing)
        finally:
            os.close(descriptor)
    except OSError:
        # Not built in, switched off at boot, or refused by the container.
        return 0
    return version


def _allow(ruleset: int, path: str) -> None:
    """Allow a file, or what a folder holds, to be read and executed; a path that is not there needs no rule."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rights = _EXECUTE | _READ_FILE | (_READ_FOLDER if Path(path).is_dir() else 0)
        rule = struct.pack("=Qi", rights, descriptor)
        attributes = ctypes.create_string_buffer(rule, len(rule))
        kernel.system_call(
            _ADD_RULE,
            ctypes.c_ulong(ruleset),
            ctypes.c_ulong(_BENEATH_A_PATH),
            ctypes.c_void_p(ctypes.addressof(attributes)),
            ctypes.c_ulong(0),
        )
    finally:
        os.close(descriptor)
