"""What is counted about logins."""

from prometheus_client import CollectorRegistry, Counter


class LoginMetrics:
    """Logins by outcome.

    Args:
        registry: the application's.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._logins = Counter(
            "login_attempts_total", "Login attempts by outcome: succeeded, or why not.", ["outcome"], registry=registry
        )

    def count(self, outcome: str) -> None:
        """Count one attempt."""
        self._logins.labels(outcome).inc()
