from enum import StrEnum


class ListAllPurposeType0(StrEnum):
    ANSWER = "answer"
    SUMMARY = "summary"

    def __str__(self) -> str:
        return str(self.value)
