"""Signing in: the same answer, and the same work, whatever was wrong.

Hashing happens between two short database visits, so that no connection waits for it. The second one looks at the
account again: a login must not succeed with a password that was replaced, or on an account that was deactivated, while
the hash was computed. The attempt is recorded in the transaction that decides it, failures too.
"""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import Row, func
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import User
from app.accounts.repository import AccountRepository, find_by_email
from app.authentication.metrics import LoginMetrics
from app.authentication.origin import Origin
from app.authentication.throttle import LoginThrottles, ThrottlePolicy
from app.login_log.delivery import LoginLog, LoginLogDelivery
from app.login_log.repository import LoginEventRepository
from app.settings import Settings
from app.tokens.access import AccessTokenIssuer, AccessTokens
from app.tokens.refresh_token import RefreshToken
from app.tokens.repository import RefreshTokenRepository
from app.tokens.schemas import TokensOut
from service_kit.database import Database, DatabaseDep
from service_kit.email_addresses import MAX_LENGTH, normalise
from service_kit.problems import Problem


class InvalidCredentials(Problem, status=401, code="INVALID_CREDENTIALS"):
    """Email or password is not right, or the account is not active."""

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class TooManyLogins(Problem, status=429, code="TOO_MANY_LOGINS", retry_after=300):
    """Too many failed logins with this email from your network; wait as long as `Retry-After` says."""

    def __init__(self, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)})


class Refusal(StrEnum):
    """Why a login failed: for the log, never for the caller."""

    UNKNOWN_ACCOUNT = "unknown_account"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason
    INACTIVE_ACCOUNT = "inactive_account"
    THROTTLED = "throttled"


class LoginService:
    """Checks passwords and starts sessions.

    Args:
        database: each login is a transaction of its own; a failure is recorded although the caller gets an error.
        access_tokens: signs the access tokens.
        throttles: counts failures.
        login_log: told of new events; None when attempts are not recorded.
        metrics: counts outcomes.
        refresh_ttl_seconds: how long a client may stay away.
    """

    def __init__(
        self,
        database: Database,
        access_tokens: AccessTokenIssuer,
        throttles: LoginThrottles,
        *,
        login_log: LoginLogDelivery | None,
        metrics: LoginMetrics,
        refresh_ttl_seconds: int,
    ) -> None:
        self._database = database
        self._access_tokens = access_tokens
        self._throttles = throttles
        self._login_log = login_log
        self._metrics = metrics
        self._refresh_ttl_seconds = refresh_ttl_seconds

    def login(self, email: str, password: str, *, origin: Origin) -> TokensOut:
        """Exchange a password for tokens.

        Raises:
            InvalidCredentials: unknown or inactive account, or wrong password; nobody can tell which.
            TooManyLogins: the limit of failures is reached.
        """
        email = normalise(email)[:MAX_LENGTH]
        with self._database.reading() as connection:
            retry_after = self._throttles.retry_after(connection, email, origin.network)
            known = find_by_email(connection, email)
        if retry_after is not None:
            with self._database.session() as session:
                self._record(session, known.id if known else None, email, Refusal.THROTTLED, origin)
            self._announce(Refusal.THROTTLED)
            raise TooManyLogins(retry_after)
        refusal, better_hash = _check_password(known, password)
        with self._database.session() as session:
            user = None
            if known is not None and refusal is None:
                user = AccountRepository(session).lock(known.id)
                refusal = _recheck(user, known)
            self._record(session, known.id if known else None, email, refusal, origin)
            if user is None or refusal is not None:
                self._throttles.count_failure(session, email, origin.network)
            else:
                self._throttles.forget(session, email, origin.network)
                tokens = self._start_session(session, user, better_hash)
        self._announce(refusal)
        if refusal is not None:
            raise InvalidCredentials
        return tokens

    def _start_session(self, session: Session, user: User, better_hash: str | None) -> TokensOut:
        user.last_login_at = func.now()
        if better_hash is not None:
            user.password_hash = better_hash
        token = RefreshToken.new()
        session_id = RefreshTokenRepository(session).start(user.id, token, ttl_seconds=self._refresh_ttl_seconds)
        return TokensOut(
            access_token=self._access_tokens.issue(user.id, roles=user.roles, session_id=session_id),
            refresh_token=str(token),
            expires_in=self._access_tokens.ttl_seconds,
        )

    def _record(
        self, session: Session, user_id: UUID | None, email: str, refusal: Refusal | None, origin: Origin
    ) -> None:
        if self._login_log is not None:
            LoginEventRepository(session).add(
                user_id=user_id,
                email=email,
                reason=refusal,
                ip_address=origin.ip_address,
                user_agent=origin.user_agent,
            )

    def _announce(self, refusal: Refusal | None) -> None:
        self._metrics.count(refusal or "succeeded")
        if self._login_log is not None:
            self._login_log.notify()


def _check_password(known: Row[Any] | None, password: str) -> tuple[Refusal | None, str | None]:
    if known is None:
        passwords.verify_nothing()
        return Refusal.UNKNOWN_ACCOUNT, None
    right, better_hash = passwords.verify(password, known.password_hash)
    return (None if right else Refusal.WRONG_PASSWORD), better_hash


def _recheck(user: User | None, known: Row[Any]) -> Refusal | None:
    if user is None:
        return Refusal.UNKNOWN_ACCOUNT
    if user.password_hash != known.password_hash:
        return Refusal.WRONG_PASSWORD
    return None if user.is_active else Refusal.INACTIVE_ACCOUNT


async def login_throttles(request: Request) -> LoginThrottles:
    """Return the throttles with the application's limits."""
    settings: Settings = request.app.state.settings
    return LoginThrottles(ThrottlePolicy(settings.login_failure_limit, settings.login_failure_window_sec))


Throttles = Annotated[LoginThrottles, Depends(login_throttles)]


async def login_service(
    request: Request, database: DatabaseDep, access_tokens: AccessTokens, throttles: Throttles, login_log: LoginLog
) -> LoginService:
    """Return the service."""
    settings: Settings = request.app.state.settings
    return LoginService(
        database,
        access_tokens,
        throttles,
        login_log=login_log,
        metrics=request.app.state.login_metrics,
        refresh_ttl_seconds=settings.refresh_token_ttl_sec,
    )


Logins = Annotated[LoginService, Depends(login_service)]
