"""A gate between a service and its database, for tests in which the database goes away and comes back.

Needs the standard library alone: the tests of `stack`, whose environment has not the kit's dependencies, use it too.
"""

import socket
import threading
from contextlib import suppress


class Gate:
    """Forwards TCP connections to a server until it is closed; then it ends them and refuses new ones.

    Between `silence` and `resume` it acknowledges everything and passes nothing on, as a proxy does that has lost its
    way to the server.

    Args:
        host: the server's address.
        port: the server's port.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener: socket.socket | None = None
        self._passing = threading.Event()
        self._passing.set()
        self.port = 0
        self.open()

    def open(self) -> None:
        """Listen, at the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def silence(self) -> None:
        """Take everything and pass nothing on."""
        self._passing.clear()

    def resume(self) -> None:
        """Pass on what was held back, and everything that follows."""
        self._passing.set()

    def close(self) -> None:
        """Refuse new connections and cut those that exist."""
        if self._listener is not None:
            # shutdown wakes the thread in accept(); close alone would leave it, and the port, behind.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for pair in self._pairs:
            for end in pair:
                _cut(end)
        self._pairs.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:  # closed: the thread's task is done
                return
            server = socket.create_connection(self._target)
            self._pairs.append((client, server))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):  # the gate was closed, or the other side went away
            while data := source.recv(65536):
                self._passing.wait()
                sink.sendall(data)
        _cut(sink)


def _cut(end: socket.socket) -> None:
    with suppress(OSError):  # it has gone already
        end.shutdown(socket.SHUT_RDWR)
    end.close()
