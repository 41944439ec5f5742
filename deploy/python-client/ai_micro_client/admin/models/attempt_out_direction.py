from enum import StrEnum


class AttemptOutDirection(StrEnum):
    DOWNGRADE = "downgrade"
    STAMP = "stamp"
    UPGRADE = "upgrade"

    def __str__(self) -> str:
        return str(self.value)
