"""The database's URL, whole or in parts. No message repeats a piece of it that may belong to a password."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVER = "postgresql+psycopg2"
_NEEDED = ("db_host", "db_name", "db_user")
# libpq's parameters, and the settings that hold them.
_TLS = {"sslmode": "db_sslmode", "sslrootcert": "db_sslrootcert"}


def complete_url(stated: str, settings: Mapping[str, Any]) -> str:
    """Return the URL to connect to.

    Args:
        stated: DATABASE_URL; empty where the parts make it.
        settings: the parts and what TLS has to be like, by the names of their fields.

    Raises:
        ValueError: it cannot be used; the text is for the line that begins with DATABASE_URL.
    """
    url = _read(stated) if stated else _made_of(settings)
    if not any(name in url.query for name in _TLS):
        tls = {name: settings.get(setting) for name, setting in _TLS.items()}
        url = url.update_query_dict({name: value for name, value in tls.items() if value})
    return url.render_as_string(hide_password=False)


def _read(stated: str) -> URL:
    _, scheme, rest = stated.partition("://")
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    if scheme and (rest.count("@") > 1 or ("@" in rest and "@" not in authority)):
        raise ValueError(
            "cannot be split into role, password and host; write @ in a password as %40, / as %2F, : as %3A, ? as %3F,"
            " # as %23 and % as %25, or put it into DB_PASSWORD as it is"
        )
    try:
        url = make_url(stated)
    except (ArgumentError, ValueError):
        raise ValueError(f"is not a database URL; write {DRIVER}://role:password@host:port/database") from None
    if url.drivername != DRIVER:
        # SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3, which no service installs.
        raise ValueError(f"must start with {DRIVER}:// (it starts with {url.drivername}://)")
    return url


def _made_of(parts: Mapping[str, Any]) -> URL:
    missing = [name.upper() for name in _NEEDED if not parts.get(name)]
    if len(missing) == len(_NEEDED):
        raise ValueError(
            "is not set; set it, or its parts (DB_HOST, DB_NAME, DB_USER, DB_PASSWORD), in the environment or in .env"
        )
    if missing:
        raise ValueError(f"is not set, and of its parts {' and '.join(missing)} is missing")
    host, password = parts["db_host"], parts.get("db_password")
    is_socket = host.startswith("/")
    return URL.create(
        DRIVER,
        parts["db_user"],
        password.get_secret_value() if password is not None else None,
        None if is_socket else host,
        parts.get("db_port"),
        parts["db_name"],
        query={"host": host} if is_socket else {},
    )
