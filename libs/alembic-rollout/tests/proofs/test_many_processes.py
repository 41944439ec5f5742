"""Twenty processes that start together: nobody fails, each revision is applied once, whatever the revision does."""

from subprocess import CompletedProcess
from textwrap import dedent

from databases import Database
from sample_project import Project

PROCESSES = 20
ROUNDS = 8
INDEXES = 8
# Written by each revision: a revision that ran twice shows up twice.
_RUN = "INSERT INTO runs (revision) VALUES ('{number}')"


def write_revision(project: Project, number: int) -> None:
    """A table of the revision's own, and a row that says that the revision ran."""
    made = f"t{number:03d}"
    first = 'op.create_table("runs", sa.Column("revision", sa.Text()))' if number == 1 else ""
    project.revision(
        f"{number:03d}",
        dedent(f"""
            {first}
            op.create_table("{made}", sa.Column("id", sa.BigInteger(), primary_key=True))
            op.execute("{_RUN.format(number=f"{number:03d}")}")
        """),
        f'op.drop_table("{made}")',
    )


def write_concurrent_index(project: Project, number: int) -> None:
    project.revision(
        f"{number:03d}",
        dedent(f"""
            op.execute("{_RUN.format(number=f"{number:03d}")}")
            with op.get_context().autocommit_block():
                op.create_index("ix_items_{number}", "items", ["name"], postgresql_concurrently=True)
        """),
    )


def empty(database: Database) -> None:
    database.execute("DROP SCHEMA public CASCADE")
    database.execute("CREATE SCHEMA public")


def failures(ended: list[CompletedProcess[str]]) -> list[CompletedProcess[str]]:
    return [one for one in ended if one.returncode != 0]


def assert_applied_once(database: Database, *numbers: int) -> None:
    """Each revision ran once and has one row in the history, an applied one."""
    revisions = [f"{number:03d}" for number in numbers]
    assert database.rows("SELECT revision FROM runs ORDER BY revision") == [(revision,) for revision in revisions]
    assert database.rows("SELECT revision, outcome, attempts FROM alembic_rollout_history ORDER BY id") == [
        (revision, "applied", 1) for revision in revisions
    ]
    assert database.rows("SELECT version_num FROM alembic_version") == [(revisions[-1],)]


def test_twenty_processes_on_an_empty_database_apply_each_revision_once(project: Project, database: Database) -> None:
    for number in (1, 2, 3):
        write_revision(project, number)
    for _ in range(ROUNDS):
        empty(database)
        ended = project.at_once("upgrade", "head", count=PROCESSES)
        assert not failures(ended)
        assert_applied_once(database, 1, 2, 3)


def test_twenty_processes_with_one_pending_revision_apply_it_once(project: Project, database: Database) -> None:
    write_revision(project, 1)
    project.upgrade()
    for number in range(2, ROUNDS + 2):
        write_revision(project, number)
        ended = project.at_once("upgrade", "head", count=PROCESSES)
        assert not failures(ended)
        assert_applied_once(database, *range(1, number + 1))


def test_twenty_processes_do_not_deadlock_with_an_index_that_one_of_them_builds_concurrently(
    project: Project, database: Database
) -> None:
    write_revision(project, 1)
    project.upgrade()
    database.execute("CREATE TABLE items AS SELECT id, md5(id::text) AS name FROM generate_series(1, 20000) AS id")
    for number in range(2, INDEXES + 2):
        write_concurrent_index(project, number)
        ended = project.at_once("upgrade", "head", count=PROCESSES)
        assert not failures(ended)
        assert_applied_once(database, *range(1, number + 1))
    valid = "SELECT count(*) FROM pg_index WHERE indrelid = 'items'::regclass AND indisvalid"
    assert database.scalar(valid) == INDEXES


def test_twenty_fresh_processes_are_as_safe_as_forked_ones(project: Project, database: Database) -> None:
    for number in (1, 2, 3):
        write_revision(project, number)
    processes = [project.start_fresh("upgrade", "head") for _ in range(PROCESSES)]
    said = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, said
    assert_applied_once(database, 1, 2, 3)
