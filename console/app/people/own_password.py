"""What asks for one's password: a new one, and the end of the account."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.language import translated
from app.pages.forms import Form, fields_of
from app.pages.signed_in import ApisDep, back
from app.people.own_account import own_page
from app.people.own_sessions import signed_out

router = APIRouter(prefix="/account")


@router.post("/password")
async def change_password(request: Request, apis: ApisDep) -> Response:
    """Change one's password; this browser stays signed in, every other one is signed out."""
    sent = await fields_of(request)
    body = {name: sent.get(name, "") for name in ("current_password", "new_password")}
    try:
        await apis.send("auth", "POST", "/auth/password/change", json=body)
    except RefusedError as error:
        return await own_page(request, apis, password=_refused(error), status=error.status)
    return back(apis, "/account", translated("The password was changed. Every other browser is signed out."))


@router.post("/delete")
async def delete(request: Request, apis: ApisDep) -> Response:
    """Delete one's account."""
    sent = await fields_of(request)
    try:
        await apis.send("auth", "DELETE", "/auth/me", json={"password": sent.get("password", "")})
    except RefusedError as error:
        return await own_page(request, apis, deletion=_refused(error), status=error.status)
    return signed_out(request, apis)


def _refused(error: RefusedError) -> Form:
    form = Form.refused(error, {})  # a password is never sent back
    if error.code == "WRONG_PASSWORD":
        return Form({}, problem=translated("This is not your password."))
    return form
