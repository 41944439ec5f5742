"""Every command in every broken situation: one line with the remedy, the documented status, and no traceback."""

import json
import re
import subprocess

import pytest
from sample_project import Project

from alembic_rollout.commands.verbs import VERBS
from commands.broken_situations import SITUATIONS, Situation

ARGUMENTS = {
    "restore": ("no_such.dump", "--yes"),
    "drill": ("--file", "no_such.dump"),
    "baseline": ("head",),
    "upgrade": ("head",),
    "downgrade": ("-1",),
    "stamp": ("head",),
    "revision": ("-m", "next"),
    "wait": ("--timeout", "0s"),
    "review": ("--base", "HEAD"),
}
OF_ALEMBIC = ("upgrade", "downgrade", "stamp", "current", "check", "revision", "revision --autogenerate")
VERB_NAMES = tuple(verb.__name__ for verb in VERBS)
LOG_LINE = re.compile(r"\d\d:\d\d:\d\d ")
REMEDY = re.compile(
    r"`\w|_[A-Z]|alembic-rollout |alembic "
    r"|\b(Correct|Install|Write|Set|Name|Call|Put|Run|Grant|Add|Shorten|Save|Did you mean)\b"
)


def commit(project: Project) -> None:
    """Commit the project, which `review` compares with."""
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    for command in (["init", "--quiet"], ["add", "."], [*author, "commit", "--quiet", "-m", "as it was"]):
        subprocess.run(["git", "-C", str(project.folder), *command], check=True)


def run(project: Project, command: str, position: int, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    verb, *rest = command.split()
    arguments = (*rest, *ARGUMENTS.get(verb, ())) if rest != ["--autogenerate"] else ("--autogenerate", "-m", "next")
    return project.rollout(verb, *arguments, **{"ROLLOUT_LOG_FORMAT": ("text", "json")[position % 2]} | variables)


def line_of(done: subprocess.CompletedProcess[str], position: int) -> str | None:
    """Return the line that says why; None where there is not exactly one beside the log lines."""
    lines = done.stderr.splitlines()
    if position % 2 == 0:
        found = [line for line in lines if not LOG_LINE.match(line)]
        return found[0] if len(found) == 1 else None
    records = [json.loads(line) for line in lines if line.startswith("{")]
    if len(records) < len(lines) or not records or records[-1].get("status") != done.returncode:
        return None
    return str(records[-1]["message"])


def problem_of(done: subprocess.CompletedProcess[str], position: int, situation: Situation) -> str | None:
    """Return what is wrong with the end of a command that cannot succeed."""
    line = line_of(done, position)
    if done.returncode != situation.status:
        return f"ends with {done.returncode}"
    if line is None:
        return "does not say why in one line"
    if situation.said not in line:
        return f"says {line!r}"
    if not REMEDY.search(line):
        return f"names no remedy: {line!r}"
    return "says the password" if "pw" in line else None


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_command_that_fails_says_why_in_one_line(project: Project, name: str) -> None:
    situation = SITUATIONS[name]
    project.tables(2)
    project.upgrade("001")
    commit(project)
    variables = situation.breaks(project)
    problems = []

    for position, command in enumerate((*VERB_NAMES, *OF_ALEMBIC)):
        if situation.only is not None and command not in situation.only:
            continue
        done = run(project, command, position, variables)
        problem = "prints a traceback" if "Traceback" in done.stderr else None
        if problem is None and situation.meets(command):
            problem = problem_of(done, position, situation)
        if problem is not None:
            problems.append(f"{command} {problem}: {done.stderr[-300:]}")
        for made in project.versions.glob("*_next.py"):
            made.unlink()

    assert not problems, "\n".join(problems)
