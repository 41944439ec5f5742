from enum import StrEnum


class PromptTemplateOutPurpose(StrEnum):
    ANSWER = "answer"
    SUMMARY = "summary"

    def __str__(self) -> str:
        return str(self.value)
