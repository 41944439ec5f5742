"""What env.py may give to `run`: every way of writing `target_metadata`, and options that cannot be honoured."""

import re
from pathlib import Path

import pytest
from sample_project import Project
from sqlalchemy import MetaData

from adoption.twins import SETTINGS
from alembic_rollout import UsageError
from alembic_rollout.project.metadata import load_metadata

ONE, OTHER = MetaData(), MetaData()
REMEDY = "Correct the name or the module, or install what its import lacks."
MODELS = "from sqlalchemy import MetaData\nmetadata = MetaData()\nprint('MODELS IMPORTED')\n"


class Base:
    metadata = ONE


WAYS: dict[str, tuple[object, object]] = {
    "none": (None, None),
    "one": (ONE, ONE),
    "a function": (lambda: ONE, ONE),
    "an empty list": ([], []),
    "a list of one": ([ONE], [ONE]),
    "a tuple": ((ONE, OTHER), [ONE, OTHER]),
    "values of a dict": ({"a": ONE, "b": OTHER}.values(), [ONE, OTHER]),
    "an iterator": (iter((ONE, OTHER)), [ONE, OTHER]),
    "a function that returns a list": (lambda: [ONE, OTHER], [ONE, OTHER]),
    "a list with a function": ([lambda: ONE, OTHER], [ONE, OTHER]),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_it(way: str) -> None:
    given, expected = WAYS[way]
    assert load_metadata(given) == expected


def test_a_string_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"models_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text("from sqlalchemy import MetaData\nclass Base: metadata = MetaData()\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = load_metadata(f"{name}:Base.metadata")
    assert isinstance(found, MetaData)
    assert load_metadata([f"{name}:Base.metadata", OTHER]) == [found, OTHER]


def test_models_that_cannot_be_imported_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_models.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    reason = f"env.py names 'broken_models:x': ZeroDivisionError: division by zero. {REMEDY}"
    with pytest.raises(UsageError, match=f"^{re.escape(reason)}$"):
        load_metadata("broken_models:x")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (Base, "env.py gives Base, which is not a MetaData: pass Base.metadata."),
        ([ONE, Base], "env.py gives Base, which is not a MetaData: pass Base.metadata."),
        (3, "env.py gives 3, which is not a MetaData but int."),
        ([ONE, None], "env.py gives None, which is not a MetaData but NoneType."),
        (
            "no_such_module:metadata",
            f"env.py names 'no_such_module:metadata': No module named 'no_such_module'. {REMEDY}",
        ),
        (
            "sqlalchemy:nothing",
            f"env.py names 'sqlalchemy:nothing': module 'sqlalchemy' has no attribute 'nothing'. {REMEDY}",
        ),
    ],
    ids=("a class", "a class in a list", "a number", "None in a list", "no module", "no attribute"),
)
def test_what_is_no_metadata_is_named_with_the_remedy(given: object, reason: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(reason)}$"):
        load_metadata(given)


def call_with(project: Project, options: str, target: str = "target_metadata") -> None:
    env = project.folder / "migrations/env.py"
    env.write_text(env.read_text().replace("run(target_metadata)", f"run({target}, {options})"))


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("transaction_per_migration=False", "every revision has its own transaction here"),
        ("connection=object()", "run() connects itself"),
        ('url="postgresql://x/y"', "set sqlalchemy.url in alembic.ini"),
        ("as_sql=True", "alembic upgrade --sql"),
        ("fn=print", "Alembic's command gives the steps to run"),
        ("dialect=object()", "the dialect is that of the database URL"),
    ],
)
@pytest.mark.parametrize("command", [("upgrade", "head"), ("current",), ("upgrade", "head", "--sql")], ids=str)
def test_an_option_that_cannot_be_honoured_is_one_line(
    project: Project, option: str, reason: str, command: tuple[str, ...]
) -> None:
    project.tables(1)
    call_with(project, option)
    done = project.alembic(*command)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(f"env.py gives {option.partition('=')[0]}=")
    assert reason in line
    assert done.stdout == ""


def test_models_that_are_named_are_not_imported_where_nothing_is_to_be_done(project: Project) -> None:
    (project.folder / "models.py").write_text(MODELS)
    project.tables(2)
    assert "MODELS IMPORTED" in project.alembic("upgrade", "head").stdout
    for looking in (("upgrade", "head"), ("current",), ("history", "-i")):
        done = project.alembic(*looking)
        assert done.returncode == 0
        assert "MODELS IMPORTED" not in done.stdout, looking
    for command in (("downgrade", "-1"), ("upgrade", "head", "--sql"), ("check",)):
        assert "MODELS IMPORTED" in project.alembic(*command, **SETTINGS).stdout, command


def test_several_metadata_are_compared_together(project: Project) -> None:
    (project.folder / "models.py").write_text(
        "from sqlalchemy import Column, Integer, MetaData, Table\na, b = MetaData(), MetaData()\n"
        "for number, metadata in enumerate((a, b), 1):\n"
        "    Table(f't00{number}', metadata, Column('id', __import__('sqlalchemy').BigInteger, primary_key=True))\n"
    )
    env = project.folder / "migrations/env.py"
    env.write_text(
        "import models\nfrom alembic_rollout import run\ntarget_metadata = [models.a, models.b]\nrun(target_metadata)\n"
    )
    project.tables(2)
    project.upgrade()
    assert project.alembic("check").returncode == 0
    drift = ("drift", "--ignore", "extension *")
    assert project.rollout(*drift).returncode == 0
    project.database.execute("DROP TABLE t002")
    dropped = "table t002 was dropped since the last migration; it is in the models and not in the database"
    assert project.rollout(*drift).stdout == f"{dropped}\n"


def test_without_models_there_is_nothing_to_compare(project: Project) -> None:
    call_with(project, "", "None")
    project.tables(1)
    project.upgrade()
    drift = project.rollout("drift")
    assert drift.returncode == 2
    assert "gives no models to compare with: pass a MetaData to run(), not None." in drift.stderr


def test_a_convention_counts_where_revisions_are_rendered_or_tried(project: Project) -> None:
    (project.folder / "models.py").write_text(
        "from sqlalchemy import MetaData\nmetadata = MetaData(naming_convention={'uq': 'unique_%(table_name)s'})\n"
    )
    project.tables(1)
    unnamed = 'op.create_unique_constraint(None, "t001", ["id"])'
    project.revision("002", unnamed, 'op.drop_constraint("unique_t001", "t001")')
    assert "ADD CONSTRAINT unique_t001 UNIQUE (id)" in project.alembic("upgrade", "001:002", "--sql").stdout
    assert "DROP CONSTRAINT unique_t001" in project.alembic("downgrade", "002:001", "--sql").stdout
    rehearsed = project.rollout("rehearse", ROLLOUT_ADMIN_URL=project.database.superuser_url)
    assert rehearsed.returncode == 0, rehearsed.stdout + rehearsed.stderr
    project.upgrade("001")
    assert "ADD CONSTRAINT unique_t001 UNIQUE (id)" in project.rollout("plan", **SETTINGS).stdout
