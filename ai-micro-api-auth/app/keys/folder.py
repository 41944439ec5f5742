"""The folder that holds the signing keys: `0001.pem`, `0002.pem`, ... in the order in which they were made.

A key appears in the folder whole or not at all, and under a number that no other process took: it is written beside its
place and then linked there, which fails when the name exists. So two replicas that start on an empty folder at the
same time end with one key, and a process killed in between leaves none. Taking a key out of service is deleting its
file.
"""

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

NEW_KEY_BITS = 3072
"""128 bits of security (NIST SP 800-57 part 1, table 2); a signature takes 0.7 ms instead of 0.25."""
MIN_KEY_BITS = 2048
"""What a key of an older release, or of an operator's own, has at least."""
_PATTERN = "*.pem"
_NOT_WRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}


class KeyFolderError(Exception):
    """The folder cannot be used; the message names the file and the remedy, on one line."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One file of the folder.

    Attributes:
        path: where it is.
        modified_at: when its content was last written, seconds since the epoch.
        identity: changes when the content may have changed.
    """

    path: Path
    modified_at: float
    identity: tuple[int, int]


class KeyFolder:
    """Lists, reads and makes keys.

    Args:
        path: the folder; made when it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def files(self) -> list[KeyFile]:
        """Return the key files, oldest number first.

        Raises:
            KeyFolderError: the folder cannot be listed.
        """
        try:
            files = []
            for path in sorted(self.path.glob(_PATTERN)):
                status = path.stat()
                files.append(KeyFile(path, status.st_mtime, (status.st_mtime_ns, status.st_ino)))
        except OSError as error:
            raise self._error("cannot be read", error) from error
        return files

    def read(self, file: KeyFile) -> rsa.RSAPrivateKey:
        """Return the private key in a file.

        Raises:
            KeyFolderError: the file cannot be read or holds no usable key.
        """
        try:
            key = serialization.load_pem_private_key(file.path.read_bytes(), password=None)
        except OSError as error:
            raise KeyFolderError(
                f"{file.path}: cannot be read ({error.strerror}); let this process's user read it."
            ) from error
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyFolderError(
                f"{file.path}: is not an unencrypted PEM private key; move it out of JWT_KEYS_DIR,"
                " and make a new key with `python -m app.keys rotate` where no other is left."
            ) from error
        if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < MIN_KEY_BITS:
            raise KeyFolderError(
                f"{file.path}: is not an RSA key of {MIN_KEY_BITS} bits or more; move it out of the folder."
            )
        return key

    def add_first(self) -> None:
        """Make the first key where there is none; when another process is faster, that one's is the first.

        Raises:
            KeyFolderError: the folder cannot be written.
        """
        if not self.files():
            self._add(1)

    def add(self) -> Path:
        """Make a new key and return its file.

        Raises:
            KeyFolderError: the folder cannot be written.
        """
        while True:
            numbers = [int(file.path.stem) for file in self.files() if file.path.stem.isdecimal()]
            path = self._add(max(numbers, default=0) + 1)
            if path is not None:
                return path

    def _add(self, number: int) -> Path | None:
        path = self.path / f"{number:04d}.pem"
        draft = self.path / f".{uuid4().hex}.draft"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write(draft, _new_key())
                os.link(draft, path)
                _sync(self.path)
            except FileExistsError:
                return None
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            if error.errno in _NOT_WRITABLE and self.path.is_dir():
                raise self._not_writable(error) from error
            raise self._error("cannot be written", error) from error
        return path

    def _not_writable(self, error: OSError) -> KeyFolderError:
        # As of a Secret that is mounted: its keys are made elsewhere, and all that can be missing is one of them.
        what = "gets no new key here" if self.files() else "holds no *.pem file"
        return KeyFolderError(
            f"JWT_KEYS_DIR: {self.path} {what}; add one where its files come from,"
            f" because this process cannot write it ({error.strerror})."
        )

    def _error(self, what: str, error: OSError) -> KeyFolderError:
        return KeyFolderError(
            f"JWT_KEYS_DIR: {self.path} {what} ({error.strerror}); let it be a folder of this process's user."
        )


def _new_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65_537, key_size=NEW_KEY_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
