from enum import StrEnum


class Kind(StrEnum):
    CONTENT = "content"
    OVERVIEW = "overview"
    SMALL_TALK = "small_talk"
    STATISTICS = "statistics"

    def __str__(self) -> str:
        return str(self.value)
