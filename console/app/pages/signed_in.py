"""What the endpoint of a page gets: the APIs in the name of a session, and how a form that did its work is answered."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.apis.problems import SignedOutError
from app.apis.signed_in import Apis
from app.sessions.cookie import session_id_of


async def apis_of(request: Request) -> Apis:
    """Return the APIs in the name of the session of a request.

    Raises:
        SignedOutError: it has none.
    """
    session = request.app.state.sessions.find(session_id_of(request))
    if session is None:
        raise SignedOutError("no session")
    request.state.session = session
    return Apis(request.app.state.transport, session)


ApisDep = Annotated[Apis, Depends(apis_of)]


def back(apis: Apis, path: str, said: str = "", *, kind: Literal["done", "problem"] = "done") -> Response:
    """Return the answer to a form: the browser goes to a page, which says once what has come of it.

    Args:
        apis: of the session.
        path: of the page; of this server.
        said: what has come of it, in the language of the page.
        kind: of what is said.
    """
    if said:
        apis.session.message = (kind, said)
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
