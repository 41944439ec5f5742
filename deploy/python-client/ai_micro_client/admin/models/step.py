from enum import StrEnum


class Step(StrEnum):
    EMBEDDING = "embedding"
    READING = "reading"
    STORING = "storing"

    def __str__(self) -> str:
        return str(self.value)
