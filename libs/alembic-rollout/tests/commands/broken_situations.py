"""Situations in which a command cannot do what it was asked for, each with the status that the documentation names."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sample_project import Project
from sqlalchemy import make_url

Break = Callable[[Project], dict[str, str]]
FAILED, USAGE = 1, 2

READ_FILES_ONLY = frozenset({"lint", "renumber", "revision"})
READ_NO_REVISION = frozenset({"history", "backup", "drill", "restore"})
IMPORT_NO_REVISION = READ_NO_REVISION | {"status", "wait", "renumber", "repair"}
ALEMBICS_OWN = frozenset({"upgrade", "downgrade", "stamp", "current", "check", "revision", "revision --autogenerate"})
MAY_PASS = frozenset({"current", "check"})  # Alembic's own commands go as far as they can
ONLY_WARN = READ_NO_REVISION | MAY_PASS | {"renumber"}
USE_MODELS = frozenset({"drift", "check", "revision --autogenerate"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What is broken.

    Attributes:
        breaks: breaks it in a project; returns the variables that commands get.
        status: of every command that meets it.
        said: a piece of the line.
        spares: commands that do not meet it.
        only: the commands that meet it; all but `spares` by default.
    """

    breaks: Break
    status: int
    said: str
    spares: frozenset[str] = field(default_factory=frozenset)
    only: frozenset[str] | None = None

    def meets(self, command: str) -> bool:
        return command not in self.spares and (self.only is None or command in self.only)


def url(**parts: Any) -> Break:  # noqa: ANN401 - those of `URL.set`
    def broken(project: Project) -> dict[str, str]:
        changed = make_url(project.database.url).set(**parts)
        return {"MIGRATION_DATABASE_URL": changed.render_as_string(hide_password=False), "ROLLOUT_WAIT": "0s"}

    return broken


def file(path: str, content: str | bytes | None) -> Break:
    """Give a file another content; None puts a folder in its place, which cannot be read as a file."""

    def broken(project: Project) -> dict[str, str]:
        target = project.folder / path
        if target.exists():
            target.unlink()
        if content is None:
            target.mkdir()
        elif isinstance(content, bytes):
            target.write_bytes(content)
        else:
            target.write_text(content)
        return {}

    return broken


def revision(content: str | bytes | None) -> Break:
    return file("migrations/versions/003_broken.py", content)


def variables(**given: str) -> Break:
    return lambda _: given


def second_head(project: Project) -> dict[str, str]:
    project.sql("003", "SELECT 1", after="001", slug="branch")
    return {}


def read_only(project: Project) -> dict[str, str]:
    project.database.execute(f"ALTER ROLE {project.database.owner} SET default_transaction_read_only = on")
    return {}


def no_rights(project: Project) -> dict[str, str]:
    return {"MIGRATION_DATABASE_URL": project.database.app_url}


