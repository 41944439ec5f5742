"""A database's URL from variables that hold a part each: a password in one of them needs no escapes.

The variables begin with the prefixes of the setting `url_parts`. With `["MIGRATION_DB", "DB"]` the host is that of
`MIGRATION_DB_HOST`, or of `DB_HOST` where that is not set, and so on; role and password come from the same prefix.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import URL

from alembic_rollout.errors import UsageError
from alembic_rollout.variables.secret_variables import FILE_SUFFIX, read_variable

_PARTS = ("HOST", "NAME", "USER", "PASSWORD")
_TLS = {"sslmode": "SSLMODE", "sslrootcert": "SSLROOTCERT"}
_HIGHEST_PORT = 65535

Layers = tuple[Mapping[str, str], ...]


def are_parts_stated(prefixes: Sequence[str], variables: Mapping[str, str]) -> bool:
    """Return True if these variables hold a part of a URL."""
    names = [f"{prefix}_{part}" for prefix in prefixes for part in _PARTS]
    return any(variables.get(name) or variables.get(f"{name}{FILE_SUFFIX}") for name in names)


def url_of_parts(prefixes: Sequence[str], layers: Layers) -> URL:
    """Return the URL, without a driver.

    Args:
        prefixes: of the variables, the first that has a part wins.
        layers: the variables, of the process first.

    Raises:
        UsageError: a part is missing or cannot be used; the line names its variable.
    """
    host = _needed("HOST", prefixes, layers)
    role, password = _login(prefixes, layers)
    is_socket = host.startswith("/")
    return URL.create(
        "postgresql",
        role,
        password,
        None if is_socket else host,
        _port(prefixes, layers),
        _needed("NAME", prefixes, layers),
        query={"host": host} if is_socket else {},
    )


def with_tls(url: URL, prefixes: Sequence[str], layers: Layers) -> URL:
    """Return a URL with `PREFIX_SSLMODE` and `PREFIX_SSLROOTCERT`, unless it says itself what TLS has to be like."""
    if any(name in url.query for name in _TLS):
        return url
    stated = {name: _first(part, prefixes, layers) for name, part in _TLS.items()}
    return url.update_query_dict({name: value for name, value in stated.items() if value})


def _login(prefixes: Sequence[str], layers: Layers) -> tuple[str, str | None]:
    for prefix in prefixes:
        role, password = (read_variable(_variable(prefix, part), *layers) for part in ("USER", "PASSWORD"))
        if role:
            return role, password
        if password:
            raise UsageError(
                f"{_variable(prefix, 'PASSWORD')} is set and {_variable(prefix, 'USER')} is not: set both."
            )
    raise _missing("USER", prefixes)


def _port(prefixes: Sequence[str], layers: Layers) -> int | None:
    stated = _first("PORT", prefixes, layers)
    if stated is None:
        return None
    if not (stated.isascii() and stated.isdigit() and 0 < int(stated) <= _HIGHEST_PORT):
        raise UsageError(f"{_variable(prefixes[-1], 'PORT')} is not a number from 1 to {_HIGHEST_PORT}.")
    return int(stated)


def _needed(part: str, prefixes: Sequence[str], layers: Layers) -> str:
    stated = _first(part, prefixes, layers)
    if stated is None:
        raise _missing(part, prefixes)
    return stated


def _first(part: str, prefixes: Sequence[str], layers: Layers) -> str | None:
    found = (read_variable(_variable(prefix, part), *layers) for prefix in prefixes)
    return next((value for value in found if value), None)


def _missing(part: str, prefixes: Sequence[str]) -> UsageError:
    names = " or ".join(_variable(prefix, part) for prefix in reversed(prefixes))
    return UsageError(f"The database is named in parts, and one is missing: set {names}, or write a URL.")


def _variable(prefix: str, part: str) -> str:
    return f"{prefix}_{part}"
