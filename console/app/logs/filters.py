"""What each log can be narrowed by: the parameters of its API."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.pages.forms import Form

ENTRIES_OF_A_PAGE = 50
MOMENTS = ("since", "until")
"""They have no time zone in a form; it is UTC. A browser shows them in its own."""


@dataclass(frozen=True, slots=True)
class Log:
    """One log.

    Attributes:
        path: of its API.
        names: of its filters.
    """

    path: str
    names: tuple[str, ...]

    def narrowed(self, query: Mapping[str, str]) -> Form:
        """Return the form of its filters, with those that an address names."""
        return Form({name: query[name] for name in self.names if query.get(name)})


LOGS: Mapping[str, Log] = MappingProxyType(
    {
        "system": Log("/api/logs/system", ("q", "level", "event", "request_id")),
        "login": Log("/api/logs/login", ("q", "succeeded", "user_id", "request_id")),
        "audit": Log(
            "/api/logs/audit",
            ("action", "result", "service", "target_type", "target_id", "actor_id", "request_id", "since", "until"),
        ),
    }
)


def parameters_of(narrowed: Form) -> dict[str, str]:
    """Return the filters as the API takes them."""
    return {name: f"{value}Z" if name in MOMENTS else value for name, value in narrowed.values.items()}
