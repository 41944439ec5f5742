"""Variables that a URL of alembic.ini refers to, in the syntax of a compose file: `${NAME}` and `${NAME:-default}`."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from alembic_rollout.errors import UsageError
from alembic_rollout.variables.secret_variables import read_variable

_REFERENCE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")


def fill_in(url: str, where: str, *layers: Mapping[str, str]) -> str:
    """Return a URL with the values of the variables that it refers to, each with its special characters escaped.

    Args:
        url: as it is written; a default in it stands as a URL has it.
        where: what a message calls the URL.
        layers: where to look for a variable; the first that sets it wins.

    Raises:
        UsageError: a variable without a default is not set.
    """

    def value(reference: re.Match[str]) -> str:
        name, default = reference["name"], reference["default"]
        stated = read_variable(name, *layers)
        if stated is None and default is None:
            raise UsageError(f"{where} refers to {name}, which is not set. Set it, or write ${{{name}:-default}}.")
        return default if stated is None else quote(stated, safe="")

    return _REFERENCE.sub(value, url)
