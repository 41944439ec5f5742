from enum import StrEnum


class PendingOutPhase(StrEnum):
    CONTRACT = "contract"
    EXPAND = "expand"

    def __str__(self) -> str:
        return str(self.value)
