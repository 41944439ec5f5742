"""`DELETE /auth/me`."""

from fastapi import APIRouter

from app.accounts.problems import AccountGone, LastAdministrator
from app.accounts.schemas import PasswordConfirmation
from app.authentication.problems import TooManyLogins, WrongPassword
from app.erasures.service import Erasures
from app.limits.origin import RequestOrigin
from app.passwords.problems import PasswordQueueFull
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/auth", tags=["accounts"], route_class=Route)


@router.delete(
    "/me",
    status_code=204,
    responses=problems(AccountGone, WrongPassword, LastAdministrator, TooManyLogins, PasswordQueueFull),
)
async def erase_own(
    body: PasswordConfirmation,
    subject: CurrentSubject,
    condition: Conditional,
    erasures: Erasures,
    origin: RequestOrigin,
) -> None:
    """Delete one's own account, profile and private knowledge bases. There is no way back."""
    await erasures.erase_own(subject, body.password, condition, origin=origin)
