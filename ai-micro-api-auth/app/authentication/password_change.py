"""Changing one's own password.

The current one is asked for and failures are counted like those of logins: a stolen access token must not be a way to
guess it. Every other client is signed out (OWASP ASVS 5.0 section 7.4).
"""

from typing import Annotated

from fastapi import Depends

from app.accounts.problems import AccountGone
from app.accounts.repository import AccountRepository
from app.accounts.service import AccountService
from app.audit_trail import TRAIL, Act
from app.authentication.limits import Limits, LoginLimits
from app.authentication.problems import SamePassword, TooManyLogins, WrongPassword
from app.limits.counters import LimitReachedError
from app.limits.origin import Origin
from app.passwords.hashing import Hashing, PasswordHashing
from app.passwords.password_policy import normalise
from app.tokens.repository import RefreshTokenRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.admission import Admitted, AdmittedDep
from service_kit.database.row_queries import FoundRow
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.tokens.verification import Subject


class OwnPassword:
    """Checks and changes the caller's password.

    Args:
        database: where accounts are; no connection waits for a hash.
        hashing: computes and compares hashes.
        limits: of guessing.
        admitted: runs what works with the database.
    """

    def __init__(
        self, database: Database, hashing: PasswordHashing, limits: LoginLimits, *, admitted: Admitted
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._limits = limits
        self._admitted = admitted

    async def check(self, subject: Subject, password: str, *, origin: Origin) -> FoundRow:
        """Make sure that a password is the caller's, and return the row of the account.

        Raises:
            AccountGone: the account was deactivated or removed since the token was issued.
            TooManyLogins: a limit of failures is reached.
            WrongPassword: it is not right.
            PasswordQueueFull: too many requests wait for a hash.
        """
        known = await self._admitted(AccountService(self._database).read_own, by=subject)
        try:
            with self._hashing.place():
                async with self._limits.guess(known.email, origin.network) as guess:
                    right, _ = await self._hashing.verify(password, known.password_hash)
                    guess.counts = not right
        except LimitReachedError as reached:
            raise TooManyLogins(reached.retry_after) from None
        if not right:
            raise WrongPassword
        return known

    async def change(self, subject: Subject, *, current: str, new: str, origin: Origin) -> None:
        """Replace the caller's password.

        Raises:
            AccountGone: the account was deactivated or removed since the token was issued.
            TooManyLogins: a limit of failures is reached.
            WrongPassword: the current password is not right, or was replaced at this very moment.
            SamePassword: the new one is the current one.
            UnacceptablePassword: the new one is common, easily guessed or made of the address.
            PasswordQueueFull: too many requests wait for a hash.
        """
        known = await self.check(subject, current, origin=origin)
        if normalise(new) == normalise(current):
            raise SamePassword
        with self._hashing.place():
            password_hash = await self._hashing.hash_new(new, email=known.email, field="new_password")
        await self._admitted(self._replace, subject, known.password_hash, password_hash)

    def _replace(self, subject: Subject, old_hash: str, new_hash: str) -> None:
        with self._database.session() as session:
            user = AccountRepository(session).lock(subject.id)
            if user is None or not user.is_active:
                raise AccountGone
            if user.password_hash != old_hash:
                raise WrongPassword
            user.password_hash = new_hash
            TRAIL.record(session, Act.PASSWORD_CHANGED, by=subject, target=Target(TargetType.ACCOUNT, user.id))
            RefreshTokenRepository(session).revoke_all(user.id, but=subject.session_id)


async def own_password(database: DatabaseDep, hashing: Hashing, limits: Limits, admitted: AdmittedDep) -> OwnPassword:
    """Return the service."""
    return OwnPassword(database, hashing, limits, admitted=admitted)


Passwords = Annotated[OwnPassword, Depends(own_password)]
