"""The number of a new revision: of `alembic revision` and of `alembic merge`."""

import pytest
from alembic import command
from alembic.config import Config
from sample_project import Project


@pytest.fixture
def forked(project: Project) -> Project:
    """001, and 002 and 003 that both follow it."""
    project.tables(2)
    project.sql("003", "CREATE TABLE other ()", "DROP TABLE other", after="001")
    return project


def made(project: Project) -> str:
    """Return the name of the newest file."""
    return max(path.name for path in project.versions.glob("*.py"))


def test_a_merge_gets_the_next_number(forked: Project) -> None:
    done = forked.alembic("merge", "heads", "-m", "both")
    assert done.returncode == 0, done.stderr
    assert made(forked) == "004_both.py"
    assert "down_revision = ('002', '003')" in (forked.versions / "004_both.py").read_text()
    forked.upgrade()
    assert forked.alembic("current").stdout == "004 (head) (mergepoint)\n"


def test_an_id_that_was_typed_is_kept(forked: Project) -> None:
    forked.alembic("merge", "heads", "--rev-id", "0123456789ab", "-m", "both")
    assert "0123456789ab_both.py" in {path.name for path in forked.versions.glob("*.py")}


def test_a_program_gets_the_number_and_keeps_an_id_of_its_own(forked: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(forked.folder)
    config = Config(forked.ini)
    config.attributes["url"] = forked.database.url
    command.merge(config, "heads", message="both")
    assert made(forked) == "004_both.py"
    (forked.versions / "004_both.py").unlink()
    command.merge(config, "heads", message="both", rev_id="900")
    assert made(forked) == "900_both.py"


def test_ids_of_alembic_stay_where_numbering_is_not_sequential(forked: Project) -> None:
    forked.alembic("merge", "heads", "-m", "both", ROLLOUT_NUMBERING="alembic")
    [name] = [path.name for path in forked.versions.glob("*_both.py")]
    assert len(name.partition("_")[0]) == 12


def test_template_arguments_reach_a_merge(forked: Project) -> None:
    env = forked.folder / "migrations/env.py"
    env.write_text(
        env.read_text().replace("run(target_metadata)", 'run(target_metadata, template_args={"owner": "me"})')
    )
    mako = forked.folder / "migrations/script.py.mako"
    mako.write_text(mako.read_text() + "\nowner = ${repr(owner)}\n")
    for arguments in (("merge", "heads", "-m", "both"), ("revision", "-m", "more")):
        assert forked.alembic(*arguments).returncode == 0
        assert "owner = 'me'" in (forked.versions / made(forked)).read_text()


@pytest.mark.parametrize("message", ["タグを追加", "Größe ändern", "добавить теги", "标签 😀"])
def test_a_message_in_any_script_gives_a_file_that_works(project: Project, message: str) -> None:
    project.tables(1)
    assert project.alembic("revision", "-m", message).returncode == 0
    assert made(project).startswith("002_")
    project.upgrade()
    assert project.alembic("current").stdout == "002 (head)\n"
    assert message in project.alembic("history").stdout
    for verb in (("plan",), ("history",), ("lint", "--all"), ("status",), ("renumber",)):
        assert project.rollout(*verb).returncode == 0, verb
    project.sql("002", "CREATE TABLE other ()", "DROP TABLE other", slug="zz_other")
    assert project.rollout("renumber", "--yes").returncode == 0
    assert made(project).startswith("003_")
    project.upgrade()


def test_renumbering_keeps_line_ends_and_letters(project: Project) -> None:
    project.tables(1)
    project.sql("002", "SELECT 1", slug="a")
    path = project.sql("002", "SELECT 2", slug="b")
    text = path.read_text().replace('"""B."""', '"""タグ\n\nRevision ID: 002\nRevises: 001\n"""')
    path.write_bytes(text.encode().replace(b"\n", b"\r\n"))
    project.rollout("renumber", "--yes")
    expected = text.replace("002", "003").replace("001", "002")
    assert (project.versions / "003_b.py").read_bytes() == expected.encode().replace(b"\n", b"\r\n")
