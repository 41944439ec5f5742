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
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial, wraps
from typing import Annotated, Any, Final, Literal, ParamSpec, TypeVar, cast

import anyio
from fastapi import Depends, Request, params
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
        self._most = places + queue
        self._wait_seconds = wait_seconds
        self.is_closed = False
        # A thread takes what waits longest as soon as it has answered. Were it the event loop that hands places on, a
        # loop that is busy with refusals would leave threads idle.
        self._threads = ThreadPoolExecutor(places, thread_name_prefix="admitted")
        self._turns: set[Future[Any]] = set()
        Gauge("admission_places_taken", "Requests that work with the database.", registry=registry).set_function(
            lambda: min(places, len(self._turns))
        )
        Gauge("admission_waiting", "Requests that wait for a place.", registry=registry).set_function(
            lambda: max(0, len(self._turns) - places)
        )
        Gauge("admission_places", "Requests that may work with the database at a time.", registry=registry).set(places)
        Gauge("admission_waiting_limit", "Requests that may wait for a place.", registry=registry).set(queue)
        self._wait = Histogram("admission_wait_seconds", "Time that admitted requests have waited.", registry=registry)
        self._refused = Counter(
            "admission_refused_total",
            "Requests without a place, by reason: full and late (queue), gone (client), unavailable (database).",
            ["reason"],
            registry=registry,
        )

    def check(self) -> None:
        """Refuse a request before its body is read, if it would be refused afterwards anyway.

        Raises:
            Overloaded: the queue is full.
            DatabaseUnavailable: the database does not answer.
        """
        if self.is_closed:
            raise self._refusal("unavailable")
        if len(self._turns) >= self._most:
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
        return await self._turn(function, request, self._wait_seconds)

    async def stream(self, parts: Iterator[Item]) -> AsyncIterator[Item]:
        """Yield the parts of an answer that has begun, each read from the database in a turn of its own.

        Args:
            parts: holds no connection between two parts. They wait like requests, and are not turned away.
        """
        while True:
            part = await self._turn(partial(next, parts, _END))
            if part is _END:
                return
            yield cast(Item, part)

    async def conclude(self, function: Callable[[], Result]) -> Result:
        """Run what is left to do for an answer that has begun, such as keeping it, also when its caller has left.

        Args:
            function: works with the database. It waits like a request, and is not turned away.
        """
        return await self._turn(function)

    def close(self) -> None:
        """Refuse all requests, also those that wait: the database does not answer."""
        self.is_closed = True
        for turn in self._turns:
            turn.cancel()  # unless it has begun

    def open(self) -> None:
        """Admit again."""
        self.is_closed = False

    def end(self) -> None:
        """Let the threads go; nothing is admitted any more."""
        self._threads.shutdown(wait=False)

    async def _turn(
        self, function: Callable[[], Result], request: Request | None = None, seconds: float | None = None
    ) -> Result:
        turn = self._threads.submit(copy_context().run, self._work, function, time.monotonic())
        self._turns.add(turn)
        answer = asyncio.wrap_future(turn)
        try:
            with anyio.CancelScope(shield=True):  # what a thread has begun cannot be taken from it
                if request is not None:
                    await self._watch(turn, answer, request, seconds)
                if not answer.done():
                    await asyncio.wait([answer])
            if answer.cancelled():
                raise self._refusal("unavailable")
            return answer.result()
        finally:
            self._turns.discard(turn)

    def _work(self, function: Callable[[], Result], since: float) -> Result:
        self._wait.observe(time.monotonic() - since)
        return for_request(function)

    async def _watch(
        self, turn: Future[Result], answer: asyncio.Future[Result], request: Request, seconds: float | None
    ) -> None:
        """Wait until a turn has begun or is over; give it up where the client goes away, or the wait gets too long."""
        # Most waits are over before it pays to watch the client.
        await asyncio.wait([answer], timeout=_UNWATCHED_SECONDS)
        if answer.done() or turn.running():
            return
        gone = asyncio.ensure_future(_disconnected(request))
        try:
            either: list[asyncio.Future[Any]] = [answer, gone]
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() and turn.cancel():
                raise self._refusal("gone" if gone.done() else "late")
        finally:
            gone.cancel()

    def _refusal(self, reason: Refusal) -> Problem:
        self._refused.labels(reason).inc()
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
    Dependencies that ask for the request alone are called from here: FastAPI's way of doing it takes ten times as long.
    """
    signature = inspect.signature(endpoint, eval_str=True)
    needed = {name: _dependency_on_the_request(parameter) for name, parameter in signature.parameters.items()}
    dependencies = {name: dependency for name, dependency in needed.items() if dependency is not None}
    parameters = [parameter for name, parameter in signature.parameters.items() if name not in dependencies]
    own = next((parameter.name for parameter in parameters if parameter.annotation is Request), None)

    @wraps(endpoint)
    async def run(**values: Any) -> Any:  # noqa: ANN401 - an endpoint's own
        request: Request = values[own] if own else values.pop(_REQUEST)
        for name, dependency in dependencies.items():
            values[name] = await dependency(request)
        return await Admitted(request)(endpoint, **values)

    if own is None:
        parameters.append(inspect.Parameter(_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request))
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # inspect reads it
    return run


def _dependency_on_the_request(parameter: inspect.Parameter) -> Callable[[Request], Awaitable[Any]] | None:
    """Return the `async def` function that a parameter depends on, if the request is all that it takes."""
    markers = [
        marker for marker in getattr(parameter.annotation, "__metadata__", ()) if isinstance(marker, params.Depends)
    ]
    function = markers[0].dependency if len(markers) == 1 else None
    if not inspect.iscoroutinefunction(function):
        return None
    taken = inspect.signature(function, eval_str=True).parameters.values()
    return function if [argument.annotation for argument in taken] == [Request] else None


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
