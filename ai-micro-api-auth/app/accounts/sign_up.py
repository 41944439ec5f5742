"""Signing up, as far as the policy allows it.

open: an account is active at once. approval: it waits for an administrator. domains: active at once, for addresses of
some domains (nothing shows yet that an address is the caller's own). closed: administrators create accounts.
"""

from typing import Annotated

from fastapi import Depends, Request

from app.accounts.models import User
from app.accounts.problems import DomainNotAllowed, EmailTaken, SignUpClosed, TooManySignUps
from app.accounts.repository import AccountRepository
from app.accounts.schemas import Signup
from app.audit_trail import TRAIL, Act
from app.limits.counters import Counted, Counters, Limit, LimitReachedError
from app.limits.origin import Origin
from app.passwords.hashing import Hashing, PasswordHashing
from app.settings import Settings
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Actor, Target
from service_kit.database.admission import Admitted, AdmittedDep
from service_kit.database.sessions import Database, DatabaseDep


class SignUpService:
    """Creates accounts for strangers.

    Args:
        database: where accounts are; no connection waits for a hash.
        hashing: computes hashes.
        counters: counts sign-ups by network, those that fail too.
        settings: the policy and the limit.
        admitted: runs what works with the database.
    """

    def __init__(
        self,
        database: Database,
        hashing: PasswordHashing,
        counters: Counters,
        settings: Settings,
        *,
        admitted: Admitted,
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._counters = counters
        self._settings = settings
        self._admitted = admitted
        self._limit = Limit("sign-up-network", settings.signup_limit, 3600)

    async def sign_up(self, body: Signup, *, origin: Origin) -> User:
        """Create an account with the role `user`.

        Raises:
            SignUpClosed: the policy is `closed`.
            DomainNotAllowed: the policy is `domains`, and the address is of another one.
            EmailTaken: the address has an account.
            UnacceptablePassword: it is common, easily guessed or made of the address.
            TooManySignUps: the network's limit is reached.
            PasswordQueueFull: too many requests wait for a hash.
        """
        self._check_policy(body.email)
        try:
            with self._hashing.place():
                async with self._counters.trying(Counted(self._limit, (origin.network,))):
                    user = await self._add(body)
        except LimitReachedError as reached:
            raise TooManySignUps(reached.retry_after) from None
        if user is None:
            raise EmailTaken
        return user

    def _check_policy(self, email: str) -> None:
        if self._settings.signup_policy == "closed":
            raise SignUpClosed
        if self._settings.signup_policy == "domains" and email.rpartition("@")[2] not in self._settings.signup_domains:
            raise DomainNotAllowed

    async def _add(self, body: Signup) -> User | None:
        password_hash = await self._hashing.hash_new(body.password, email=body.email)
        return await self._admitted(self._insert, body.email, password_hash)

    def _insert(self, email: str, password_hash: str) -> User | None:
        approved = self._settings.signup_policy != "approval"
        fields = {"password_hash": password_hash, "is_active": approved, "is_approved": approved}
        with self._database.session() as session:
            user = AccountRepository(session).add(email, fields)
            if user is not None:
                TRAIL.record(
                    session, Act.ACCOUNT_CREATED, by=Actor(user.id), target=Target(TargetType.ACCOUNT, user.id)
                )
            return user


async def sign_up_service(
    request: Request, database: DatabaseDep, hashing: Hashing, admitted: AdmittedDep
) -> SignUpService:
    """Return the service."""
    state = request.app.state
    return SignUpService(database, hashing, state.counters, state.settings, admitted=admitted)


SignUps = Annotated[SignUpService, Depends(sign_up_service)]
