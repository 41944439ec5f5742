"""Executes a command whose life is tied to its parent's: the kernel signals it when the parent dies, by kill -9 too.

Run as a script, in a process of its own, and not as a `preexec_fn`: code between fork and exec is unsafe in a process
with threads, and dropping to another user clears the parent-death signal, so the order matters. Where the kernel has no
such signal (macOS) the command runs untied; the next start then ends what it finds recorded.

Usage: tether.py PARENT_PID SIGNAL USER COMMAND...    (USER `-`: stay who we are)
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(user: str) -> None:
    """Drop from root to the given user for good, with that user's groups."""
    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.environ["HOME"] = entry.pw_dir
    os.environ["USER"] = os.environ["LOGNAME"] = user


def tie_to_parent(parent: int, death_signal: int) -> None:
    """Have the kernel send `death_signal` to this process when `parent` ends; end now if it has ended already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def main(arguments: list[str]) -> None:
    """Become the user, tie the process to its parent and turn into the command."""
    parent, death_signal, user, *command = arguments
    if user != "-":
        become(user)
    tie_to_parent(int(parent), int(death_signal))
    os.execvp(command[0], command)  # noqa: S606 - turning into the command it was given is this file's purpose


if __name__ == "__main__":
    main(sys.argv[1:])
