"""What can be wrong with a service's request for a token; `error` is what RFC 6749 section 5.2 calls it."""

from app.audit_trail import Act
from service_kit.http.problems import Problem


class InvalidClient(Problem, status=401, code="INVALID_CLIENT"):
    """The client is unknown, or its secret is not right."""

    refused_action = Act.SERVICE_TOKEN_ISSUED

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Basic realm="services"'}, error="invalid_client")


class InvalidScope(Problem, status=400, code="INVALID_SCOPE"):
    """The client may not have a token for one of these scopes."""

    refused_action = Act.SERVICE_TOKEN_ISSUED

    def __init__(self) -> None:
        super().__init__(error="invalid_scope")
