"""For programs that refuse to run as root: another account, a folder that it may enter, and a free port."""

import os
import pwd
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def account() -> pwd.struct_passwd | None:
    """Whom such a program runs as; None where whoever runs the tests will do."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def user() -> str | None:
    """The account's name, as `subprocess` wants it."""
    found = account()
    return found.pw_name if found else None


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of the account's own. Not pytest's: those belong to whoever runs the tests, with everything above."""
    made = Path(tempfile.mkdtemp(prefix="rollout-proof-"))
    try:
        found = account()
        if found is not None:
            os.chown(made, found.pw_uid, found.pw_gid)
        yield made
    finally:
        shutil.rmtree(made)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
