"""What the endpoint of a page gets: the APIs in the name of a session, and how a form that did its work is answered."""

from http import HTTPStatus
from typing import Annotated

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


def back(apis: Apis, path: str, done: str = "") -> Response:
    """Return the answer to a form that did its work: the browser goes to a page, which says so once.

    Args:
        apis: of the session.
        path: of the page; of this server.
        done: what was done, in the language of the page.
    """
    if done:
        apis.session.message = ("done", done)
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
