from enum import StrEnum


class ChatMessageOutState(StrEnum):
    COMPLETE = "complete"
    FAILED = "failed"
    STOPPED = "stopped"

    def __str__(self) -> str:
        return str(self.value)
