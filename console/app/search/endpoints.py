"""The search page: what was asked for stands in its address, so that it can be shared and gone back to."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.apis.choices import Choices, choices_of
from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.pages.forms import Form
from app.pages.media_types import MEDIA_TYPES
from app.pages.rendering import page
from app.pages.signed_in import ApisDep

router = APIRouter(prefix="/knowledge/search")

MODES = ("hybrid", "vector", "text")
FIRST_RESULTS = 20
MOST_RESULTS = 100
"""As many as the API gives."""

NONE = Choices("collections", ())
"""Without a knowledge base there is nothing to choose."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and where; the fields are those of the API."""

    q: str = ""
    knowledge_base_id: str = ""
    collection_id: str = ""
    mode: str = ""
    media_type: str = ""
    tag: str = ""
    created_from: str = ""
    created_before: str = ""
    limit: int = FIRST_RESULTS


@router.get("")
async def search(request: Request, apis: ApisDep, query: Annotated[Query, Depends()]) -> Response:
    """Show the form, and what was found."""
    fields = {name: str(value) for name, value in asdict(query).items()}
    bases, collections, (found, form) = await asyncio.gather(
        choices_of(apis, "bases", chosen=[query.knowledge_base_id]),
        _collections(apis, query),
        _found(apis, query, fields),
    )
    values = {
        "bases": bases,
        "collections": collections,
        "found": found,
        "form": form,
        "media_types": MEDIA_TYPES,
        "modes": MODES,
        "more": _more(query, found),
    }
    status = 200 if not form.problem else 422
    return page(request, "search/page.html", values, status=status)


async def _collections(apis: Apis, query: Query) -> Choices:
    base_id = query.knowledge_base_id
    if not base_id:
        return NONE
    try:
        return await choices_of(apis, "collections", chosen=[query.collection_id], knowledge_base_id=base_id)
    except RefusedError:  # an address by hand; the search itself says what is wrong with it
        return NONE


async def _found(apis: Apis, query: Query, fields: dict[str, str]) -> tuple[list[Any] | None, Form]:
    """Return the results, or None where nothing was asked, and the form with what is wrong with it."""
    form = Form(fields)
    if not query.q:
        return None, form
    days = {name: f"{fields[name]}T00:00:00Z" for name in ("created_from", "created_before") if fields[name]}
    try:
        return (await apis.get("admin", "/api/search", **(fields | days)))["items"], form
    except RefusedError as error:
        return None, Form.refused(error, fields)


def _more(query: Query, found: list[Any] | None) -> dict[str, str | int]:
    """Return the address's fields for more results; empty where there are no more."""
    if found is None or len(found) < query.limit or query.limit >= MOST_RESULTS:
        return {}
    return {name: value for name, value in (asdict(query) | {"limit": MOST_RESULTS}).items() if value}
