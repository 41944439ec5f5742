"""A project that was never made for this library adopts it by following its README, and keeps everything it has.

Random hexadecimal ids, a version table in another schema, psycopg 3 as its driver, a branch with a merge, models in a
package, logging by fileConfig: what `alembic init` and some years leave behind.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from databases import Database
from forks import ForkServer

README = Path(__file__).parents[2] / "README.md"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
TIMEOUT_SECONDS = 120.0
INI = """
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
path_separator = os
sqlalchemy.url = {url}

[loggers]
keys = root,sqlalchemy,alembic
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[logger_sqlalchemy]
level = WARNING
handlers =
qualname = sqlalchemy.engine
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic
[formatter_generic]
format = %(levelname)s [%(name)s] %(message)s
"""
FILE_CONFIG = """
from logging.config import fileConfig
from alembic import context
fileConfig(context.config.config_file_name)
"""
ENV_PY = f"""{FILE_CONFIG}
from sqlalchemy import engine_from_config, pool
from shop.models import Base

config = context.config
section = config.get_section(config.config_ini_section, {{}})
connectable = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, version_table_schema="meta")
    with context.begin_transaction():
        context.run_migrations()
"""
MODELS = """
from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s"})

class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(50))
    city: Mapped[str | None] = mapped_column(String(50))
