"""The rules of profiles."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Row

from app.profiles.models import Profile
from app.profiles.repository import ProfileRepository, find
from app.profiles.schemas import ProfileCreate, ProfilePatch, ProfileReplace
from service_kit.database import Database, SessionDep
from service_kit.pagination import PageRequest, Slice
from service_kit.problems import Problem
from service_kit.tokens import Subject


class ProfileNotFound(Problem, status=404, code="PROFILE_NOT_FOUND"):
    """There is no such profile that you may see."""


class ProfileExists(Problem, status=409, code="PROFILE_EXISTS"):
    """This user has a profile already; change it with PUT or PATCH."""


class NotYourProfile(Problem, status=403, code="NOT_YOUR_PROFILE"):
    """Only an administrator may create a profile for somebody else."""


def read_profile(database: Database, user_id: UUID, subject: Subject) -> Row[Any]:
    """Return a profile's row.

    Raises:
        ProfileNotFound: there is none, or it is somebody else's: a stranger cannot tell the two apart.
    """
    with database.reading() as connection:
        row = find(connection, user_id, subject)
    if row is None:
        raise ProfileNotFound
    return row


class ProfileService:
    """Creates, changes and finds profiles.

    Args:
        profiles: the repository, in the request's session.
    """

    def __init__(self, profiles: ProfileRepository) -> None:
        self._profiles = profiles

    def create(self, body: ProfileCreate, *, by: Subject) -> Profile:
        """Create a profile.

        Raises:
            NotYourProfile: somebody who is no administrator named another user.
            ProfileExists: the user has one.
        """
        user_id = body.user_id or by.id
        if user_id != by.id and not by.is_admin:
            raise NotYourProfile
        profile = self._profiles.add(user_id, body.model_dump(exclude={"user_id"}))
        if profile is None:
            raise ProfileExists
        return profile

    def change(self, user_id: UUID, body: ProfileReplace | ProfilePatch, *, by: Subject) -> Profile:
        """Replace all fields of a profile, or change those that a patch names.

        Raises:
            ProfileNotFound: there is none that the caller may see.
        """
        fields = body.model_dump(exclude_unset=isinstance(body, ProfilePatch))
        return self._profiles.update(self._get(user_id, by), fields)

    def delete(self, user_id: UUID, *, by: Subject) -> None:
        """Delete a profile.

        Raises:
            ProfileNotFound: there is none that the caller may see.
        """
        self._profiles.delete(self._get(user_id, by))

    def search(self, text: str | None, page: PageRequest, *, by: Subject) -> Slice[Profile]:
        """Return a page of the profiles whose names or email contain a text, or of all."""
        return self._profiles.search(by, text, page)

    def _get(self, user_id: UUID, subject: Subject) -> Profile:
        profile = self._profiles.get(user_id, subject)
        if profile is None:
            raise ProfileNotFound
        return profile


async def profile_service(session: SessionDep) -> ProfileService:
    """Return the service in the request's session."""
    return ProfileService(ProfileRepository(session))


Profiles = Annotated[ProfileService, Depends(profile_service)]
