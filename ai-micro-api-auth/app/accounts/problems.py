"""What can be wrong with a request for accounts."""

from service_kit.problems import Problem, Unauthorized


class EmailTaken(Problem, status=409, code="EMAIL_TAKEN"):
    """There is an account with this email address already; sign in instead."""


class AccountNotFound(Problem, status=404, code="ACCOUNT_NOT_FOUND"):
    """There is no such account."""


class LastAdministrator(Problem, status=409, code="LAST_ADMINISTRATOR"):
    """This is the last active administrator; make somebody else one first."""


class AccountGone(Unauthorized, status=401, code="ACCOUNT_GONE"):
    """The account of this access token no longer exists or is not active."""

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
