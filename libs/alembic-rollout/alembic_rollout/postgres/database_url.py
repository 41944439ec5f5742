"""Database URLs: reading one, choosing its driver, and writing it without its password.

SQLAlchemy 2.1 takes `postgresql://` for psycopg 3, whichever driver is installed, and reads a password with an
unescaped `@` or `/` as part of the host or of the database. Every URL of this library is read here instead. No message
repeats a part of a URL that could be a piece of a password.
"""

import re
from importlib.util import find_spec

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.util import immutabledict

from alembic_rollout.errors import UsageError

DRIVERS = ("psycopg2", "psycopg")
"""The drivers that can be used; the first one that is installed is taken where a URL names none."""
_EXAMPLE = "postgresql+psycopg2://role:password@host:5432/database"
_SHORT_FORMS = ("postgresql", "postgres")
_SCHEME = re.compile(r"([A-Za-z][\w+.-]*)://")
_HOST = re.compile(r"[^\s@#?%]*")
_HIGHEST_PORT = 65535

# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS and libpq-envars.html
VARIABLES = {
    "hostaddr": "PGHOSTADDR",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
    "application_name": "PGAPPNAME",
    "require_auth": "PGREQUIREAUTH",
    "channel_binding": "PGCHANNELBINDING",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslcompression": "PGSSLCOMPRESSION",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcertmode": "PGSSLCERTMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL",
    "sslcrldir": "PGSSLCRLDIR",
    "sslsni": "PGSSLSNI",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "requirepeer": "PGREQUIREPEER",
    "gssencmode": "PGGSSENCMODE",
    "krbsrvname": "PGKRBSRVNAME",
    "gsslib": "PGGSSLIB",
    "gssdelegation": "PGGSSDELEGATION",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "client_encoding": "PGCLIENTENCODING",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "load_balance_hosts": "PGLOADBALANCEHOSTS",
    "min_protocol_version": "PGMINPROTOCOLVERSION",
    "max_protocol_version": "PGMAXPROTOCOLVERSION",
}
"""Parameters that can be given to a program in an environment variable, and that variable's name."""

PARAMETERS = frozenset(VARIABLES) | {
    # Those that stand elsewhere in a URL, or have no variable.
    "dbname",
    "fallback_application_name",
    "host",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "password",
    "port",
    "replication",
    "requiressl",
    "scram_client_key",
    "scram_server_key",
    "servicefile",
    "sslkeylogfile",
    "sslpassword",
    "tcp_user_timeout",
    "user",
}
"""Every parameter that may stand in a URL."""

_INSTEAD = {"ssl": "sslmode=require", "timeout": "connect_timeout", "command_timeout": "ROLLOUT_STATEMENT_TIMEOUT"}


def parse_url(text: str | URL, source: str) -> URL:
    """Read the URL of a PostgreSQL database.

    `postgresql://` and `postgres://` get the driver that is installed. A password, role or database in the query moves
    to its place: what hides a password or names another database then finds it there.

    Args:
        text: the URL.
        source: where it stands, such as `ROLLOUT_ADMIN_URL`; every message begins with it.

    Returns:
        A URL with a driver, which `create_engine` takes.

    Raises:
        UsageError: it cannot be used; the line names the remedy and repeats no part that may belong to a password.
    """
    written = text.render_as_string(hide_password=False) if isinstance(text, URL) else text.strip()
    scheme = _SCHEME.match(written)
    if scheme is None:
        raise UsageError(f"{source} cannot be read as a URL; write {_EXAMPLE}.")
    driver = _driver(scheme[1].lower(), source)
    rest = written[scheme.end() :]
    _check_authority(rest, source)
    try:
        url = make_url(f"postgresql+{driver}://{rest}")
    except (ArgumentError, ValueError):
        raise UsageError(f"{source} cannot be read as a URL; write {_EXAMPLE}.") from None
    if not _HOST.fullmatch(url.host or ""):
        raise _needs_escapes(source)
    return _checked_query(url, source)


def url_without_password(url: URL) -> str:
    """Return where a URL leads, for messages: role, host, port and database, and `***` for a password."""
    return url._replace(query=immutabledict()).render_as_string(hide_password=True)


def _driver(scheme: str, source: str) -> str:
    backend, _, driver = scheme.partition("+")
    if backend not in _SHORT_FORMS:
        raise UsageError(f"alembic-rollout migrates PostgreSQL; {source} is a URL for {backend}.")
    installed = [name for name in DRIVERS if find_spec(name) is not None]
    if not driver:
        if not installed:
            raise UsageError(f"{source}: no driver for PostgreSQL is installed. Install psycopg2-binary.")
        return installed[0]
    if driver not in DRIVERS:
        use = f"postgresql+{(installed or DRIVERS)[0]}://"
        elsewhere = ", in MIGRATION_DATABASE_URL where the service needs its own" if source == "DATABASE_URL" else ""
        why = f"migrations run over a synchronous driver, {' or '.join(DRIVERS)}"
        raise UsageError(f"{source} names the driver {driver}: {why}. Write {use}{elsewhere}.")
    if driver not in installed:
        other = f", or write postgresql+{installed[0]}://, which is installed" if installed else ""
        package = {"psycopg2": "psycopg2-binary", "psycopg": "psycopg[binary]"}[driver]
        raise UsageError(f"{source} names the driver {driver}, which is not installed: install {package}{other}.")
    return driver


def _check_authority(rest: str, source: str) -> None:
    """Refuse what SQLAlchemy would split at the wrong place."""
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    if rest.count("@") > 1 or ("@" in rest and "@" not in authority):
        raise _needs_escapes(source)
    host_and_port = authority.rpartition("@")[2]
    port = re.sub(r"^\[[^\]]*\]", "", host_and_port).partition(":")[2]
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) <= _HIGHEST_PORT):
        raise UsageError(
            f"{source}: the port is not a number from 1 to {_HIGHEST_PORT}; write {_EXAMPLE}. A / in the password is"
            " written %2F; several hosts are written ?host=one:5432&host=two:5432."
        )


def _needs_escapes(source: str) -> UsageError:
    return UsageError(
        f"{source} cannot be split into role, password and host. In a password write @ as %40, / as %2F, : as %3A,"
        " ? as %3F, # as %23 and % as %25 (in alembic.ini, every % twice)."
    )


def _checked_query(url: URL, source: str) -> URL:
    for name in url.query:
        if name not in PARAMETERS:
            remedy = f"write {_INSTEAD[name]} instead" if name in _INSTEAD else "leave it out"
            raise UsageError(f"{source}: {name} is no parameter of libpq; {remedy}.")
    moved = {name: url.query[name] for name in ("user", "password", "dbname") if url.query.get(name)}
    last = {name: value if isinstance(value, str) else value[-1] for name, value in moved.items()}  # as libpq has it
    url = url.difference_update_query(moved).set(
        username=last.get("user"), password=last.get("password"), database=last.get("dbname")
    )
    try:
        url.get_dialect()().create_connect_args(url)
    except ArgumentError:
        raise UsageError(
            f"{source}: hosts and ports do not match; write ?host=one:5432&host=two:5432, every port a number."
        ) from None
    except ImportError as error:
        raise UsageError(f"{source}: the driver cannot be loaded: {error}.") from None
    return url
