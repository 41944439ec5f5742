"""What `/metrics` shows of chat."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class ChatMetrics:
    """Counts and times answers.

    Args:
        registry: where they go.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.answers = Counter(
            "chat_answers_total",
            "Answers, by what made them (model, extractive, rules) and their state (complete, stopped, failed).",
            ["maker", "state"],
            registry=registry,
        )
        self.first_piece = Histogram(
            "chat_first_piece_seconds",
            "Time until a model's answer begins.",
            buckets=_SECONDS,
            registry=registry,
        )
