"""No revision reaches a database while it is read, whichever driver it uses and however it hides that it tried."""

from pathlib import Path

import psycopg2
import pytest
from alembic.config import Config
from sample_project import Project
from sqlalchemy import make_url

from alembic_rollout.project.environment import load_environment
from alembic_rollout.project.rendering import RevisionReading, read_revisions

# Each is an expression that deletes every order over a connection of its own; URL and DSN are names of the revision.
WAYS = {
    "an engine's connection": "sa.create_engine(URL).connect().exec_driver_sql('DELETE FROM orders')",
    "an engine's transaction": "sa.create_engine(URL).begin().__enter__().exec_driver_sql('DELETE FROM orders')",
    "an engine's raw connection": "sa.create_engine(URL).raw_connection().cursor().execute('DELETE FROM orders')",
    "a pool": "sa.create_engine(URL).pool.connect().cursor().execute('DELETE FROM orders')",
    "a session": "sa.orm.Session(sa.create_engine(URL)).execute(sa.text('DELETE FROM orders'))",
    "a session on the revision's connection": "sa.orm.Session(op.get_bind()).execute(sa.text('DELETE FROM orders'))",
    "an engine for psycopg": "sa.create_engine(URL.replace('psycopg2', 'psycopg')).connect()",
    "an engine with a creator": "sa.create_engine(URL, creator=lambda: psycopg2.connect(DSN)).pool.connect()",
    "the engine of the revision's connection": "op.get_bind().engine.connect()",
    "psycopg2": "psycopg2.connect(DSN).cursor().execute('DELETE FROM orders')",
    "psycopg2's inner function": "psycopg2._connect(DSN)",
    "psycopg2's class": "psycopg2.extensions.connection(DSN)",
    "a class built on psycopg2's": "psycopg2.extras.LoggingConnection(DSN)",
    "psycopg": "psycopg.connect(DSN).execute('DELETE FROM orders')",
    "psycopg's class": "psycopg.Connection.connect(DSN)",
    "psycopg's asynchronous class": "asyncio.run(psycopg.AsyncConnection.connect(DSN))",
    "psycopg's libpq": "psycopg.pq.PGconn.connect(DSN.encode())",
    "psycopg's libpq, without waiting": "psycopg.pq.PGconn.connect_start(DSN.encode())",
    "libpq itself": "ctypes.CDLL(LIBPQ).PQconnectdb(DSN.encode())",
    "a socket": "socket.create_connection((HOST, PORT))",
    "asyncio": "asyncio.run(asyncio.open_connection(HOST, PORT))",
    "a program": "subprocess.run(['psql', DSN, '-c', 'DELETE FROM orders'])",
    "a shell": "os.system('psql -c \"DELETE FROM orders\"')",
    "a program of the C library": "ctypes.CDLL(None).system(b'true')",
    "a forked process": "os._exit(0) if os.fork() == 0 else None",
    "another Python": "multiprocessing.get_context('spawn').Process(target=print).start()",
    "a file database": "sqlite3.connect('orders.db')",
}
HIDINGS = {
    "plainly": "{way}",
    "in try and except": "try:\n    {way}\nexcept Exception:\n    pass",
    "in try and except of everything": "try:\n    {way}\nexcept BaseException:\n    pass",
    "in a finally that returns": "try:\n    {way}\nfinally:\n    return",
    "in suppress": "with contextlib.suppress(BaseException):\n    {way}",
    "in a thread": "thread = threading.Thread(target=lambda: {way}, daemon=True)\nthread.start()\nthread.join(8)",
    "as a condition": "try:\n    done = {way}\nexcept Exception:\n    done = None\nif done:\n    pass",
}
HEADER = """
import asyncio, contextlib, ctypes, multiprocessing, os, socket, sqlite3, subprocess, threading
import psycopg, psycopg2, psycopg2.extensions, psycopg2.extras, sqlalchemy.orm
URL, DSN, HOST, PORT, LIBPQ = {values!r}
"""


def libpq() -> str:
    """The library that psycopg2's wheel brings."""
    [found] = Path(psycopg2.__file__).parents[1].glob("psycopg2_binary.libs/libpq-*")
    return str(found)


def header(project: Project) -> str:
    url = make_url(project.database.url)
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return HEADER.format(values=(project.database.url, dsn, url.host, url.port, libpq()))


def read(project: Project, *revisions: str) -> list[RevisionReading]:
    return read_revisions(load_environment(Config(project.ini)), revisions)


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose database has three orders."""
    monkeypatch.chdir(project.folder)
    project.database.execute("CREATE TABLE orders AS SELECT generate_series(1, 3) AS id")
    return project


@pytest.mark.parametrize("hiding", HIDINGS.values(), ids=HIDINGS)
def test_every_way_is_refused_and_named_however_it_is_hidden(shop: Project, hiding: str) -> None:
    names = header(shop)
    for number, way in enumerate(WAYS.values(), start=1):
        body = hiding.format(way=way)
        shop.revision(f"{number:03d}", body, body, header=names)

    readings = read(shop, *(f"{number:03d}" for number in range(1, len(WAYS) + 1)))

    unseen = [way for way, one in zip(WAYS, readings, strict=True) if not (one.upgrade.error and one.downgrade.error)]
    assert unseen == []
    assert shop.database.scalar("SELECT count(*) FROM orders") == 3
