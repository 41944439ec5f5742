"""`GET /api/me/export`."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.exports.schemas import OwnData
from app.exports.service import Exports
from service_kit.database.admission import AdmissionDep
from service_kit.personal_data.exports import long_download
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/api/me", tags=["account"], route_class=Route)


@router.get("/export", response_class=StreamingResponse, responses={200: {"model": OwnData}})
def export_own(subject: CurrentSubject, exports: Exports, admission: AdmissionDep) -> StreamingResponse:
    """Download what this service has of oneself."""
    return long_download("documents.json", exports.own(by=subject), admission)
