"""Accounts that administrators create, with a generated password."""

import secrets
from typing import Annotated

from fastapi import Depends

from app.accounts.models import User
from app.accounts.problems import EmailTaken
from app.accounts.repository import AccountRepository
from app.accounts.schemas import AccountCreate, AccountWithPassword
from app.audit_trail import TRAIL, Act
from app.passwords import passwords
from app.passwords.hashing import Hashing, PasswordHashing
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.admission import Admitted, AdmittedDep
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.problems import Forbidden
from service_kit.tokens.verification import Subject

_PASSWORD_BYTES = 16


def generate_password() -> str:
    """Return a password of 22 characters and 128 bits that cannot be guessed."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


class CreationService:
    """Creates accounts for administrators.

    Args:
        database: where accounts are; no connection waits for a hash.
        hashing: computes hashes.
        admitted: runs what works with the database.
    """

    def __init__(self, database: Database, hashing: PasswordHashing, *, admitted: Admitted) -> None:
        self._database = database
        self._hashing = hashing
        self._admitted = admitted

    async def create(self, body: AccountCreate, *, by: Subject) -> AccountWithPassword:
        """Create an active account.

        Raises:
            Forbidden: the caller is no longer an administrator.
            EmailTaken: the address has an account.
            PasswordQueueFull: too many requests wait for a hash.
        """
        password = generate_password()
        with self._hashing.place():
            password_hash = await self._hashing.run(passwords.hash_password, password)
        user = await self._admitted(self._insert, body, password_hash, by)
        if user is None:
            raise EmailTaken
        members = {name: getattr(user, name) for name in AccountWithPassword.model_fields if name != "password"}
        return AccountWithPassword(**members, password=password)

    def _insert(self, body: AccountCreate, password_hash: str, by: Subject) -> User | None:
        with self._database.session() as session:
            accounts = AccountRepository(session)
            if not accounts.is_active_administrator(by.id):
                raise Forbidden
            user = accounts.add(body.email, {"password_hash": password_hash, "roles": body.roles})
            if user is not None:
                TRAIL.record(session, Act.ACCOUNT_CREATED, by=by, target=Target(TargetType.ACCOUNT, user.id))
            return user


async def creation_service(database: DatabaseDep, hashing: Hashing, admitted: AdmittedDep) -> CreationService:
    """Return the service."""
    return CreationService(database, hashing, admitted=admitted)


Creations = Annotated[CreationService, Depends(creation_service)]
