"""Structured logs on standard error: JSON lines in a container, colours at a terminal.

The services' own lines go straight from structlog to the stream (half the cost of a detour through `logging`); those of
uvicorn, Alembic and SQLAlchemy come through `logging` and get the same shape. Both carry the request id that
`service_kit.server.middleware.request_context` binds.
"""

import logging
import re
import sys
from typing import Any, Literal

import orjson
import structlog
from structlog.typing import EventDict, Processor

Format = Literal["auto", "json", "console"]

# C0, DEL and C1 move a terminal's cursor, colour it and more; the others break lines or turn the direction of writing.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_TRACE_LAYOUT = "\n\t"


def configure(format_: Format = "auto", level: str = "INFO") -> None:
    """Set up logging for the process; calling it again replaces the set-up.

    Args:
        format_: `json`, `console`, or `auto`: console when standard error is a terminal.
        level: the lowest level that is shown.
    """
    as_json = format_ == "json" or (format_ == "auto" and not sys.stderr.isatty())
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering = _json_rendering() if as_json else _console_rendering()
    structlog.configure(
        processors=[*common, *rendering],
        logger_factory=(
            structlog.BytesLoggerFactory(sys.stderr.buffer) if as_json else structlog.WriteLoggerFactory(sys.stderr)
        ),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    _configure_standard_library(level, common, rendering, as_json=as_json)


def _json_rendering() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(serializer=_to_json),
    ]


def _console_rendering() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        _escape_control_characters,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]


def _escape_control_characters(_: object, __: str, event: EventDict) -> EventDict:
    # A path or a header is the client's own words, and this goes to an operator's terminal. JSON escapes by itself.
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _escaped(value, kept=_TRACE_LAYOUT if name == "exception" else "")
    return event


def _escaped(text: str, *, kept: str) -> str:
    return _CONTROL.sub(lambda found: found[0] if found[0] in kept else ascii(found[0])[1:-1], text)


def _to_json(event: EventDict, **_: object) -> bytes:
    return orjson.dumps(event, default=repr)


def _configure_standard_library(
    level: str, common: list[Processor], rendering: list[Processor], *, as_json: bool
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _drop_uvicorns_coloured_copy,
                *rendering,
                *([_to_text] if as_json else []),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        uvicorn_logger = logging.getLogger(name)
        uvicorn_logger.handlers.clear()
        uvicorn_logger.propagate = True
    # `service_kit.server.middleware.request_context` writes one line a request, its id and duration; one is enough.
    logging.getLogger("uvicorn.access").disabled = True
    # At INFO, httpx logs every call (the ones that matter are logged where they are made) and Alembic its plugins.
    for name in ("httpx", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _drop_uvicorns_coloured_copy(_: object, __: str, event: EventDict) -> EventDict:
    event.pop("color_message", None)
    return event


def _to_text(_: object, __: str, line: Any) -> str:  # noqa: ANN401 - structlog's type leaves the renderer's bytes out
    return str(line, "utf-8")
