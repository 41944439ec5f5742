"""Where one is signed in, and the end of it."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.apis.signed_in import Apis
from app.language import translated
from app.pages.signed_in import ApisDep, back
from app.sessions.cookie import forget_session_id

router = APIRouter(prefix="/account/sessions")


@router.post("/end-all")
async def end_all(request: Request, apis: ApisDep) -> Response:
    """Sign out everywhere, here too."""
    await apis.send("auth", "POST", "/auth/logout-all")
    return signed_out(request, apis)


@router.post("/{session_id}/end")
async def end(apis: ApisDep, session_id: UUID) -> Response:
    """Sign one client out; if it is this browser, its next page is the sign-in."""
    await apis.send("auth", "DELETE", f"/auth/sessions/{session_id}")
    return back(apis, "/account", translated("It is signed out."))


def signed_out(request: Request, apis: Apis) -> Response:
    """Forget a session whose tokens the auth service has ended, and go to the sign-in."""
    request.app.state.sessions.end(apis.session)
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    forget_session_id(response, request)
    return response
