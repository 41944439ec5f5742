"""An S3-compatible object store, which is not trusted: what was written is read back before it counts as written.

Its client, a library of 13 MB, is loaded only where a store is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Store
    from pydantic import SecretStr

_CONNECT_TIMEOUT = timedelta(seconds=3)
# Of one request: 5 MiB at the most. Reading waits for a store for no longer than a request may wait for the database.
_REQUEST_TIMEOUT = timedelta(seconds=8)
_WRITE_TIMEOUT = timedelta(seconds=60)
_RETRIES = 2


class ObjectStoreError(Exception):
    """The store did not do what it was asked for."""


class ObjectMissingError(ObjectStoreError):
    """The store answers, and has no such object."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where a store is, and how it is entered.

    Attributes:
        url: `s3://bucket`, or `s3://bucket/folder`.
        endpoint: the server's address; None for AWS.
        region: where the bucket is.
        access_key_id: None to find both keys as AWS' own programs do (environment, web identity, instance).
        secret_access_key: belongs to it.
    """

    url: str
    endpoint: str | None
    region: str
    access_key_id: str | None
    secret_access_key: SecretStr | None


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """Names the file that a document has, or had.

    Attributes:
        document_id: whose it is.
        content_hash: its hash.
        size_bytes: its length: a text has the same hash with and without a byte order mark.
    """

    document_id: UUID
    content_hash: str
    size_bytes: int

    def __str__(self) -> str:
        return f"{self.document_id}/{self.content_hash}.{self.size_bytes}"


class ObjectStore:
    """Reads, writes and deletes objects. May be used by several threads.

    Args:
        settings: where it is.
    """

    def __init__(self, settings: StoreSettings) -> None:
        self._reading = _connect(settings, _REQUEST_TIMEOUT)
        self._writing = _connect(settings, _WRITE_TIMEOUT)

    def read(self, key: ObjectKey, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`.

        Raises:
            ObjectMissingError: there is no such object, or a shorter one.
            ObjectStoreError: the store gives no answer, or refuses.
        """
        import obstore  # noqa: PLC0415

        with _as_own_errors():
            found = bytes(obstore.get_range(self._reading, str(key), start=start, end=end))
        if len(found) != end - start:
            raise ObjectMissingError(f"{key} is shorter than {end} bytes")
        return found

    def write(self, key: ObjectKey, file: BinaryIO) -> None:
        """Write an object, and read it back.

        Raises:
            ObjectStoreError: it is not there, or is not what was written.
        """
        import obstore  # noqa: PLC0415

        file.seek(0)
        written = sha256()
        while part := file.read(1 << 20):
            written.update(part)
        file.seek(0)
        with _as_own_errors():
            obstore.put(self._writing, str(key), file, max_concurrency=2)
            read = sha256()
            for part in obstore.get(self._writing, str(key)).stream():
                read.update(part)
        if read.digest() != written.digest():
            raise ObjectStoreError(f"{key} was read back otherwise than it was written")

    def size(self, key: ObjectKey) -> int:
        """Return how long an object is.

        Raises:
            ObjectMissingError: there is none.
            ObjectStoreError: the store gives no answer, or refuses.
        """
        import obstore  # noqa: PLC0415

        with _as_own_errors():
            return obstore.head(self._reading, str(key))["size"]

    def delete(self, key: ObjectKey) -> None:
        """Delete an object; one that is not there is deleted already.

        Raises:
            ObjectStoreError: the store gives no answer, or refuses.
        """
        import obstore  # noqa: PLC0415

        with _as_own_errors():
            obstore.delete(self._writing, str(key))


def _connect(settings: StoreSettings, timeout: timedelta) -> S3Store:
    from obstore.store import S3Store  # noqa: PLC0415

    config: S3Config = {"region": settings.region}
    if settings.endpoint:
        config["endpoint"] = settings.endpoint
    if settings.access_key_id and settings.secret_access_key:
        config["access_key_id"] = settings.access_key_id
        config["secret_access_key"] = settings.secret_access_key.get_secret_value()
    return S3Store.from_url(
        settings.url,
        config=config,
        client_options={
            "timeout": timeout,
            "connect_timeout": _CONNECT_TIMEOUT,
            "allow_http": (settings.endpoint or "").startswith("http://"),
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": timeout},
    )


@contextmanager
def _as_own_errors() -> Iterator[None]:
    from obstore.exceptions import BaseError  # noqa: PLC0415

    try:
        yield
    except FileNotFoundError as error:
        raise ObjectMissingError(_reason(error)) from error
    except (BaseError, OSError, ValueError) as error:
        raise ObjectStoreError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """Return what a person needs of the client's report, which goes on with XML and its own data structures."""
    said, _, xml = str(error).partition(": <?xml")
    code = re.search("<Code>(.+?)</Code>", xml)
    return f"{said} ({code[1]})" if code else said.split("\n", 1)[0].strip()
