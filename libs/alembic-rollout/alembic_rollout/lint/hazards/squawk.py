"""Runs squawk, a linter for PostgreSQL's SQL, on what revisions would run: one process for all of them."""

import json
import shutil
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic_rollout.errors import RolloutError
from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.rules import RULES
from alembic_rollout.project.rendering import Statement
from alembic_rollout.sql.scanner import without_comments

_TIMEOUT_SECONDS = 60
_FOUND_NOTHING_OR_SOMETHING = (0, 1)
_SYNTAX_ERROR = "syntax-error"
_OF_SQUAWK_ALONE = ("identifier-too-long", "ban-drop-database")


def check_with_squawk(revisions: Sequence[Revision]) -> Iterator[Finding]:
    """Yield what squawk finds in the upgrades of revisions.

    Raises:
        RolloutError: it is not installed, or does not work.
    """
    sources = [_Source.of(revision, revision.upgrade.statements) for revision in revisions]
    sources = [source for source in sources if source.statements]
    while sources:
        unreadable: list[_Source] = []
        for source, places in zip(sources, _run(sources), strict=True):
            broken = {place.statement for place in places if place.rule == _SYNTAX_ERROR}
            if broken:
                # Squawk says nothing else about a file that it cannot read: leave out what it stumbles over.
                left = [statement for statement in source.statements if statement not in broken]
                yield from _unreadable(source.revision, [each for each in source.statements if each in broken])
                unreadable.append(_Source.of(source.revision, left))
            else:
                yield from _findings(source.revision, places)
        sources = [source for source in unreadable if source.statements]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where squawk has found something."""

    rule: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class _Source:
    """The SQL of a revision as squawk reads it.

    Attributes:
        revision: whose.
        statements: of its upgrade, as far as squawk can read them.
        starts: the line that each of them begins at, from 0.
        text: all of them, within the transactions that they run in.
    """

    revision: Revision
    statements: tuple[Statement, ...]
    starts: tuple[int, ...]
    text: str

    @classmethod
    def of(cls, revision: Revision, statements: Sequence[Statement]) -> "_Source":
        lines = ["BEGIN;"] if statements and statements[0].in_transaction else []
        starts = []
        before = statements[0].in_transaction if statements else True
        for statement in statements:
            if statement.in_transaction is not before:
                lines.append("BEGIN;" if statement.in_transaction else "COMMIT;")
                before = statement.in_transaction
            starts.append(len(lines))
            # Without comments: one of squawk's own could silence it.
            lines += f"{without_comments(statement.sql)};".split("\n")
        if before:
            lines.append("COMMIT;")
        return cls(revision, tuple(statements), tuple(starts), "\n".join(lines) + "\n")

    def statement_at(self, line: int) -> Statement:
        return self.statements[max(bisect_right(self.starts, line) - 1, 0)]


def _run(sources: Sequence[_Source]) -> list[list[_Place]]:
    """Run squawk once; return what it says of each source."""
    with TemporaryDirectory(prefix="alembic-rollout-lint-") as name:
        folder = Path(name)
        # Its own file of settings, so that one of the project's does not decide what is found.
        (folder / "squawk.toml").touch()
        files = [f"{number:05d}.sql" for number in range(len(sources))]
        for file, source in zip(files, sources, strict=True):
            # Half a character cannot be written; in place of it stands another one, so that places stay right.
            (folder / file).write_text(source.text, encoding="utf-8", errors="replace")
        reports = _reports(folder, files)
    found: list[list[_Place]] = [[] for _ in sources]
    for report in reports:
        number = int(Path(report["file"]).stem)
        statement = sources[number].statement_at(report["line"])
        found[number].append(_Place(report["rule_name"], statement))
    return found


def _reports(folder: Path, files: Sequence[str]) -> list[dict[str, Any]]:
    command = [str(find_squawk()), "--config", "squawk.toml", "--reporter", "json", *files]
    try:
        done = subprocess.run(  # noqa: S603 - a program that our own dependency installs
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
        if done.returncode not in _FOUND_NOTHING_OR_SOMETHING:
            raise RolloutError(f"squawk failed ({done.returncode}): {' '.join(done.stderr.split())}")
        reports: list[dict[str, Any]] = json.loads(done.stdout or "[]")
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise RolloutError(f"squawk does not work: {error}") from error
    return reports


def find_squawk() -> Path:
    """Return the program: beside the Python that runs, or on the PATH.

    Raises:
        RolloutError: it is in neither place.
    """
    found = shutil.which("squawk", path=str(Path(sys.executable).parent)) or shutil.which("squawk")
    if found is None:
        raise RolloutError(
            "The linter needs squawk, which is neither beside this Python nor on the PATH: pip install squawk-cli"
        )
    return Path(found)


def _unreadable(revision: Revision, statements: Sequence[Statement]) -> Iterator[Finding]:
    for statement in statements:
        judged = "only by the rules of alembic-rollout" if revision.steps_of(statement) else "by no rule"
        message = f"squawk cannot read this statement, which was judged {judged}."
        yield revision.finding("unreadable-statement", message, statement=statement)


def _findings(revision: Revision, places: Sequence[_Place]) -> Iterator[Finding]:
    for place in places:
        rule = RULES.get(place.rule)
        if rule is None or rule.origin != "squawk" or place.statement.helper:
            continue
        if place.rule not in _OF_SQUAWK_ALONE and revision.steps_of(place.statement):
            continue  # our own reading knows what is new, and what the database is like
        yield revision.finding(place.rule, f"{rule.meaning} {rule.harm}", statement=place.statement)
