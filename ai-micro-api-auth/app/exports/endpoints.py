"""`GET /auth/me/export`."""

from fastapi import APIRouter, Response

from app.accounts.problems import AccountGone
from app.exports.schemas import AccountExport
from app.exports.service import Exports
from service_kit.http.problems import problems
from service_kit.personal_data.exports import download
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/auth", tags=["accounts"], route_class=Route)


@router.get("/me/export", response_model=AccountExport, responses=problems(AccountGone))
def export_own(subject: CurrentSubject, exports: Exports) -> Response:
    """Download what this service has of oneself, and where the other services give out the rest."""
    return download("account.json", exports.own(by=subject))
