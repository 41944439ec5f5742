"""`/mcp`."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from app.tools.server import Handled, ToolServer, tool_server
from service_kit.database.admission import Overloaded
from service_kit.http.problems import problems
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(tags=["mcp"], route_class=Route)


@router.post("/mcp", response_class=Response, responses=problems(Overloaded), include_in_schema=False)
async def call(_: CurrentSubject, server: Annotated[ToolServer, Depends(tool_server)]) -> Response:
    """Speak the Model Context Protocol (streamable HTTP, JSON-RPC): the tools search, read and overview."""
    return Handled(server)
