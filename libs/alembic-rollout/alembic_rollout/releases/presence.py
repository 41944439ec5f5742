"""Which releases of a service are alive, told by the names of their connections: `<service>@<head of its tree>`."""

import logging
import time
from dataclasses import dataclass

from sqlalchemy import Connection

PRESENCE_DATABASE = "postgres"
"""A release may keep its connection here instead, so that the database it owns can be dropped while it is idle."""
RECONNECT_SECONDS = 5.0
"""Within this time after a restart of the server, or a crash of one of its processes, every live release is back."""
# Longer names are cut by the server (NAMEDATALEN - 1, https://www.postgresql.org/docs/current/runtime-config-logging.html).
_LONGEST_NAME = 63
# When one of its processes crashes, the server ends all sessions and starts again within itself: its start time stays,
# and statistics start again (https://www.postgresql.org/docs/current/monitoring-stats.html). Where a session has just
# reset them by hand, this waits for nothing.
_SECONDS_SINCE_NOBODY_WAS_CONNECTED = (
    "SELECT extract(epoch FROM clock_timestamp() - greatest(pg_postmaster_start_time(), stats_reset))::float8"
    " FROM pg_stat_bgwriter"
)

logger = logging.getLogger(__name__)


def release_name(service: str, head: str) -> str:
    """Return the `application_name` of a release's connections.

    Where both do not fit, the service's name is cut first, then the list of heads.

    Args:
        service: its name.
        head: of its tree; several are joined by commas.
    """
    return f"{service[: max(_LONGEST_NAME - 1 - len(head), 0)]}@{head}"[:_LONGEST_NAME]


@dataclass(frozen=True, slots=True)
class Release:
    """One connection of a live release.

    Attributes:
        heads: of its tree, without one that did not fit into the name.
        pid: the server's process.
        name: its `application_name`.
        address: where it connects from; None over a local socket, or where this role may not know.
        seconds: how long it has been connected; None where this role may not know.
    """

    heads: tuple[str, ...]
    pid: int
    name: str
    address: str | None
    seconds: float | None

    def __str__(self) -> str:
        origin = f" from {self.address}" if self.address else ""
        since = f" for {self.seconds:.0f} s" if self.seconds is not None else ""
        return f"{self.name} (pid {self.pid}{origin}, connected{since})"


def live_releases(connection: Connection, service: str, *, waits: bool = True) -> list[Release]:
    """Return the connections of every release of a service.

    Args:
        connection: to the database that the service owns, in autocommit: a snapshot of activity lives as long as its
            transaction.
        service: its name.
        waits: right after a restart of the server, or a crash that ended its sessions, wait until the live processes
            have connected again. What is decided from the releases needs that; what is only shown does not.
    """
    if waits:
        _let_releases_reconnect(connection)
    rows = connection.exec_driver_sql(
        "SELECT pid, application_name, host(client_addr), extract(epoch FROM clock_timestamp() - backend_start)::float8"
        " FROM pg_stat_activity WHERE application_name LIKE '%%@%%' AND pid <> pg_backend_pid()"
        " AND (datname = current_database()"
        " OR datname = %s AND has_database_privilege(usesysid, current_database(), 'CONNECT'))"
        " ORDER BY backend_start, pid",
        (PRESENCE_DATABASE,),
    )
    found = []
    for pid, name, address, seconds in rows:
        head = name.rpartition("@")[2]
        if head and name == release_name(service, head):
            heads = tuple(head.split(","))
            cut = len(heads) > 1 and len(head) >= _LONGEST_NAME - 1
            found.append(Release(heads[:-1] if cut else heads, pid, name, address, seconds))
    return found


def _let_releases_reconnect(connection: Connection) -> None:
    while True:
        left = RECONNECT_SECONDS - float(connection.exec_driver_sql(_SECONDS_SINCE_NOBODY_WAS_CONNECTED).scalar_one())
        if left <= 0:
            return
        logger.info("The server has just started: releases get %.1f s to connect again.", left)
        time.sleep(left)  # nothing tells of those who have not connected yet
