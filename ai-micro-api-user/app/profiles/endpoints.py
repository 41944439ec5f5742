"""`/profiles`."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.profiles.models import Profile
from app.profiles.problems import NotYourProfile, ProfileExists, ProfileNotFound
from app.profiles.schemas import ProfileCreate, ProfileExport, ProfileOut, ProfilePatch, ProfileReplace
from app.profiles.service import Profiles
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.personal_data.exports import download
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(prefix="/profiles", tags=["profiles"], route_class=Route)


@router.post("", status_code=201, response_model=ProfileOut, responses=problems(NotYourProfile, ProfileExists))
def create(body: ProfileCreate, subject: CurrentSubject, profiles: Profiles, response: Response) -> Profile:
    """Create one's own profile; an administrator may name another user."""
    profile = profiles.create(body, by=subject)
    response.headers["Location"] = f"/profiles/{profile.user_id}"
    return profile


@router.get("", response_model=Page[ProfileOut], responses=problems(InvalidCursor))
def search(subject: Administrator, profiles: Profiles, page: Paging, q: SearchText = None) -> Slice[Profile]:
    """List profiles, newest first, for administrators; `q` is part of a name or an email."""
    return profiles.search(q, page, by=subject)


@router.get("/me", response_model=ProfileOut, responses=problems(ProfileNotFound))
def get_own(subject: CurrentSubject, profiles: Profiles) -> Response:
    """Return one's own profile."""
    return ProfileOut.respond(profiles.read(subject.id, by=subject))


@router.get("/me/export", response_model=ProfileExport)
def export_own(subject: CurrentSubject, profiles: Profiles) -> Response:
    """Download what this service has of oneself."""
    return download("profile.json", profiles.export_own(by=subject))


@router.get("/{user_id}", response_model=ProfileOut, responses=problems(ProfileNotFound))
def get(user_id: UUID, subject: CurrentSubject, profiles: Profiles) -> Response:
    """Return a profile: one's own, or any for an administrator."""
    return ProfileOut.respond(profiles.read(user_id, by=subject))


@router.put("/{user_id}", response_model=ProfileOut, responses=problems(ProfileNotFound))
def replace(
    user_id: UUID, body: ProfileReplace, subject: CurrentSubject, condition: Conditional, profiles: Profiles
) -> Profile:
    """Replace all fields of a profile."""
    return profiles.change(user_id, body, condition, by=subject)


@router.patch("/{user_id}", response_model=ProfileOut, responses=problems(ProfileNotFound))
def change(
    user_id: UUID, body: ProfilePatch, subject: CurrentSubject, condition: Conditional, profiles: Profiles
) -> Profile:
    """Change some fields of a profile."""
    return profiles.change(user_id, body, condition, by=subject)


@router.delete("/{user_id}", status_code=204, responses=problems(ProfileNotFound))
def delete(user_id: UUID, subject: CurrentSubject, condition: Conditional, profiles: Profiles) -> None:
    """Delete a profile."""
    profiles.delete(user_id, condition, by=subject)
