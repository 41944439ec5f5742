"""An application behind a real uvicorn, for what a test client cannot show: slow bodies, connections that end."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_listening.set()


@contextmanager
def served(app: FastAPI, *, http: str | type[asyncio.Protocol] = "httptools") -> Iterator[int]:
    """Serve an application on a free port of loopback while inside; the port is what `as` gets."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(app, http=http, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert server.is_listening.wait(20)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


class RawClient:
    """One connection that sends what a test says, byte by byte."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=40)

    def __enter__(self) -> "RawClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send it all."""
        self._socket.sendall(data)

    def send_for_ever(self, data: bytes) -> int:
        """Send the same again and again until the other side has closed; return how many bytes that were."""
        sent = 0
        try:
            while True:
                self._socket.sendall(data)
                sent += len(data)
        except (BrokenPipeError, ConnectionResetError):
            return sent

    def read_to_the_end(self) -> bytes:
        """Return what comes until the other side closes."""
        received = b""
        try:
            while data := self._socket.recv(65536):
                received += data
        except ConnectionResetError:
            pass
        return received
