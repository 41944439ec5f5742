"""`alembic-rollout review`: what a branch would do to the database, on one page, before it is merged."""

import logging
import os
from pathlib import Path

from alembic.config import Config

from alembic_rollout import logs
from alembic_rollout.errors import FindingsError
from alembic_rollout.output import console
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.project.environment import load_environment
from alembic_rollout.review.comments import CommentError, append_summary, discussion_of, write_comment
from alembic_rollout.review.markdown_report import report_of, report_of_failure
from alembic_rollout.review.problems import Problem, problems_of
from alembic_rollout.review.reviewing import review
from alembic_rollout.wording.phrases import plural

logger = logging.getLogger(__name__)


def review_command(config: Config, *, base: str, comment: bool) -> None:
    """Review the working tree against a git ref, print the report, and write it where reviewers look.

    Args:
        config: Alembic's configuration.
        base: the release that runs, or the branch to merge into.
        comment: write the report into the pull request of this pipeline and into the job's summary too.

    Raises:
        FindingsError: something has to change before the branch is merged.
        UsageError: git does not know the ref, or the tree cannot be used.
        RolloutError: there is no server to do it on.
    """
    name = Path(config.config_file_name or "alembic.ini").resolve().parent.name
    try:
        environment = load_environment(config)
        logs.configure(environment.settings.log_format)
        found = review(environment, base)
        problems = problems_of(found)
    except Exception as error:  # whatever it is, who opened the pull request has to see it
        _publish(name, report_of_failure(name, one_line(error)), comment=comment, is_worth_a_new_one=True)
        raise
    is_worth_a_new_one = bool(problems or found.files.added)
    _publish(name, report_of(found, problems), comment=comment, is_worth_a_new_one=is_worth_a_new_one)
    if problems:
        raise FindingsError(_conclusion(problems))


def _publish(name: str, report: str, *, comment: bool, is_worth_a_new_one: bool) -> None:
    console().out(report, highlight=False, end="")
    if not comment:
        return
    append_summary(os.environ, report)
    discussion = discussion_of(os.environ)
    if discussion is None:
        logger.info("No comment is written: this is no pipeline of a pull request, or it was given no token.")
        return
    try:
        write_comment(discussion, name, report, is_worth_a_new_one=is_worth_a_new_one)
    except CommentError as error:
        why = "; a pipeline of a fork has no right to" if error.has_no_right else ""
        logger.warning("The comment could not be written (%s)%s. The report is above.", error, why)


def _conclusion(problems: list[Problem]) -> str:
    more = f" {plural(len(problems) - 1, 'more problem')} above." if len(problems) > 1 else ""
    return f"{problems[0]}{more}"
