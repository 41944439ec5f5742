"""What can be wrong with a request about accounts and passwords."""

from service_kit.http.problems import Problem, Unauthorized


class EmailTaken(Problem, status=409, code="EMAIL_TAKEN"):
    """There is an account with this email address already."""


class SignUpClosed(Problem, status=403, code="SIGN_UP_CLOSED"):
    """Sign-up is closed; ask an administrator for an account."""


class DomainNotAllowed(Problem, status=403, code="SIGN_UP_DOMAIN_NOT_ALLOWED"):
    """Addresses of this domain cannot sign up here; ask an administrator for an account."""


class AccountNotFound(Problem, status=404, code="ACCOUNT_NOT_FOUND"):
    """There is no such account."""


class LastAdministrator(Problem, status=409, code="LAST_ADMINISTRATOR"):
    """This is the last active administrator; make another account one first."""


class AccountGone(Unauthorized, status=401, code="ACCOUNT_GONE"):
    """The account of this access token no longer exists or is not active."""

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


class TooManySignUps(Problem, status=429, code="TOO_MANY_SIGN_UPS", retry_after=3600):
    """Too many accounts were asked for from your network; wait as long as `Retry-After` says."""

    def __init__(self, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)})
