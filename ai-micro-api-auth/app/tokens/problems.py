"""What can be wrong with a refresh token."""

from service_kit.http.problems import Problem


class InvalidRefreshToken(Problem, status=401, code="INVALID_REFRESH_TOKEN"):
    """The refresh token is unknown, used, revoked or expired; sign in again."""

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})
