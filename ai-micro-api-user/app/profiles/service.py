"""The rules of profiles."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Row

from app.profiles.models import Profile
from app.profiles.problems import NotYourProfile, ProfileExists, ProfileNotFound
from app.profiles.repository import ProfileRepository, find
from app.profiles.schemas import ProfileCreate, ProfilePatch, ProfileReplace
from service_kit.database import Database, DatabaseDep
from service_kit.pagination import PageRequest, Slice
from service_kit.tokens import Subject


class ProfileService:
    """Creates, changes and finds profiles.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, user_id: UUID, *, by: Subject) -> Row[Any]:
        """Return a profile's row.

        Raises:
            ProfileNotFound: there is none, or it is somebody else's: a stranger cannot tell the two apart.
        """
        with self._database.reading() as connection:
            row = find(connection, user_id, by)
        if row is None:
            raise ProfileNotFound
        return row

    def create(self, body: ProfileCreate, *, by: Subject) -> Profile:
        """Create a profile.

        Raises:
            NotYourProfile: somebody who is no administrator named another user.
            ProfileExists: the user has one.
        """
        user_id = body.user_id or by.id
        if user_id != by.id and not by.is_admin:
            raise NotYourProfile
        with self._database.session() as session:
            profile = ProfileRepository(session).add(user_id, body.model_dump(exclude={"user_id"}))
        if profile is None:
            raise ProfileExists
        return profile

    def change(self, user_id: UUID, body: ProfileReplace | ProfilePatch, *, by: Subject) -> Profile:
        """Replace all fields of a profile, or change those that a patch names.

        Raises:
            ProfileNotFound: there is none that the caller may see.
        """
        fields = body.model_dump(exclude_unset=isinstance(body, ProfilePatch))
        with self._database.session() as session:
            profiles = ProfileRepository(session)
            return profiles.update(_get(profiles, user_id, by), fields)

    def delete(self, user_id: UUID, *, by: Subject) -> None:
        """Delete a profile.

        Raises:
            ProfileNotFound: there is none that the caller may see.
        """
        with self._database.session() as session:
            profiles = ProfileRepository(session)
            profiles.delete(_get(profiles, user_id, by))

    def search(self, text: str | None, page: PageRequest, *, by: Subject) -> Slice[Profile]:
        """Return a page of the profiles whose names or email contain a text, or of all."""
        with self._database.session() as session:
            return ProfileRepository(session).search(by, text, page)


def _get(profiles: ProfileRepository, user_id: UUID, subject: Subject) -> Profile:
    profile = profiles.get(user_id, subject)
    if profile is None:
        raise ProfileNotFound
    return profile


async def profile_service(database: DatabaseDep) -> ProfileService:
    """Return the service."""
    return ProfileService(database)


Profiles = Annotated[ProfileService, Depends(profile_service)]
