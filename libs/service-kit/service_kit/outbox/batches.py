"""Several messages in one request: its body, as the sender writes it and the receiver reads it.

A receiver takes batches at the address of single messages with `/batch` behind it, and takes all messages of a batch or
none: what is wrong with one of them it says when they come one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

import structlog
from pydantic import Field
from sqlalchemy import Row

from service_kit.http.schemas import RequestModel
from service_kit.observability import trace_context, tracing

MOST_MESSAGES: Final = 100

Message = TypeVar("Message", bound=RequestModel)

logger = structlog.get_logger(__name__)


class Enclosed(RequestModel, Generic[Message]):
    """A message, and the request that it comes from."""

    request_id: Annotated[str, Field(max_length=64)] | None = Field(default=None, description="As `X-Request-ID`.")
    traceparent: Annotated[str, Field(max_length=55)] | None = Field(default=None, description="As the header.")
    message: Message

    @property
    def origin(self) -> str | None:
        """The id of the request that the message comes from, or None where it is not known or not acceptable."""
        return trace_context.acceptable_id(self.request_id)


class Batch(RequestModel, Generic[Message]):
    """Messages of one kind."""

    messages: Annotated[list[Enclosed[Message]], Field(min_length=1, max_length=MOST_MESSAGES)]

    def unpack(self, event: str) -> list[Enclosed[Message]]:
        """Return the messages, each with the request that it comes from.

        The arrival of each is a log line with the ids of its own request, as when it comes alone.

        Args:
            event: what that line says.
        """
        for enclosed in self.messages:
            with (
                trace_context.resumed(enclosed.request_id, enclosed.traceparent),
                tracing.span(event, kind="consumer"),
            ):
                logger.info(event)
        return self.messages


def batch_of(
    rows: Sequence[Row[Any]], message: Callable[[Row[Any]], Mapping[str, object]]
) -> dict[str, list[dict[str, object]]]:
    """Return the body of the request that delivers several rows of an outbox.

    Args:
        rows: have a `request_id` and a `traceparent`.
        message: returns the body of the request that delivers one.
    """
    return {
        "messages": [
            {"request_id": row.request_id, "traceparent": row.traceparent, "message": dict(message(row))}
            for row in rows
        ]
    }
