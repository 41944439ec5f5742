from enum import StrEnum


class KnowledgeBaseReplaceVisibility(StrEnum):
    PRIVATE = "private"
    SHARED = "shared"

    def __str__(self) -> str:
        return str(self.value)
