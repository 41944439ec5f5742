"""The rules of profiles."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from pydantic_core import PydanticCustomError

from app.audit_trail import TRAIL, Act
from app.profiles.fields import e164
from app.profiles.models import Profile
from app.profiles.problems import NotYourProfile, ProfileExists, ProfileNotFound
from app.profiles.repository import ProfileRepository, find
from app.profiles.schemas import ProfileCreate, ProfileExport, ProfileOut, ProfilePatch, ProfileReplace
from app.settings import Settings
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target, changes_between, fields_of
from service_kit.database.row_queries import FoundRow
from service_kit.database.sessions import Database, get_database
from service_kit.http.etags import Precondition
from service_kit.http.problems import ValidationFailed
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.text.field_faults import fault_at
from service_kit.tokens.verification import Subject


class ProfileService:
    """Creates, changes and finds profiles.

    Args:
        database: each call is a transaction of its own.
        phone_region: country of phone numbers that are written without a country code.
    """

    def __init__(self, database: Database, *, phone_region: str) -> None:
        self._database = database
        self._phone_region = phone_region

    def read(self, user_id: UUID, *, by: Subject) -> FoundRow:
        """Return a profile's row.

        Raises:
            ProfileNotFound: there is none, or it is another user's: the answer is the same.
        """
        with self._database.reading() as connection:
            row = find(connection, user_id, by)
        if row is None:
            raise _not_found(user_id, by)
        return row

    def create(self, body: ProfileCreate, *, by: Subject) -> Profile:
        """Create a profile.

        Raises:
            NotYourProfile: the caller is no administrator and named another user.
            ProfileExists: the user has one.
            ValidationFailed: the phone number is none.
        """
        user_id = body.user_id or by.id
        if user_id != by.id and not by.is_admin:
            raise NotYourProfile().refusing(Act.PROFILE_CREATED)
        fields = self._stored(body.model_dump(exclude={"user_id"}))
        with self._database.session() as session:
            profile = ProfileRepository(session).add(user_id, fields)
            if profile is None:
                raise ProfileExists
            TRAIL.record(session, Act.PROFILE_CREATED, by=by, target=Target(TargetType.PROFILE, user_id))
        return profile

    def change(
        self, user_id: UUID, body: ProfileReplace | ProfilePatch, condition: Precondition, *, by: Subject
    ) -> Profile:
        """Replace all fields of a profile, or change those that a patch names.

        Raises:
            ProfileNotFound: there is none that the caller may see.
            PreconditionFailed: it is not as the caller has read it.
            ValidationFailed: the phone number is none.
        """
        fields = self._stored(body.model_dump(exclude_unset=isinstance(body, ProfilePatch)))
        with self._database.session() as session:
            profiles = ProfileRepository(session)
            profile = _get(profiles, user_id, condition, by)
            changes = changes_between(fields_of(profile, fields), fields)
            if changes:
                target = Target(TargetType.PROFILE, user_id)
                TRAIL.record(session, Act.PROFILE_CHANGED, by=by, target=target, changes=changes)
            return profiles.update(profile, fields)

    def delete(self, user_id: UUID, condition: Precondition, *, by: Subject) -> None:
        """Delete a profile.

        Raises:
            ProfileNotFound: there is none that the caller may see.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            profiles = ProfileRepository(session)
            profiles.delete(_get(profiles, user_id, condition, by))
            TRAIL.record(session, Act.PROFILE_DELETED, by=by, target=Target(TargetType.PROFILE, user_id))

    def search(self, text: str | None, page: PageRequest, *, by: Subject) -> Slice[Profile]:
        """Return a page of the profiles whose names or email contain a text, or of all."""
        with self._database.session() as session:
            return ProfileRepository(session).search(by, text, page)

    def export_own(self, *, by: Subject) -> ProfileExport:
        """Return what this service has of the caller, and record that it was given out."""
        with self._database.session() as session:
            profile = ProfileRepository(session).own(by.id)
            TRAIL.record(session, Act.PROFILE_EXPORTED, by=by, target=Target(TargetType.PROFILE, by.id))
        return ProfileExport(profile=None if profile is None else ProfileOut.model_validate(profile))

    def _stored(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields.get("phone") is None:
            return fields
        try:
            return {**fields, "phone": e164(fields["phone"], region=self._phone_region)}
        except PydanticCustomError as error:
            raise ValidationFailed(errors=[fault_at(("body", "phone"), error)]) from error


def _get(profiles: ProfileRepository, user_id: UUID, condition: Precondition, subject: Subject) -> Profile:
    profile = profiles.get(user_id, subject)
    if profile is None:
        raise _not_found(user_id, subject)
    condition.check(lambda: ProfileOut.model_validate(profile))
    return profile


def _not_found(user_id: UUID, subject: Subject) -> ProfileNotFound:
    # Asking for another user's profile is refused, existing or not.
    problem = ProfileNotFound()
    if user_id != subject.id and not subject.is_admin:
        problem.refusing(Act.PROFILE_ACCESS)
    return problem


async def profile_service(request: Request) -> ProfileService:
    """Return the service; one dependency, because each further one costs every read."""
    settings: Settings = request.app.state.settings
    return ProfileService(await get_database(request), phone_region=settings.default_phone_region)


Profiles = Annotated[ProfileService, Depends(profile_service)]
