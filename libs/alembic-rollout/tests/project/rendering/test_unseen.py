"""What a revision would run is not always what it runs when it is read; then it cannot be rendered, and says why."""

from pathlib import Path
from typing import cast

import pytest
from alembic.config import Config
from databases import Database
from sample_project import Project

from alembic_rollout.project.environment import load_environment
from alembic_rollout.project.rendering import Reader, RevisionReading, read_revisions

DROP = 'op.drop_table("orders")'
ASKS_ITS_CALLER = "the revision asks which code calls it"
ASKS_ITS_PROCESS = "the revision asks which process runs it"
ASKS_OFFLINE = "the revision asks whether it runs offline"
TOO_LONG = "it was not done after 1 s (ROLLOUT_RENDER_TIMEOUT)"
NEVER_RUNS = "upgrade() is a coroutine or generator, so that Alembic calls it and nothing in it runs"
INSPECTS = "the database is asked (sqlalchemy.inspect())"
QUESTION = "try:\n    found = {}\nexcept Exception:\n    found = False\nif found:\n    op.drop_table('orders')"
# Each hides the DROP from who believes what is seen, or ends the process that looks.
UNSEEN = {
    "context.is_offline_mode": (f"if context.is_offline_mode():\n    return\n{DROP}", ASKS_OFFLINE),
    "op.get_context().as_sql": (f"if op.get_context().as_sql:\n    return\n{DROP}", ASKS_OFFLINE),
    "context.get_context().as_sql": (f"if not context.get_context().as_sql:\n    {DROP}", ASKS_OFFLINE),
    "op.get_context().impl.as_sql": (f"if not op.get_context().impl.as_sql:\n    {DROP}", ASKS_OFFLINE),
    "opts": (f"if not op.get_context().opts['as_sql']:\n    {DROP}", ASKS_OFFLINE),
    "opts.get": (f"if not op.get_context().opts.get('as_sql'):\n    {DROP}", ASKS_OFFLINE),
    "getattr": (f"if not getattr(op.get_context(), 'as_' + 'sql'):\n    {DROP}", ASKS_OFFLINE),
    "frames": (f"if sys._getframe(1).f_code.co_name != 'render':\n    {DROP}", ASKS_ITS_CALLER),
    "inspect.stack": (f"import inspect\nif 'render' not in str(inspect.stack()):\n    {DROP}", ASKS_ITS_CALLER),
    "traceback": (f"import traceback\nif 'render' not in str(traceback.extract_stack()):\n    {DROP}", ASKS_ITS_CALLER),
    "its parent's number": (f"if os.getppid() == 1:\n    {DROP}", f"{ASKS_ITS_PROCESS} (os.getppid)"),
    "its number": (f"if os.getpid() == 1:\n    {DROP}", f"{ASKS_ITS_PROCESS} (os.getpid)"),
    "the kernel's files": (
        f"if 'pytest' in open('/proc/self/cmdline').read():\n    {DROP}",
        f"{ASKS_ITS_PROCESS} (/proc/self/cmdline)",
    ),
    "a question in try": (
        QUESTION.format("op.get_bind().execute(sa.text('SELECT 1')).all()"),
        "the result of a query is asked for (.all)",
    ),
    "a result as a condition": (
        f"if op.get_bind().execute(sa.text('SELECT 1')):\n    {DROP}",
        "the result of a query is asked for (__bool__)",
    ),
    "a result in a loop": (
        f"for _ in op.get_bind().execute(sa.text('SELECT 1')):\n    {DROP}",
        "the result of a query is asked for (__iter__)",
    ),
    "scalar in try": (
        QUESTION.format("op.get_bind().scalar(sa.text('SELECT 1'))"),
        "the database is asked (op.get_bind().scalar)",
    ),
    "inspect in try": (
        QUESTION.format("sa.inspect(op.get_bind()).has_table('orders')"),
        INSPECTS,
    ),
    "autoload": (
        "try:\n    sa.Table('orders', sa.MetaData(), autoload_with=op.get_bind())\nexcept Exception:\n    pass",
        INSPECTS,
    ),
    "server version": (
        f"if (op.get_bind().dialect.server_version_info or (0,)) > (14,):\n    {DROP}",
        "the revision asks for the server's version",
    ),
    "sys.exit(0)": ("sys.exit(0)", "it ends the process (SystemExit: 0)"),
    "sys.exit(3)": ("sys.exit(3)", "it ends the process (SystemExit: 3)"),
    "exit in a loop": ("while True:\n    sys.exit()", "it ends the process (SystemExit: None)"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "GeneratorExit": ("raise GeneratorExit", "GeneratorExit"),
    "os._exit(0)": ("os._exit(0)", "it ended the process that reads revisions (status 0)"),
    "os.abort": ("os.abort()", "it ended the process that reads revisions (signal 6)"),
    "a crash": ("import ctypes\nctypes.string_at(0)", "it ended the process that reads revisions (signal 11)"),
    "a signal": ("os.kill(threading.get_native_id(), 9)", "a signal is sent to a process"),
    "closed pipes": ("os.closerange(3, 64)", "it ended the process that reads revisions (status 1)"),
    "an endless loop": ("while True:\n    pass", TOO_LONG),
    "a sleep": ("time.sleep(1000)", TOO_LONG),
    "a deadlock": ("lock = threading.Lock()\nlock.acquire()\nlock.acquire()", TOO_LONG),
    "a swallowed interrupt": (
        "while True:\n    try:\n        time.sleep(1000)\n    except BaseException:\n        pass",
        TOO_LONG,
    ),
    "another program": ("os.execv('/bin/true', ['true'])", "a program is started (true)"),
    "a generator": (f"{DROP}\nyield", NEVER_RUNS),
    "a coroutine": (
        f"async def work():\n    {DROP}\nreturn work()",
        NEVER_RUNS,
    ),
    "recursion": ("def again():\n    again()\nagain()", "RecursionError: maximum recursion depth exceeded"),
    "a thread that goes on": (
        "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()",
        "upgrade() leaves a thread running, which may go on after it",
    ),
    "SQL in a thread": (
        "thread = threading.Thread(target=op.execute, args=('SELECT 1',))\nthread.start()\nthread.join()",
        "SQL is run in another thread, in an order that a real run may not have",
    ),
}  # fmt: skip
# Alembic offers all of these, and their SQL is seen without a question.
HONEST = {
    "an enum type": "sa.Enum('a', 'b', name='mood').create(op.get_bind(), checkfirst=True)",
    "a dropped enum type": "sa.Enum(name='mood').drop(op.get_bind(), checkfirst=True)",
    "a table through the connection": "sa.Table('t', sa.MetaData(), sa.Column('id', sa.Integer)).create(op.get_bind())",
    "metadata": "m = sa.MetaData()\nsa.Table('t', m, sa.Column('id', sa.Integer))\nm.create_all(op.get_bind())",
    "writing through the connection": "op.get_bind().execute(sa.text(\"INSERT INTO t VALUES (1)\"))",
    "writing with parameters": "op.get_bind().execute(sa.text('INSERT INTO t VALUES (:a)'), {'a': 1})",
    "writing many rows": "t = sa.table('t', sa.column('a'))\nop.get_bind().execute(sa.insert(t), [{'a': 1}, {'a': 2}])",
    "the driver's text": "op.get_bind().exec_driver_sql(\"INSERT INTO t VALUES (':a', '1:2')\")",
    "the dialect's name": "if op.get_bind().dialect.name == 'postgresql':\n    op.execute('SELECT 1')",
    "is there a bind": "if op.get_bind() is not None and op.get_bind():\n    op.execute('SELECT 1')",
    "the type of the bind": "if isinstance(op.get_bind(), sa.Connection):\n    op.execute('SELECT 1')",
    "a bulk insert": "op.bulk_insert(sa.table('t', sa.column('a', sa.Integer)), [{'a': 1}])",
    "an autocommit block": "with op.get_context().autocommit_block():\n    op.execute('SELECT 1')",
    "batches": "with op.batch_alter_table('t') as batch:\n    batch.add_column(sa.Column('a', sa.Integer))",
    "a file of SQL": "from pathlib import Path\nop.execute(Path(__file__).read_text()[:0] + 'SELECT 1')",
    "a helper": "operations.create_index_concurrently('ix', 't', ['a'])",
    "a log": "import logging\nlogging.getLogger('x').warning('hello')\nop.execute('SELECT 1')",
    "vars of the context": "if vars(op.get_context())['as_sql'] is False:\n    op.execute('SELECT 1')",
    "vars of its impl": "if op.get_context().impl.__dict__['as_sql'] is False:\n    op.execute('SELECT 1')",
    "a copy of the options": "if not dict(op.get_context().opts).get('as_sql'):\n    op.execute('SELECT 1')",
    "a warning": "import warnings\nwarnings.warn('hello')\nop.execute('SELECT 1')",
    "a named tuple": "from collections import namedtuple\nnamedtuple('a', 'b')\nop.execute('SELECT 1')",
    "an event loop": "import asyncio\nasyncio.run(asyncio.sleep(0))\nop.execute('SELECT 1')",
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    project = Project(tmp_path / "shop", cast("Database", None))
    monkeypatch.chdir(project.folder)
    return project


def read(shop: Project, **settings: object) -> list[RevisionReading]:
    config = Config(shop.ini)
    config.attributes["rollout"] = settings
    environment = load_environment(config)
    return read_revisions(environment, environment.tree.order)


def test_what_is_not_seen_is_named_with_its_line_and_costs_no_other_revision(shop: Project) -> None:
    header = "import os, sys, threading, time\nfrom alembic import context"
    for number, (body, _) in enumerate(UNSEEN.values(), start=1):
        shop.revision(f"{number * 2 - 1:03d}", body, "op.execute('SELECT 1')", header=header)
        shop.revision(f"{number * 2:03d}", "op.execute('SELECT 2')", body, header=header)

    readings = read(shop, render_timeout=1.0)

    said = dict(zip(UNSEEN, (one.upgrade.error for one in readings[::2]), strict=True))
    expected = {name: error for name, (_, error) in UNSEEN.items()}
    assert said == expected
    assert [name for name, one in zip(UNSEEN, readings[1::2], strict=True) if one.downgrade.error is None] == []
    ended = ("it ended the process", "it was not done", "upgrade() is a", "upgrade() leaves", "SQL is run in another")
    for one in readings[::2]:
        assert one.upgrade.error_line or str(one.upgrade.error).startswith(ended), one.upgrade
    assert {statement.sql for one in readings[1::2] for statement in one.upgrade.statements} == {"SELECT 2"}
    assert {one.upgrade.error for one in readings[1::2]} | {one.downgrade.error for one in readings[::2]} == {None}


@pytest.mark.parametrize("declared", ["async def upgrade():\n    pass", "upgrade = 3", "def upgrade(x):\n    pass"])
def test_an_upgrade_that_alembic_cannot_run_is_not_taken_for_an_empty_one(shop: Project, declared: str) -> None:
    path = shop.revision("001")
    path.write_text(path.read_text() + f"\n\n{declared}\n")

    assert read(shop)[0].upgrade.error


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
        ("def upgrade() ->:", "SyntaxError: expected ':'"),
        ("op.get_bind()", "get_bind"),
        ("sys = __import__('sys')\nsys.exit(0)", "it ends the process (SystemExit: 0)"),
        ("import os\nos._exit(0)", "it ended the process that reads revisions (status 0)"),
        (
            "try:\n    __import__('socket').socket().connect(('127.0.0.1', 1))\nexcept OSError:\n    pass",
            "a connection",
        ),
        ("while True:\n    pass", "it was not done after 2 s"),
        ("text = '\\udc80'.encode('utf-8', 'surrogatepass').decode()", "UnicodeDecodeError"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_imported_costs_no_other(shop: Project, content: str, said: str) -> None:
    shop.revision("001", 'op.execute("SELECT 1")')
    shop.revision("002", header=content)
    shop.revision("003", 'op.execute("SELECT 3")')

    first, broken, last = read(shop, render_timeout=2.0)

    for rendered in (broken.upgrade, broken.downgrade):
        assert said in str(rendered.error)
    assert [statement.sql for one in (first, last) for statement in one.upgrade.statements] == ["SELECT 1", "SELECT 3"]


def test_what_alembic_offers_is_seen(shop: Project) -> None:
    for number, body in enumerate(HONEST.values(), start=1):
        shop.revision(f"{number:03d}", f"# operations.\n{body}", header="from alembic_rollout import operations")

    readings = read(shop)

    said = {name: one.upgrade.error for name, one in zip(HONEST, readings, strict=True) if one.upgrade.error}
    assert said == {}
    assert [name for name, one in zip(HONEST, readings, strict=True) if not one.upgrade.statements] == []


def test_files_that_a_revision_writes_stay_as_they_are(shop: Project, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("before")
    new = tmp_path / "new"
    for number, body in enumerate(
        (
            f"open({str(kept)!r}, 'w').close()",
            f"open({str(kept)!r}, 'a').write('more')",
            f"__import__('pathlib').Path({str(kept)!r}).write_text('more')",
            f"__import__('pathlib').Path({str(new)!r}).touch()",
            f"__import__('os').open({str(new)!r}, 65)",
            f"__import__('os').remove({str(kept)!r})",
            f"__import__('os').rename({str(kept)!r}, {str(new)!r})",
            f"__import__('os').truncate({str(kept)!r}, 0)",
        ),
        start=1,
    ):
        shop.revision(f"{number:03d}", body)

    readings = read(shop)

    assert (kept.read_text(), new.exists()) == ("before", False)
    assert [bool(one.upgrade.error) for one in readings] == [False] * 5 + [True] * 3


def test_one_child_answers_several_questions(shop: Project) -> None:
    shop.revision("001", 'op.execute("SELECT 1")')
    environment = load_environment(Config(shop.ini))

    with Reader(environment) as reader:
        assert len(reader.read_upgrade("head", ())) == 1
        assert reader.read(["001"], ["upgrade"])[0].upgrade.statements[0].sql == "SELECT 1"
