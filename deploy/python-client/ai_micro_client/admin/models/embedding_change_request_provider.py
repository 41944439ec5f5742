from enum import StrEnum


class EmbeddingChangeRequestProvider(StrEnum):
    HASH = "hash"
    OPENAI = "openai"

    def __str__(self) -> str:
        return str(self.value)
