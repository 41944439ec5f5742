"""Queries on profiles. `readable_by` decides who may see which rows; everything starts from there."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.profiles.models import Profile
from service_kit.database.row_queries import FoundRow, RowQuery
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.tokens.verification import Subject

_OWN = RowQuery(
    select(Profile.__table__).where(Profile.user_id == bindparam("user_id"), Profile.user_id == bindparam("subject_id"))
)
_ANY = RowQuery(select(Profile.__table__).where(Profile.user_id == bindparam("user_id")))


def find(connection: Connection, user_id: UUID, subject: Subject) -> FoundRow | None:
    """Return the row of a profile as far as the subject may see it, read outside a transaction."""
    if subject.is_admin:
        return _ANY.one_or_none(connection, user_id=user_id)
    return _OWN.one_or_none(connection, user_id=user_id, subject_id=subject.id)


class ProfileRepository:
    """Reads and writes profiles in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def readable_by(self, subject: Subject) -> Select[Profile]:
        """Return the profiles that a subject may see: their own, or all for an administrator."""
        statement = select(Profile)
        return statement if subject.is_admin else statement.where(Profile.user_id == subject.id)

    def get(self, user_id: UUID, subject: Subject) -> Profile | None:
        """Return a profile for changing it, locked against a concurrent change, or None."""
        statement = self.readable_by(subject).where(Profile.user_id == user_id).with_for_update()
        return self._session.scalars(statement).one_or_none()

    def own(self, user_id: UUID) -> Profile | None:
        """Return the profile of a user for reading, or None."""
        return self._session.get(Profile, user_id)

    def add(self, user_id: UUID, fields: Mapping[str, object]) -> Profile | None:
        """Insert a profile and return it, or None when the user has one already."""
        statement = insert(Profile).values(user_id=user_id, **fields).on_conflict_do_nothing().returning(Profile)
        return self._session.scalars(statement).one_or_none()

    def update(self, profile: Profile, fields: Mapping[str, object]) -> Profile:
        """Set fields of a profile and return it as the database now holds it."""
        for name, value in fields.items():
            setattr(profile, name, value)
        self._session.flush()
        self._session.refresh(profile)
        return profile

    def delete(self, profile: Profile) -> None:
        """Delete a profile."""
        self._session.delete(profile)

    def erase(self, user_id: UUID) -> bool:
        """Delete the profile of an account that is no more; return False when it had none."""
        statement = delete(Profile).where(Profile.user_id == user_id).returning(Profile.user_id)
        return self._session.execute(statement).one_or_none() is not None

    def search(self, subject: Subject, text: str | None, page: PageRequest) -> Slice[Profile]:
        """Return a page of the profiles whose names or email contain a text."""
        whole_names = (
            func.concat(Profile.last_name, Profile.first_name),
            func.concat(Profile.first_name, Profile.last_name),
        )
        found = contains(text, *whole_names, Profile.display_name, Profile.email)
        statement = self.readable_by(subject).where(found)
        return paginate(self._session, statement, page, created_at=Profile.created_at, key=Profile.user_id)
