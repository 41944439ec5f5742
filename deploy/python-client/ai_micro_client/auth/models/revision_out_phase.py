from enum import StrEnum


class RevisionOutPhase(StrEnum):
    CONTRACT = "contract"
    EXPAND = "expand"

    def __str__(self) -> str:
        return str(self.value)
