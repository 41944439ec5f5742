"""The composite action of GitHub and the component of GitLab, their steps run in a shell."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pipelines.job import DROP_NOTE, MODELS, Job, git

from stack.paths import ROOT

GENERATE = 'alembic revision --autogenerate -m "say what changes"'
each_forge = pytest.mark.parametrize("run", [Job.github, Job.gitlab], ids=["github", "gitlab"])
Run = Callable[[Job], subprocess.CompletedProcess[str]]


@each_forge
def test_an_unsafe_revision_fails_and_one_comment_says_why_and_is_kept_up_to_date(job: Job, run: Run) -> None:
    job.write("migrations/versions/002_drop_note.py", DROP_NOTE)
    job.write("models.py", MODELS.replace(', Column("note", Text)', ""))
    done = run(job)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "contract-in-expand" in job.forge.bodies[1]
    assert "breaks-previous-release" in job.forge.bodies[1]

    job.write(
        "migrations/versions/002_drop_note.py", DROP_NOTE.replace("revision =", 'phase = "contract"\nrevision =', 1)
    )
    done = run(job)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(job.forge.bodies) == [1]
    assert "1 revision, safe" in job.forge.bodies[1]


@each_forge
def test_a_model_that_changed_without_a_revision_fails_with_the_command_to_type(job: Job, run: Run) -> None:
    job.write("models.py", MODELS.replace('Column("note", Text)', 'Column("note", Text), Column("size", Integer)'))
    done = run(job)
    assert done.returncode == 1
    assert GENERATE in done.stderr
    assert shown_comment() in job.forge.bodies[1]


def shown_comment() -> str:
    """Return the comment that the documents show."""
    return (ROOT / "docs/pipelines.md").read_text().partition("````markdown\n")[2].partition("````")[0]


@each_forge
def test_a_base_branch_that_is_gone_is_one_line(job: Job, run: Run) -> None:
    git(job.checkout.parent / "upstream", "checkout", "--detach")
    git(job.checkout.parent / "upstream", "branch", "--delete", "main")
    done = run(job)
    assert done.returncode == 2
    assert "branch main cannot be fetched. Is it gone? Choose another one" in done.stdout + done.stderr
    assert job.forge.bodies == {}


def test_a_pipeline_without_a_database_says_so_in_the_comment(job: Job) -> None:
    job.variables["ROLLOUT_WAIT"] = "0s"
    done = job.github(**{"database-url": "postgresql+psycopg2://postgres@127.0.0.1:1/postgres"})
    assert done.returncode == 1
    assert ":x:" in job.forge.bodies[1]
    assert "127.0.0.1:1" in job.forge.bodies[1]
    assert "Traceback" not in done.stderr


def test_a_fork_without_rights_gets_the_report_in_the_summary_and_the_gate_works(job: Job) -> None:
    job.forge.refusal = (403, {"message": "Resource not accessible by integration"})
    job.write("migrations/versions/002_drop_note.py", DROP_NOTE)
    done = job.github()
    assert done.returncode == 1
    assert "contract-in-expand" in job.summary.read_text()
    assert "The comment could not be written (status 403); a pipeline of a fork has no right to." in done.stderr


@pytest.fixture
def fork(job: Job) -> Path:
    """The project that a contributor forked, from which the job's clone is; its `main` has stayed behind."""
    fork = job.upstream.with_name("fork")
    subprocess.run(["git", "clone", "--quiet", "--bare", job.upstream.as_uri(), str(fork)], check=True)
    git(job.checkout, "remote", "set-url", "origin", fork.as_uri())
    job.variables["CI_PROJECT_URL"] = fork.as_uri()
    revision = job.upstream / "services/orders/migrations/versions/002_add_size.py"
    revision.write_text(DROP_NOTE.replace("DROP COLUMN note", "ADD COLUMN size int"))
    git(job.upstream, "add", ".")
    git(job.upstream, "commit", "--message", "another release")
    return fork


@pytest.mark.usefixtures("fork")
def test_a_fork_on_gitlab_is_compared_with_the_branch_to_merge_into(job: Job) -> None:
    job.write(
        "migrations/versions/002_drop_note.py", DROP_NOTE.replace("revision =", 'phase = "contract"\nrevision =', 1)
    )
    job.write("models.py", MODELS.replace(', Column("note", Text)', ""))
    done = job.gitlab()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "002_add_size.py" in job.forge.bodies[1]


def test_a_fork_on_gitlab_needs_no_branch_of_that_name(job: Job, fork: Path) -> None:
    git(fork, "update-ref", "-d", "refs/heads/main")
    git(job.upstream, "reset", "--hard", "HEAD^")
    done = job.gitlab()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("fork")
def test_a_fork_on_gitlab_that_cannot_read_the_project_is_one_question_more(job: Job) -> None:
    job.variables["CI_MERGE_REQUEST_PROJECT_URL"] = "file:///nowhere"
    done = job.gitlab()
    assert done.returncode == 2
    assert "may a job of this fork not read file:///nowhere" in done.stderr


def test_an_event_without_a_base_is_one_line(job: Job) -> None:
    done = job.github(base="")
    assert (done.returncode, done.stdout) == (
        2,
        "::error::No base branch: run this for pull requests, or set the input base.\n",
    )
