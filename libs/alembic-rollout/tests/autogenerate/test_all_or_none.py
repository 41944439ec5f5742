"""All files of a chain are written, or none; every failure is one line."""

import json
import re

import pytest

from autogenerate.developer import Developer

BEFORE = 'Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", Text))'
AFTER = (
    'Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", Text, index=True), Column("b", Text))'
)


@pytest.fixture
def changed(developer: Developer) -> Developer:
    """A developer whose change is a chain of two revisions."""
    developer.begin(BEFORE)
    developer.models(AFTER)
    return developer


def files(developer: Developer) -> list[str]:
    return sorted(path.name for path in developer.project.versions.glob("*.py"))


def test_no_file_is_left_when_the_template_fails_at_the_second(changed: Developer) -> None:
    template = changed.project.folder / "migrations/script.py.mako"
    template.write_text(template.read_text() + "${1 / (3 - int(up_revision))}\n")
    done = changed.type()
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1, done.stderr
    assert files(changed) == ["001_begin.py"]


def test_of_two_who_generate_at_once_one_writes_a_whole_chain_and_the_other_none(changed: Developer) -> None:
    ended = changed.project.at_once("revision", "--autogenerate", "-m", "change", count=2)
    assert {done.returncode for done in ended} <= {0, 1, 2}
    assert files(changed) == ["001_begin.py", "002_change.py", "003_change_indexes.py"]
    changed.project.upgrade()
    changed.agree()


def test_two_branches_that_generated_the_same_numbers_are_renumbered(changed: Developer) -> None:
    ours = changed.generate("ours")
    texts = {path.name: path.read_text() for path in ours}
    for path in ours:
        path.unlink()
    changed.models(AFTER.replace('"b"', '"c"'))
    changed.generate("theirs")
    for name, text in texts.items():
        (changed.project.versions / name).write_text(text)
    done = changed.type(message="more")
    assert done.returncode == 2
    assert "Two files are revision 002" in done.stderr
    assert "alembic-rollout renumber" in done.stderr


@pytest.mark.parametrize("models", ["import nothing_of_that_name", "Table("])
def test_models_that_cannot_be_imported_are_one_line(changed: Developer, models: str) -> None:
    changed.models(models)
    done = changed.type()
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert files(changed) == ["001_begin.py"]


def test_an_unreachable_database_is_one_line(changed: Developer) -> None:
    url = changed.project.database.url
    gone = re.sub(r":\d+/", ":1/", url)
    done = changed.project.alembic(
        "revision", "--autogenerate", "-m", "x", MIGRATION_DATABASE_URL=gone, ROLLOUT_WAIT="1s"
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert files(changed) == ["001_begin.py"]


def test_statistics_that_cannot_be_read_are_one_line(changed: Developer) -> None:
    pyproject = changed.project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + 'lint_statistics = "sizes.json"\n')
    done = changed.type()
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert "lint_statistics: sizes.json cannot be read" in done.stderr
    assert files(changed) == ["001_begin.py"]


def test_the_sizes_of_production_decide_what_takes_long(changed: Developer) -> None:
    changed.models(AFTER.replace('Column("b", Text)', 'CheckConstraint("id > 0", name="positive")'))
    for path in changed.generate():
        path.unlink()
    assert "takes-long" not in changed.said
    pyproject = changed.project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + 'lint_statistics = "sizes.json"\n')
    sizes = {"t": {"rows": 300_000_000, "bytes": 40_000_000_000}}
    document = {"format": 1, "service": "shop", "revisions": {}, "tables": sizes}
    (changed.project.folder / "sizes.json").write_text(json.dumps(document))
    changed.generate()
    assert "takes-long" in changed.said
