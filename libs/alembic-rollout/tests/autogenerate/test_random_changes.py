"""Whatever a developer makes of models, what is written is safe, complete and reversible; rows survive.

`make test` tries 30 pairs of models, the same ones each time; `make test-nightly` 1,000 new ones (RANDOM_PAIRS).
"""

import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import pytest
from databases import Database, Server
from hypothesis import HealthCheck, Phase, given, seed, settings
from sample_project import Project

from alembic_rollout.lint.rules import FILL_IN
from autogenerate.developer import HEADER, Developer
from autogenerate.random_models import ROWS, Models, Pair, fill_in, pairs
from autogenerate.traffic import traffic

VARIABLE = "RANDOM_PAIRS"
PAIRS = int(os.environ.get(VARIABLE, "30"))
BATCHES = 10
"""Parts that processes of the tests share."""
_ACCEPTED = 'accepted = {"changing-column-type": "small"}\n'
_NAMED = re.compile(r'operations\.\w+\(\s*"(\w+)",\s*(?:set_=)?"(\w+)')


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_change_is_written_applied_reverted_and_applied_again(server: Server, batch: int) -> None:
    is_nightly = VARIABLE in os.environ
    number = secrets.randbits(32) if is_nightly else batch
    # The search for the smallest pair that fails takes minutes: the nightly run does it.
    phases = tuple(Phase) if is_nightly else (Phase.generate,)

    @seed(number)
    @settings(
        max_examples=PAIRS // BATCHES,
        phases=phases,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(pair=pairs())
    def is_safe(pair: Pair) -> None:
        with server.database() as database, database.connect() as connection, TemporaryDirectory() as folder:
            _prove(Developer(Project(Path(folder, "shop"), database), connection), pair)

    is_safe()


def _prove(developer: Developer, pair: Pair) -> None:
    project = developer.project
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + 'backup = "never"\n')
    _begin(project, pair.former)
    before = developer.catalogue()
    developer.models(pair.wanted.text())
    written = developer.rename(*pair.renames)
    if not written:
        assert project.alembic("check").returncode == 0
        return
    _complete(developer, written, pair)
    with traffic(project.database, sorted(pair.former.tables)) as waited:
        project.upgrade()
    assert waited == []
    developer.agree()
    after = developer.catalogue()
    kept = pair.former.tables.keys() & pair.wanted.tables.keys()
    assert _rows(project.database, kept) == dict.fromkeys(kept, ROWS)
    with traffic(project.database, sorted(pair.wanted.tables)) as waited:
        done = project.alembic("downgrade", "001")
    assert done.returncode == 0, done.stderr
    assert waited == []
    assert developer.catalogue() == before
    assert _rows(project.database, kept) == dict.fromkeys(kept, ROWS)
    project.upgrade()
    assert developer.catalogue() == after


def _begin(project: Project, models: Models) -> None:
    """Bring a database to models, fill it, and write it down as revision 001."""
    namespace: dict[str, Any] = {}
    exec(dedent(HEADER) + models.text(), namespace)  # noqa: S102 - the tests' own models
    project.revision("001")
    with project.database.connect() as connection:
        namespace["metadata"].create_all(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('001')")
    with project.database.connect(project.database.superuser_url) as connection:
        # Rows may refer to rows of a table that is filled later.
        connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in models.rows():
            connection.exec_driver_sql(statement)


def _complete(developer: Developer, written: list[Path], pair: Pair) -> None:
    """Do what the summary leaves to the developer, and make sure that the linter has nothing else to say."""
    types = {
        (name, column.name): column.type_
        for models in (pair.former, pair.wanted)
        for name, columns in models.tables.items()
        for column in columns
    }
    for path in written:
        calls = re.split(r"(?=operations\.)", path.read_text())
        for number, text in enumerate(calls):
            if FILL_IN in text:
                table, column = _NAMED.findall(text)[0]
                calls[number] = text.replace(FILL_IN, fill_in(types[table, column]))
        path.write_text("".join(calls))
    if "Accept changing-column-type" in developer.said:
        for path in written:
            if "type_=" in (text := path.read_text()) and 'phase = "contract"\n' in text:
                path.write_text(text.replace('phase = "contract"\n', f'phase = "contract"\n{_ACCEPTED}'))
    if "no findings" not in developer.said:
        lint = developer.project.rollout("lint")
        assert lint.returncode == 0, lint.stdout


def _rows(database: Database, tables: Collection[str]) -> dict[str, object]:
    return {table: database.scalar(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608 - names of the tests
