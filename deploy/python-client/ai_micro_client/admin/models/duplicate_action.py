from enum import StrEnum


class DuplicateAction(StrEnum):
    KEPT = "kept"
    MOVED = "moved"

    def __str__(self) -> str:
        return str(self.value)