"""
CREATE = 'op.create_table("customers", sa.Column("id", sa.Integer(), primary_key=True))'
ADD = 'op.add_column("customers", sa.Column("{}", sa.String(50)))'
DROP = 'op.drop_column("customers", "{}")'
REVISIONS: dict[str, tuple[object, str, str]] = {
    "1975ea83b712": (None, CREATE, 'op.drop_table("customers")'),
    "27c6a30d7c24": ("1975ea83b712", ADD.format("name"), DROP.format("name")),
    "ae1027a6acf0": ("1975ea83b712", ADD.format("city"), DROP.format("city")),
    "53fffde5ad5a": (("27c6a30d7c24", "ae1027a6acf0"), "pass", "pass"),
}


class ForeignProject:
    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        versions = folder / "migrations/versions"
        versions.mkdir(parents=True)
        (folder / "shop").mkdir()
        (folder / "shop/__init__.py").write_text("")
        (folder / "shop/models.py").write_text(MODELS)
        url = database.url.replace("+psycopg2", "+psycopg")
        (folder / "alembic.ini").write_text(INI.format(url=url))
        (folder / "pyproject.toml").write_text('[project]\nname = "shop-backend"\nversion = "7"\n')
        (folder / "migrations/env.py").write_text(ENV_PY)
        (folder / "migrations/script.py.mako").write_text(
            '"""${message}"""\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n'
        )
        for revision, (down, upgrade, downgrade) in REVISIONS.items():
            (versions / f"{revision}_.py").write_text(
                f'"""Revision {revision}."""\nimport sqlalchemy as sa\nfrom alembic import op\n'
                f"revision = {revision!r}\n"
                f"down_revision = {down!r}\ndef upgrade():\n    {upgrade}\ndef downgrade():\n    {downgrade}\n"
            )

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the library's environment with next to no variables."""
        server = ForkServer.instance()
        [done] = server.run(program, arguments, folder=self.folder, environment=ENVIRONMENT, timeout=TIMEOUT_SECONDS)
        return done

    def run_fresh(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it in a new Python, as the project's owner would."""
        return subprocess.run(
            [str(Path(sys.executable).parent / program), *arguments],
            cwd=self.folder,
            env=ENVIRONMENT,
            check=False,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )

    def adopt(self) -> list[str]:
        """Write the files that the README shows, and return the commands that it types."""
        section = README.read_text().split("## Into a project of your own", 1)[1].split("\n## ", 1)[0]
        blocks = [
            re.sub(r"^   ", "", block, flags=re.MULTILINE)
            for block in re.findall(r"```\w+\n(.*?)```", section, re.DOTALL)
        ]
        commands = []
        for block in blocks:
            named = re.match(r"# (\S+\.(?:py|toml))\n", block)
            if named is None:
                commands += block.strip().splitlines()
            elif named[1].endswith(".toml"):
                with (self.folder / named[1]).open("a") as file:
                    file.write(block)
            else:
                (self.folder / named[1]).write_text(
                    block.replace("run(target_metadata)", 'run(target_metadata, version_table_schema="meta")')
                )
        return commands

    def current(self) -> set[object]:
        return {row[0] for row in self.database.rows("SELECT version_num FROM meta.alembic_version")}


@pytest.fixture
def foreign(tmp_path: Path, database: Database) -> ForeignProject:
    database.execute("CREATE SCHEMA meta")
    return ForeignProject(tmp_path / "foreign", database)


def test_the_readme_is_enough_for_a_project_in_the_middle_of_its_life(foreign: ForeignProject) -> None:
    assert foreign.run_fresh("alembic", "upgrade", "27c6a30d7c24").returncode == 0, "the project as it was, before"
    for command in foreign.adopt():
        done = foreign.run_fresh(*command.split())
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert foreign.current() == {"53fffde5ad5a"}
    rows = foreign.database.rows("SELECT revision, outcome FROM meta.alembic_rollout_history ORDER BY id")
    before, after = rows[:2], rows[2:]  # what plain Alembic had applied is recorded at the first upgrade
    assert sorted(before) == [("1975ea83b712", "applied"), ("27c6a30d7c24", "applied")]
    assert after == [("ae1027a6acf0", "applied"), ("53fffde5ad5a", "applied")]


def test_its_branches_open_and_close_as_under_plain_alembic(foreign: ForeignProject) -> None:
    foreign.adopt()
    (foreign.folder / "migrations/versions/53fffde5ad5a_.py").unlink()
    assert foreign.run("alembic", "upgrade", "head").returncode == 2, "two heads"
    assert foreign.run("alembic", "upgrade", "heads").returncode == 0
    assert foreign.current() == {"27c6a30d7c24", "ae1027a6acf0"}
    assert "nothing to do" in foreign.run("alembic", "upgrade", "heads").stderr
    merged = foreign.run("alembic", "merge", "-m", "both", "heads")
    assert merged.returncode == 0, merged.stderr
    [merge] = (foreign.folder / "migrations/versions").glob("*_both.py")
    merge.write_text(merge.read_text() + "def upgrade():\n    pass\ndef downgrade():\n    pass\n")
    assert foreign.run("alembic", "upgrade", "head").returncode == 0
    assert foreign.current() == {merge.name.split("_")[0]}
    assert foreign.run("alembic", "downgrade", "base").returncode == 0
    assert foreign.current() == set()


def test_its_constraints_keep_the_names_of_its_convention(foreign: ForeignProject) -> None:
    foreign.adopt()
    assert foreign.run("alembic", "upgrade", "head").returncode == 0
    assert foreign.database.rows(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'customers'::regclass AND contype = 'p'"
    ) == [("pk_customers",)]


def test_its_logging_is_kept_where_it_keeps_fileconfig(foreign: ForeignProject) -> None:
    foreign.adopt()
    env_py = foreign.folder / "migrations/env.py"
    env_py.write_text(env_py.read_text().replace("\nrun(", f"{FILE_CONFIG}\nrun("))
    done = foreign.run("alembic", "upgrade", "head")
    applied = r"^INFO \[alembic_rollout\.upgrade\.step_runner\] Applied 53fffde5ad5a "
    assert re.search(applied, done.stderr, re.MULTILINE), done.stderr
    assert "INFO [alembic.runtime.migration] " in done.stderr
    again = foreign.run("alembic", "upgrade", "head").stderr.splitlines()
    assert again == ["INFO [alembic_rollout.upgrade.command_sequence] At 53fffde5ad5a already: nothing to do."]


def test_its_new_revisions_keep_random_ids(foreign: ForeignProject) -> None:
    foreign.adopt()
    assert foreign.run("alembic", "revision", "-m", "more").returncode == 0
    [made] = (foreign.folder / "migrations/versions").glob("*_more.py")
    assert re.fullmatch(r"[0-9a-f]{12}_more\.py", made.name)


def test_every_verb_that_only_looks_works_with_its_driver_and_schema(foreign: ForeignProject) -> None:
    foreign.adopt()
    assert foreign.run("alembic", "upgrade", "head").returncode == 0
    status = json.loads(foreign.run("alembic-rollout", "status", "--json").stdout)
    assert (status["service"], status["current"], status["ready"]) == ("shop", "53fffde5ad5a", True)
    for verb in (
        ["history"],
        ["plan"],
        ["drift", "--ignore", "extension *"],
        ["repair"],
        ["contract"],
        ["wait"],
        ["lint", "--all"],
    ):
        done = foreign.run("alembic-rollout", *verb)
        assert done.returncode == 0, (verb, done.stdout, done.stderr)
    assert foreign.run("alembic", "check").returncode == 0


def test_a_failure_is_one_line_with_its_driver_too(foreign: ForeignProject) -> None:
    foreign.adopt()
    path = foreign.folder / "migrations/versions/27c6a30d7c24_.py"
    path.write_text(
        path.read_text().replace('op.add_column("customers"', 'op.execute("SELECT 1 / 0"); op.add_column("customers"')
    )
    done = foreign.run("alembic", "upgrade", "heads")
    assert done.returncode == 1
    last = json.loads(done.stderr.strip().splitlines()[-1])  # JSON lines, because standard error is no terminal
    assert last["message"] == "Upgrading to 27c6a30d7c24 failed: division by zero"
    assert (
        foreign.database.scalar("SELECT error FROM meta.alembic_rollout_history WHERE outcome = 'failed'")
        == "division by zero"
    )
