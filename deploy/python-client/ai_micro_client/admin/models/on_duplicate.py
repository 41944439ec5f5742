from enum import StrEnum


class OnDuplicate(StrEnum):
    KEEP = "keep"
    MOVE = "move"
    REFUSE = "refuse"

    def __str__(self) -> str:
        return str(self.value)
