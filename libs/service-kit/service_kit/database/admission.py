"""Admission: a request gets a place before it takes a thread and a connection, or waits for one without either.

There are as many places as the pool has connections, so a request with a place has a thread and a connection at once.
Threads that wait for connections could otherwise fill the process: none is left then for those who would give one back.
The queue is bounded in length and in time; past either bound the answer is 503 with `Retry-After`, at once.

`service_kit.server.routing.Route` admits every `def` endpoint. What an `async def` endpoint does with the database goes
through `Admitted`; an answer that is sent in parts goes through `Admission.stream`.
"""

import asyncio
import inspect
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial, wraps
from typing import Annotated, Any, Final, Literal, ParamSpec, TypeVar, cast

import anyio.to_thread
from fastapi import Depends, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from service_kit.database.sessions import for_request
from service_kit.http.problems import DatabaseUnavailable, Problem

Result = TypeVar("Result")
Item = TypeVar("Item")
Arguments = ParamSpec("Arguments")
_END: Final = object()
_UNWATCHED_SECONDS = 0.1
_REQUEST = "admitted_request"
Refusal = Literal["full", "late", "gone", "unavailable"]


class Overloaded(Problem, status=503, code="OVERLOADED", retry_after=2):
    """The service has more requests than it can answer right now; try again shortly."""


class AdmissionMetrics:
    """How long requests wait for a place, and how many get none."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.taken = Gauge("admission_places_taken", "Requests that work with the database.", registry=registry)
        self.waiting = Gauge("admission_waiting", "Requests that wait for a place.", registry=registry)
        self.wait = Histogram("admission_wait_seconds", "Time that admitted requests have waited.", registry=registry)
        self.refused = Counter(
            "admission_refused_total",
            "Requests without a place, by reason: full and late (queue), gone (client), unavailable (database).",
            ["reason"],
            registry=registry,
        )


class Admission:
    """Lets a number of requests work with the database at a time, in the order in which they came.

    Used from one event loop.

    Args:
        places: how many at a time.
        queue: how many may wait.
        wait_seconds: how long one may wait.
        registry: where the queue's metrics go.

    Attributes:
        is_closed: True while all requests are refused because the database does not answer.
    """

    def __init__(self, *, places: int, queue: int, wait_seconds: float, registry: CollectorRegistry) -> None:
        self._free = places
        self._queue = queue
        self._wait_seconds = wait_seconds
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.is_closed = False
        # Of its own: uploads and streams that fill the default one cannot keep an admitted request waiting.
        self._threads = anyio.CapacityLimiter(places)
        self._metrics = AdmissionMetrics(registry)

    def check(self) -> None:
        """Refuse a request before its body is read, if it would be refused afterwards anyway.

        Raises:
            Overloaded: the queue is full.
            DatabaseUnavailable: the database does not answer.
        """
        if self.is_closed:
            raise self._refusal("unavailable")
        if self._free == 0 and len(self._waiting) >= self._queue:
            raise self._refusal("full")

    async def run(self, function: Callable[[], Result], request: Request) -> Result:
        """Run a function in a thread once there is a place.

        Args:
            function: works with the database.
            request: of whom; a client that goes away while it waits gives its place in the queue back.

        Raises:
            Overloaded: the queue is full, or the wait was too long.
            DatabaseUnavailable: the database does not answer.
        """
        self.check()
        await self._enter(request, self._wait_seconds)
        return await self._work(function)

    async def stream(self, parts: Iterator[Item]) -> AsyncIterator[Item]:
        """Yield the parts of an answer that has begun, each read from the database in a turn of its own.

        Args:
            parts: holds no connection between two parts. They wait like requests, and are not turned away.
        """
        while True:
            await self._enter(None, None)
            part = await self._work(partial(next, parts, _END))
            if part is _END:
                return
            yield cast(Item, part)

    def close(self) -> None:
        """Refuse all requests, also those that wait: the database does not answer."""
        self.is_closed = True
        for place in self._waiting:
            if not place.done():
                place.set_exception(self._refusal("unavailable"))

    def open(self) -> None:
        """Admit again."""
        self.is_closed = False

    async def _work(self, function: Callable[[], Result]) -> Result:
        self._metrics.taken.inc()
        try:
            return await anyio.to_thread.run_sync(for_request, function, limiter=self._threads)
        finally:
            self._metrics.taken.dec()
            self._leave()

    async def _enter(self, request: Request | None, seconds: float | None) -> None:
        if self._free > 0:
            self._free -= 1
            self._metrics.wait.observe(0)
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        since = time.monotonic()
        self._waiting.append(place)
        self._metrics.waiting.inc()
        try:
            await self._wait(place, request, seconds)
        except BaseException:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._leave()  # it came in the moment in which the wait ended
            raise
        finally:
            self._metrics.waiting.dec()
            place.cancel()
            with suppress(ValueError):  # a place that was given has left the queue
                self._waiting.remove(place)
        self._metrics.wait.observe(time.monotonic() - since)

    async def _wait(self, place: asyncio.Future[None], request: Request | None, seconds: float | None) -> None:
        # Most waits are over before it pays to watch the client.
        await asyncio.wait([place], timeout=_UNWATCHED_SECONDS)
        gone = asyncio.ensure_future(_disconnected(request)) if request is not None and not place.done() else None
        try:
            await asyncio.wait([place, gone] if gone else [place], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if not place.done():
                raise self._refusal("gone" if gone is not None and gone.done() else "late")
            place.result()
        finally:
            if gone is not None:
                gone.cancel()

    def _leave(self) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1

    def _refusal(self, reason: Refusal) -> Problem:
        self._metrics.refused.labels(reason).inc()
        return DatabaseUnavailable() if reason == "unavailable" else Overloaded()


async def get_admission(request: Request) -> Admission:
    """Return the application's admission."""
    admission: Admission = request.app.state.admission
    return admission


AdmissionDep = Annotated[Admission, Depends(get_admission)]


class Admitted:
    """What the services of a request call their functions with that work with the database.

    Args:
        request: whose work it is.
    """

    def __init__(self, request: Request) -> None:
        self._request = request

    async def __call__(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Run a function in a thread, once there is a place; see `Admission.run`."""
        admission = await get_admission(self._request)
        return await admission.run(partial(function, *args, **kwargs), self._request)


async def get_admitted(request: Request) -> Admitted:
    """Return what runs the request's work with the database."""
    return Admitted(request)


AdmittedDep = Annotated[Admitted, Depends(get_admitted)]


def admitting(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Return a `def` endpoint as an `async def` one that runs it when it is admitted.

    What it returns is serialised in the event loop: a second trip through a thread pool would cost more than that.
    """
    signature = inspect.signature(endpoint, eval_str=True)
    parameters = list(signature.parameters.values())
    own = next((parameter.name for parameter in parameters if parameter.annotation is Request), None)

    @wraps(endpoint)
    async def run(**values: Any) -> Any:  # noqa: ANN401 - an endpoint's own
        request: Request = values[own] if own else values.pop(_REQUEST)
        return await Admitted(request)(endpoint, **values)

    if own is None:
        parameters.append(inspect.Parameter(_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request))
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # inspect reads it
    return run


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
