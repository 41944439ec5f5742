"""What a person chooses from: the newest of a list, or those whose name has a text, of any number of others."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from app.apis.problems import RefusedError
from app.apis.signed_in import LARGEST_PAGE, Apis

PATHS: Mapping[str, str] = MappingProxyType(
    {
        "bases": "/api/knowledgebase",
        "collections": "/api/collections",
        "templates": "/api/prompt-templates",
    }
)
"""Where the things of each kind are."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen.

    Attributes:
        kind: of the things, one of `PATHS`.
        items: each with `id` and `name`; what is chosen already is one of them.
        has_more: there are others, which a text finds.
        narrowed: what the list is narrowed by besides.
    """

    kind: str
    items: tuple[Mapping[str, Any], ...]
    has_more: bool = False
    narrowed: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """The names, by id."""
        return {item["id"]: item["name"] for item in self.items}


async def choices_of(apis: Apis, kind: str, *, q: str = "", chosen: Iterable[str] = (), **narrowed: str) -> Choices:
    """Return what can be chosen.

    Args:
        apis: of the session.
        kind: of the things, one of `PATHS`.
        q: part of a name; empty for the newest.
        chosen: ids that are there whatever their names and ages are; those that are not to be had are left out.
        narrowed: parameters of the list.

    Raises:
        SignedOutError, ServiceUnavailableError, RefusedError: see `Transport.send`.
    """
    found = await apis.get("admin", PATHS[kind], limit=LARGEST_PAGE, q=q, **narrowed)
    listed = {item["id"] for item in found["items"]}
    missing = [id_ for id_ in dict.fromkeys(chosen) if id_ and id_ not in listed]
    others = await asyncio.gather(*(_one(apis, kind, id_) for id_ in missing))
    items = (*found["items"], *filter(None, others))
    return Choices(kind, items, has_more=found["next_cursor"] is not None, narrowed=narrowed)


async def _one(apis: Apis, kind: str, id_: str) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = await apis.get("admin", f"{PATHS[kind]}/{quote(id_, safe='')}")
    except RefusedError:
        return None
    return found
