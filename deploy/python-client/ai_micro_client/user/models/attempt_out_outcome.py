from enum import StrEnum


class AttemptOutOutcome(StrEnum):
    APPLIED = "applied"
    FAILED = "failed"
    HELD = "held"
    RUNNING = "running"

    def __str__(self) -> str:
        return str(self.value)
