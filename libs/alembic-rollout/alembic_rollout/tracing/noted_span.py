"""What is known of something that a command did; plain values, which cost nothing but memory."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class NotedSpan:
    """Something that took time; moments are nanoseconds since the epoch.

    Attributes:
        name: the same for everything of its sort.
        attributes: without secrets and values of rows.
        error: what kind of error ended it, an SQLSTATE or the name of a class; None where none did.
        service: whose run it is; only that of the outermost span counts.
        children: what happened inside.
    """

    name: str
    attributes: dict[str, str | int]
    error: str | None = None
    service: str = ""
    children: list["NotedSpan"] = field(default_factory=list)
    started: int = field(default_factory=time.time_ns)
    ended: int = 0

    def end(self, *, error: str | None = None, attributes: Mapping[str, str | int] | None = None) -> None:
        """Note that it has ended; only the first end counts."""
        if not self.ended:
            self.ended, self.error = time.time_ns(), error
            self.attributes.update(attributes or {})
