"""Starts that have nothing to do, and a first start, beside plain Alembic."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from databases import empty, new_database
from processes import Comparison, compare, upgrade
from projects import make_project


@contextmanager
def _pair(revisions: int) -> Iterator[tuple[Path, Path, str, str]]:
    with tempfile.TemporaryDirectory() as folder, new_database() as plain_url, new_database() as rollout_url:
        plain = make_project(Path(folder, "plain"), rollout=False, revisions=revisions, url=plain_url)
        rollout = make_project(Path(folder, "rollout"), rollout=True, revisions=revisions, url=rollout_url)
        yield plain, rollout, plain_url, rollout_url


def nothing_to_do(revisions: int, *, runs: int) -> Comparison:
    """Compare a start on a database that is at the head of a tree with so many revisions."""
    with _pair(revisions) as (plain, rollout, _, _):
        upgrade(plain)
        upgrade(rollout)
        return compare(plain, rollout, runs=runs)


def first_start(revisions: int, *, runs: int) -> Comparison:
    """Compare a start that applies so many revisions to an empty database."""
    with _pair(revisions) as (plain, rollout, plain_url, rollout_url):

        def clear() -> None:
            empty(plain_url)
            empty(rollout_url)

        return compare(plain, rollout, runs=runs, before=clear)