BROKEN_IMPORT = 'revision = "0" + "03"\ndown_revision = "002"\nfrom alembic import op\n'
SITUATIONS = {
    "no server": Situation(url(port=1), FAILED, "ROLLOUT_WAIT", READ_FILES_ONLY),
    "a wrong password": Situation(url(password="wr0ng-pw"), FAILED, "MIGRATION_DATABASE_URL", READ_FILES_ONLY),
    "no such database": Situation(
        url(database="no_such"), FAILED, 'database "no_such" does not exist', READ_FILES_ONLY
    ),
    "another kind of database": Situation(
        variables(MIGRATION_DATABASE_URL="mysql://a:b@127.0.0.1/c"), USAGE, "PostgreSQL", READ_FILES_ONLY
    ),
    "no URL": Situation(variables(MIGRATION_DATABASE_URL=""), USAGE, "MIGRATION_DATABASE_URL", READ_FILES_ONLY),
    "an unknown setting": Situation(variables(ROLLOUT_LOCK_TIMEOUTS="2s"), USAGE, "ROLLOUT_LOCK_TIMEOUTS: there is no"),
    "a setting without sense": Situation(variables(ROLLOUT_BACKUP_KEEP="many"), USAGE, "ROLLOUT_BACKUP_KEEP"),
    "a pyproject.toml that is none": Situation(file("pyproject.toml", "[tool"), USAGE, "pyproject.toml"),
    "an alembic.ini that is none": Situation(file("alembic.ini", "script_location = x\n"), USAGE, "alembic.ini"),
    "a single % in alembic.ini": Situation(
        lambda project: {
            **file("alembic.ini", project.ini.read_text() + "sqlalchemy.url = postgresql://me:s3cr%t-pw@127.0.0.1/x\n")(
                project
            ),
            "MIGRATION_DATABASE_URL": "",
        },
        USAGE,
        "sqlalchemy.url in [alembic] has a % that cannot be read. Write %% for each %.",
        READ_FILES_ONLY,
    ),
    "a syntax error in env.py": Situation(file("migrations/env.py", "def (:\n"), USAGE, "migrations/env.py:1: "),
    "a module that env.py lacks": Situation(
        file("migrations/env.py", "import no_such_module\n"), USAGE, "No module named 'no_such_module'. Install it"
    ),
    "an env.py without run": Situation(
        file("migrations/env.py", "x = 1\n"), USAGE, "does not call alembic_rollout.run", ALEMBICS_OWN
    ),
    "an env.py in another encoding": Situation(file("migrations/env.py", b'x = "\xff"\n'), USAGE, "migrations/env.py"),
    "an env.py that cannot be read": Situation(file("migrations/env.py", None), USAGE, "migrations/env.py"),
    "a syntax error in the models": Situation(file("models.py", "def (:\n"), USAGE, "models.py:1: ", only=USE_MODELS),
    "a module that the models lack": Situation(
        file("models.py", "import no_such_module\n"), USAGE, "No module named 'no_such_module'", only=USE_MODELS
    ),
    "a syntax error in a revision": Situation(
        revision('revision = "0" + "03"\ndef (:\n'), USAGE, "003_broken.py:2: ", READ_NO_REVISION
    ),
    "a module that a revision lacks": Situation(
        revision(f"{BROKEN_IMPORT}import no_such_module\n"), USAGE, "No module named 'no_such_module'", READ_NO_REVISION
    ),
    "a revision in another encoding": Situation(
        revision(b'revision = "003"\ndown_revision = "002"\nx = "\xff"\n'),
        USAGE,
        "003_broken.py",
        IMPORT_NO_REVISION | {"lint", "drift", "statistics", "review"},
    ),
    "a revision that cannot be read": Situation(revision(None), USAGE, "003_broken.py", READ_NO_REVISION | MAY_PASS),
    "a question at import": Situation(
        revision(f"{BROKEN_IMPORT}op.get_bind()\n"), USAGE, "003_broken.py:4: NameError", READ_NO_REVISION | MAY_PASS
    ),
    "an unknown down_revision": Situation(
        revision('revision = "003"\ndown_revision = "00x"\n'), USAGE, "'00x'", ONLY_WARN
    ),
    "a revision that follows itself": Situation(
        revision('revision = "003"\ndown_revision = "003"\n'), USAGE, "003", ONLY_WARN
    ),
    "two files of one number": Situation(
        revision('revision = "002"\ndown_revision = "001"\n'),
        USAGE,
        "Two files are revision 002: 002_create_t002.py and 003_broken.py",
        ONLY_WARN,
    ),
    "two heads": Situation(
        second_head, USAGE, "2 heads", only=frozenset({"plan", "upgrade", "contract", "rehearse", "review"})
    ),
    "an id of 40 characters": Situation(
        revision(f'revision = "{"x" * 40}"\ndown_revision = "002"\n'),
        USAGE,
        "has 40 characters, and version_num of the version table holds 32",
        only=frozenset({"plan", "upgrade", "downgrade", "stamp", "contract"}),
    ),
    "a database for reading": Situation(
        read_only, FAILED, "default_transaction_read_only", only=frozenset({"upgrade", "downgrade", "stamp"})
    ),
    "a role without rights": Situation(no_rights, FAILED, "", only=frozenset({"upgrade", "downgrade", "stamp"})),
}
