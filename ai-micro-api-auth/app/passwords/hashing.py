"""The queue of password hashes: a few threads of its own, so that hashing holds up nothing else.

A hash keeps a core busy and 19 MiB with it; more at once than there are cores would only cost memory. Requests wait for
their turn on the event loop, without a thread of the server's pool and without a database connection.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Annotated, TypeVar, TypeVarTuple

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from pydantic_core import PydanticCustomError

from app.passwords import password_policy, passwords
from app.passwords.problems import PasswordQueueFull, UnacceptablePassword

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class PasswordHashing:
    """Runs hash functions, about as many at once as there are cores.

    Args:
        queue_length: how many requests may wait.
        registry: the application's, for the length of the queue and the wait in it.
    """

    def __init__(self, *, queue_length: int, registry: CollectorRegistry) -> None:
        threads = os.cpu_count() or 1
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._most = threads + queue_length
        self._requests = 0
        Gauge("password_queue_requests", "Requests that wait for a password hash.", registry=registry).set_function(
            lambda: self._requests
        )
        self._wait = Histogram(
            "password_queue_wait_seconds", "Time until a thread was free for a password hash.", registry=registry
        )
        self._refused = Counter(
            "password_queue_refused_total", "Requests that were refused because too many waited.", registry=registry
        )

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place in the queue for a request, from its first wait to its last hash.

        Raises:
            PasswordQueueFull: too many requests wait already.
        """
        if self._requests >= self._most:
            self._refused.inc()
            raise PasswordQueueFull
        self._requests += 1
        try:
            yield
        finally:
            self._requests -= 1

    async def hash_new(self, password: str, *, email: str, field: str = "password") -> str:
        """Return the hash of a new password.

        Args:
            password: as typed.
            email: the owner's address, normalised.
            field: the member of the request's body that it comes from.

        Raises:
            UnacceptablePassword: it is common, easily guessed or made of the address.
        """
        try:
            return await self.run(_hash_acceptable, password, email)
        except PydanticCustomError as error:
            raise UnacceptablePassword(field, error) from None

    async def verify(self, password: str, password_hash: str | None) -> tuple[bool, str | None]:
        """Compare a password with a stored hash; see `passwords.verify`."""
        return await self.run(passwords.verify, password, password_hash)

    async def run(self, function: Callable[[*Arguments], Result], *args: *Arguments) -> Result:
        """Run a function of `passwords` as soon as a thread is free."""
        return await asyncio.get_running_loop().run_in_executor(
            self._executor, self._begin, time.monotonic(), function, *args
        )

    def _begin(self, asked_at: float, function: Callable[[*Arguments], Result], *args: *Arguments) -> Result:
        self._wait.observe(time.monotonic() - asked_at)
        return function(*args)

    def close(self) -> None:
        """End the threads; hashes that were not begun are dropped."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _hash_acceptable(password: str, email: str) -> str:
    password_policy.check_acceptable(password, email=email)
    return passwords.hash_password(password)


async def password_hashing(request: Request) -> PasswordHashing:
    """Return the application's queue."""
    hashing: PasswordHashing = request.app.state.password_hashing
    return hashing


Hashing = Annotated[PasswordHashing, Depends(password_hashing)]
