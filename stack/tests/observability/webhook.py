"""What stands in for an operator's webhook: remembers the alerts that Alertmanager sends."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Webhook:
    """An HTTP server on this machine; ends with `close`.

    Attributes:
        url: where it takes alerts.
    """

    def __init__(self) -> None:
        self._alerts: list[dict[str, Any]] = []
        self._arrivals: list[float] = []
        self._changed = threading.Condition()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with owner._changed:
                    owner._alerts.extend(message["alerts"])
                    owner._arrivals.extend([time.monotonic()] * len(message["alerts"]))
                    owner._changed.notify_all()
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/alerts"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def wait_for(self, names: set[str], *, seconds: float) -> dict[str, dict[str, Any]]:
        """Return the first alert of each name once all have come, or what has come when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: names <= self._found(names).keys(), timeout=seconds)
            return self._found(names)

    def wait_until(self, fits: Callable[[dict[str, Any]], bool], *, seconds: float) -> float | None:
        """Return when the first alert came that fits, as `time.monotonic` has it; None where none did in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._arrival(fits) is not None, timeout=seconds)
            return self._arrival(fits)

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _arrival(self, fits: Callable[[dict[str, Any]], bool]) -> float | None:
        both = zip(self._alerts, self._arrivals, strict=True)
        return next((arrived for alert, arrived in both if fits(alert)), None)

    def _found(self, names: set[str]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for alert in self._alerts:
            if alert["labels"]["alertname"] in names:
                found.setdefault(alert["labels"]["alertname"], alert)
        return found
