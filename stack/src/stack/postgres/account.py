"""The operating system account that the embedded PostgreSQL runs under, and what that account can reach.

PostgreSQL refuses to run as root. Started by root, it drops to another account, and everything it needs - binaries,
data - has to lie where that account may go.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError

SHARED_HOME = Path("/var/lib/ai-micro-service")
"""Where root puts what the server's account cannot reach in the checkout (a home folder of mode 700, say)."""


@dataclass(frozen=True)
class Account:
    """An entry of the password database to drop to."""

    name: str
    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Return True if the account may enter the folder, or its nearest parent that exists. Asks the kernel."""
        while not folder.exists():
            folder = folder.parent
        probe = subprocess.run(  # noqa: S603 - a fixed command
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            check=False,
            cwd="/",
            user=self.uid,
            group=self.gid,
            extra_groups=os.getgrouplist(self.name, self.gid),
            stderr=subprocess.DEVNULL,
        )
        return probe.returncode == 0


def server_account(owner_of: Path) -> Account | None:
    """Choose the account for a server.

    Args:
        owner_of: data folder or checkout; its owner is preferred when that is not root, so that data made by one
            account stays with it.

    Returns:
        The account to drop to, or None when this process is not root and needs none.

    Raises:
        StackError: this process is root and the password database has no other account.
    """
    if os.getuid() != 0:
        return None
    while not owner_of.exists():
        owner_of = owner_of.parent
    entries = pwd.getpwall()
    by_owner = [entry for entry in entries if entry.pw_uid == owner_of.stat().st_uid]
    by_name = [entry for name in ("postgres", "nobody") for entry in entries if entry.pw_name == name]
    for entry in [*by_owner, *by_name, *entries]:
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise StackError(
        "PostgreSQL does not run as root, and this machine has no other account. Make one: useradd postgres"
    )
