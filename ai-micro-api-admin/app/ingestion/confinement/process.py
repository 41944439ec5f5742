"""Who a process is: its user, its parent, and who may look into it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from app.ingestion.confinement import kernel

_FIRST_ACCOUNT, _ACCOUNTS = 61_184, 4_336
"""User ids that systemd keeps for services without an account (61184 to 65519): no file belongs to one of them."""


def conceal_process() -> None:
    """Keep this process's environment and memory from other processes of the same user, on Linux.

    A parser may run as the same user as the service; without this, one that a hostile file has taken over could read
    the database's passwords from `/proc/PID/environ` (prctl(2), PR_SET_DUMPABLE; proc(5)).
    """
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def give_up_root() -> bool:
    """Turn root into a user who owns nothing, other than that of any other such process; return False if still root.

    Root of a container may lack the right to change its user (`--cap-drop=ALL`), and stays what it is then.
    """
    if os.geteuid() != 0:
        return True
    account = _FIRST_ACCOUNT + os.getpid() % _ACCOUNTS
    with suppress(OSError):
        os.setgroups([])
        os.setresgid(account, account, account)
        os.setresuid(account, account, account)
    return os.geteuid() != 0


def end_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, on Linux; end now if the parent has ended already.

    To be called after `give_up_root`: a change of the user clears it.
    """
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("The process that asked for this file has ended.")
