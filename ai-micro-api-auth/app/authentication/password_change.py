"""Changing one's own password.

The current one is asked for and failures are counted like those of logins: a stolen access token must not be a way to
guess it. Every other client is signed out (OWASP ASVS 5.0 section 7.4).
"""

from app.accounts import passwords
from app.accounts.problems import AccountGone
from app.accounts.repository import AccountRepository
from app.accounts.service import AccountService
from app.authentication.origin import Origin
from app.authentication.service import TooManyLogins
from app.authentication.throttle import LoginThrottles
from app.tokens.repository import RefreshTokenRepository
from service_kit.database import Database
from service_kit.problems import Problem
from service_kit.tokens import Subject


class WrongPassword(Problem, status=403, code="WRONG_PASSWORD"):
    """The current password is not right."""


def change_password(
    database: Database, throttles: LoginThrottles, subject: Subject, *, current: str, new: str, origin: Origin
) -> None:
    """Replace the caller's password; hashing happens between two short database visits.

    Raises:
        AccountGone: the account was deactivated or removed since the token was issued.
        TooManyLogins: the limit of failures is reached.
        WrongPassword: the current password is not right, or was replaced at this very moment.
    """
    known = AccountService(database).read_own(by=subject)
    with database.reading() as connection:
        retry_after = throttles.retry_after(connection, known.email, origin.network)
    if retry_after is not None:
        raise TooManyLogins(retry_after)
    right, _ = passwords.verify(current, known.password_hash)
    if not right:
        with database.session() as session:
            throttles.count_failure(session, known.email, origin.network)
        raise WrongPassword
    password_hash = passwords.hash_password(new)
    with database.session() as session:
        user = AccountRepository(session).lock(subject.id)
        if user is None or not user.is_active:
            raise AccountGone
        if user.password_hash != known.password_hash:
            raise WrongPassword
        user.password_hash = password_hash
        RefreshTokenRepository(session).revoke_all(user.id, but=subject.session_id)
