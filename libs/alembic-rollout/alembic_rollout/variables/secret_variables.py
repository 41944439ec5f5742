"""Variables that hold a secret, or name the file that holds it, as container platforms hand secrets over."""

from collections.abc import Mapping
from pathlib import Path

from alembic_rollout.errors import UsageError

FILE_SUFFIX = "_FILE"


def read_variable(name: str, *layers: Mapping[str, str]) -> str | None:
    """Return the value of a variable, or the content of the file that `NAME_FILE` names, without its last line break.

    Args:
        name: the variable's.
        layers: where to look; the first that has either wins. An empty variable counts as unset.

    Raises:
        UsageError: one layer sets both, or the file cannot be used; no message repeats a value.
    """
    for variables in layers:
        stated, file = variables.get(name), variables.get(f"{name}{FILE_SUFFIX}")
        if stated and file:
            raise UsageError(f"{name} and {name}{FILE_SUFFIX} are both set; leave one of them out.")
        if stated or file:
            return stated or _content(f"{name}{FILE_SUFFIX}", Path(str(file)))
    return None


def _content(variable: str, file: Path) -> str:
    try:
        content = file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{variable}: {file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{variable}: {file} is not in UTF-8.") from None
    secret = content.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise UsageError(f"{variable}: {file} is empty.")
    return secret
