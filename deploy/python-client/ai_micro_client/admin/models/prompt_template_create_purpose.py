from enum import StrEnum


class PromptTemplateCreatePurpose(StrEnum):
    ANSWER = "answer"
    SUMMARY = "summary"

    def __str__(self) -> str:
        return str(self.value)
