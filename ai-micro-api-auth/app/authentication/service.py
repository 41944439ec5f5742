"""Signing in: the same answer, and the same work, whatever was wrong.

Hashing happens between two short database visits, so that no connection and no thread waits for it. The second one
looks at the account again: a login must not succeed with a password that was replaced, or on an account that was
deactivated, while the hash was computed. The attempt is recorded in the transaction that decides it, failures too.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.repository import AccountRepository, find_by_email
from app.audit_trail import TRAIL, Act
from app.authentication.limits import LoginLimits
from app.authentication.metrics import LoginMetrics
from app.authentication.problems import ApprovalPending, InvalidCredentials, TooManyLogins
from app.limits.counters import LimitReachedError
from app.limits.origin import Origin
from app.login_log.refused import RefusedAttempts
from app.login_log.repository import THROTTLED, LoginEventRepository
from app.passwords.hashing import PasswordHashing
from app.tokens.policy import SessionPolicy
from app.tokens.repository import RefreshTokenRepository
from app.tokens.schemas import TokensOut
from app.tokens.sessions import SessionTokens
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.admission import Admitted
from service_kit.database.row_queries import FoundRow
from service_kit.database.sessions import Database
from service_kit.outbox.delivery import Delivery
from service_kit.text.email_addresses import MAX_LENGTH, normalise
from service_kit.tokens.verification import Subject

logger = structlog.get_logger(__name__)


class Refusal(StrEnum):
    """Why a login failed: for the log, never for the caller."""

    UNKNOWN_ACCOUNT = "unknown_account"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason
    INACTIVE_ACCOUNT = "inactive_account"
    APPROVAL_PENDING = "approval_pending"


@dataclass(frozen=True, slots=True)
class LoginRecords:
    """Where attempts are noted.

    Attributes:
        metrics: counts outcomes.
        log: told of new events; None when attempts are not recorded.
        refused: counts those that a limit refused; None when attempts are not recorded.
    """

    metrics: LoginMetrics
    log: Delivery | None
    refused: RefusedAttempts | None


class LoginService:
    """Checks passwords and starts sessions.

    Args:
        database: each login is a transaction of its own; a failure is recorded although the caller gets an error.
        hashing: compares passwords.
        limits: of guessing.
        sessions: gives out the tokens.
        admitted: runs what works with the database.
        records: where attempts are noted.
    """

    def __init__(
        self,
        database: Database,
        hashing: PasswordHashing,
        limits: LoginLimits,
        sessions: SessionTokens,
        *,
        admitted: Admitted,
        records: LoginRecords,
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._limits = limits
        self._sessions = sessions
        self._admitted = admitted
        self._records = records

    async def login(self, email: str, password: str, *, origin: Origin, instead_of: Subject | None = None) -> TokensOut:
        """Exchange a password for tokens.

        Args:
            email: as typed.
            password: as typed.
            origin: of the request.
            instead_of: who the client is signed in as; that session ends with the sign-in.

        Raises:
            InvalidCredentials: unknown or inactive account, or wrong password; the answer does not say which.
            ApprovalPending: the password is right, and the account not approved yet.
            TooManyLogins: a limit of failures is reached.
            PasswordQueueFull: too many requests wait for a hash.
        """
        email = normalise(email)[:MAX_LENGTH]
        try:
            with self._hashing.place():
                outcome = await self._guess(email, password, origin, instead_of)
        except LimitReachedError as reached:
            logger.info("login", outcome=THROTTLED)
            self._records.metrics.count(THROTTLED)
            if self._records.refused is not None:
                self._records.refused.add(email, origin)
            raise TooManyLogins(reached.retry_after) from None
        self._records.metrics.count("succeeded" if isinstance(outcome, TokensOut) else outcome)
        if self._records.log is not None:
            self._records.log.notify()
        if outcome is Refusal.APPROVAL_PENDING:
            raise ApprovalPending
        if not isinstance(outcome, TokensOut):
            raise InvalidCredentials
        return outcome

    async def _guess(
        self, email: str, password: str, origin: Origin, instead_of: Subject | None
    ) -> TokensOut | Refusal:
        async with self._limits.guess(email, origin.network) as guess:
            known = await self._admitted(self._find, email)
            right, better_hash = await self._hashing.verify(password, known.password_hash if known else None)
            decide = partial(self._decide, known, email, origin, instead_of)
            outcome = await self._admitted(decide, right=right, better_hash=better_hash)
            if isinstance(outcome, TokensOut) or outcome is Refusal.APPROVAL_PENDING:
                guess.counts, guess.forgives = False, [self._limits.here]
        return outcome

    def _find(self, email: str) -> FoundRow | None:
        with self._database.reading() as connection:
            return find_by_email(connection, email)

    def _decide(
        self,
        known: FoundRow | None,
        email: str,
        origin: Origin,
        instead_of: Subject | None,
        *,
        right: bool,
        better_hash: str | None,
    ) -> TokensOut | Refusal:
        with self._database.session() as session:
            if known is None or not right:
                refusal = Refusal.UNKNOWN_ACCOUNT if known is None else Refusal.WRONG_PASSWORD
                self._record(session, known.id if known else None, email, refusal, origin)
                return refusal
            accounts = AccountRepository(session)
            roles = accounts.sign_in(known.id, checked_hash=known.password_hash, better_hash=better_hash)
            if roles is None:
                refusal = _refusal(known, accounts.lock(known.id))
                self._record(session, known.id, email, refusal, origin)
                return refusal
            self._record(session, known.id, email, None, origin)
            if instead_of is not None:
                _end(session, instead_of)
            return self._sessions.start(session, known.id, roles, origin=origin)

    def _record(
        self, session: Session, user_id: UUID | None, email: str, refusal: Refusal | None, origin: Origin
    ) -> None:
        # Also where no other service keeps the log of sign-ins.
        logger.info("login", outcome=refusal or "succeeded", user_id=str(user_id) if user_id else None)
        if self._records.log is not None:
            LoginEventRepository(session).add(
                user_id=user_id,
                email=email,
                reason=refusal,
                ip_address=origin.ip_address,
                user_agent=origin.user_agent,
            )


def _end(session: Session, present: Subject) -> None:
    """End the session that a client had before it signed in again (OWASP ASVS 5.0 section 7.2.4)."""
    if present.session_id is None:
        return
    if RefreshTokenRepository(session).end_own(present.session_id, user_id=present.id):
        TRAIL.record(session, Act.SESSION_ENDED, by=present, target=Target(TargetType.SESSION, present.session_id))


def _refusal(known: FoundRow, user: User | None) -> Refusal:
    """Return why a login with the right password fails; `user` is the account as it is now."""
    if user is None:
        return Refusal.UNKNOWN_ACCOUNT
    if user.password_hash != known.password_hash:
        return Refusal.WRONG_PASSWORD
    return Refusal.INACTIVE_ACCOUNT if user.is_approved else Refusal.APPROVAL_PENDING


async def login_service(request: Request) -> LoginService:
    """Return the service; one dependency, because each further one costs every sign-in."""
    state = request.app.state
    return LoginService(
        state.database,
        state.password_hashing,
        LoginLimits(state.counters, state.settings),
        SessionTokens(state.access_tokens, SessionPolicy.of(state.settings)),
        admitted=Admitted(request),
        records=LoginRecords(state.login_metrics, state.login_log_delivery, state.refused_attempts),
    )


Logins = Annotated[LoginService, Depends(login_service)]
