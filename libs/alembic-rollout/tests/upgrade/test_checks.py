"""What an upgrade refuses before it touches anything, and the remedy that it names."""

from sample_project import Project


def test_two_files_of_one_number_are_both_named_with_the_command_that_mends_it(project: Project) -> None:
    project.tables(1)
    project.sql("002", "CREATE TABLE a (id int)", "DROP TABLE a", slug="add_a")
    project.sql("002", "CREATE TABLE b (id int)", "DROP TABLE b", slug="add_b")
    done = project.alembic("upgrade", "head")
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith("Two files are revision 002: 002_add_a.py and 002_add_b.py.")
    assert "alembic-rollout renumber" in done.stderr
    assert project.database.scalar("SELECT to_regclass('t001') IS NULL")
    for verb in (["lint", "--all"], ["plan"], ["drift"], ["status"]):
        refused = project.rollout(*verb)
        assert refused.returncode == 2, verb
        assert "Two files are revision 002" in refused.stderr


def test_several_heads_are_named_with_their_files(project: Project) -> None:
    project.tables(1)
    project.sql("002", "SELECT 1", slug="one_branch")
    project.sql("003", "SELECT 1", after="001", slug="another_branch")
    done = project.alembic("upgrade", "head")
    assert done.returncode == 2
    assert "The tree has 2 heads: 002_one_branch.py, 003_another_branch.py." in done.stderr
    assert project.alembic("upgrade", "heads").returncode == 0


def test_a_file_that_changed_after_it_was_applied_stops_the_next_upgrade_until_a_person_accepts_it(
    project: Project,
) -> None:
    project.tables(2)
    project.upgrade("001")
    path = project.versions / "001_create_t001.py"
    path.write_text(path.read_text() + "# a word more\n")
    done = project.alembic("upgrade", "head")
    assert done.returncode == 1
    assert "Not what was applied: 001_create_t001.py." in done.stderr
    assert "alembic-rollout repair --yes" in done.stderr
    assert project.database.scalar("SELECT to_regclass('t002') IS NULL")

    planned = project.rollout("plan")
    assert planned.returncode == 1
    assert "Not what was applied: 001_create_t001.py." in planned.stderr
    assert "001_create_t001.py" in project.rollout("repair").stdout
    assert project.alembic("upgrade", "head").returncode == 1, "repair without --yes changes nothing"
    assert project.rollout("repair", "--yes").returncode == 0
    project.upgrade()


def test_a_file_of_a_revision_that_was_taken_back_may_change(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    assert project.alembic("downgrade", "001").returncode == 0
    path = project.versions / "002_create_t002.py"
    path.write_text(path.read_text() + "# a word more\n")
    project.upgrade()


def test_a_start_at_the_head_imports_no_revision(project: Project) -> None:
    project.revision("001", header="import os\nif 'IMPORT_FAILS' in os.environ:\n    raise RuntimeError('imported')")
    project.upgrade()
    done = project.alembic("upgrade", "head", IMPORT_FAILS="1")
    assert done.returncode == 0
    assert "At 001 already: nothing to do." in done.stderr


def test_an_unsafe_pending_revision_is_refused_until_it_is_accepted_in_its_file(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    upgrade = 'op.create_index("ix_t001", "t001", ["id"])'
    project.revision("002", upgrade, 'op.drop_index("ix_t001")')
    done = project.alembic("upgrade", "head")
    assert done.returncode == 4
    assert "002_step.py" in done.stderr
    assert "require-concurrent-index-creation" in done.stderr
    assert project.database.scalar("SELECT version_num FROM alembic_version") == "001"

    assert project.alembic("upgrade", "head", ROLLOUT_LINT="warn").returncode == 0
    assert project.alembic("downgrade", "-1").returncode == 0
    accepted = 'accepted = {"require-concurrent-index-creation": "the table has three rows"}'
    project.revision("002", upgrade, 'op.drop_index("ix_t001")', header=accepted)
    project.upgrade()


def test_nothing_is_judged_on_a_database_that_nobody_uses_yet(project: Project) -> None:
    project.tables(1)
    project.revision("002", 'op.create_index("ix_t001", "t001", ["id"])', 'op.drop_index("ix_t001")')
    project.upgrade()
