from enum import StrEnum


class DeleteAction(StrEnum):
    DELETE = "delete"
    MOVE_TO_DEFAULT = "move_to_default"

    def __str__(self) -> str:
        return str(self.value)
