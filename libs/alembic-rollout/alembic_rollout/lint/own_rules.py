"""Rules of a project's own: a Python file that the setting `lint_rules` names, or an entry point of a package.

from alembic_rollout.lint.own_rules import OwnRule, Problem

def no_json(statements, revision):
    for statement in statements:
        if any("json" in action.tokens for action in statement.actions):
            yield Problem("json is not comparable.", statement)

RULES = [OwnRule("no-json", "A column of type json.", "It has no equality.", "Use jsonb.", no_json)]
"""

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from alembic_rollout.errors import UsageError
from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.rules import LEFT_OUT, RULES
from alembic_rollout.project.rendering import Statement
from alembic_rollout.settings import Settings
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in

ENTRY_POINTS = "alembic_rollout.lint_rules"
"""The group of entry points: each names an `OwnRule`, or a list of them."""


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """A statement of `upgrade()`.

    Attributes:
        statement: its SQL, its line, and `in_transaction`.
        actions: what it does, to which object.
    """

    statement: Statement
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule has found.

    Attributes:
        message: what is wrong, in one sentence.
        statement: where; None for the revision as a whole.
    """

    message: str
    statement: ParsedStatement | None = None


Check = Callable[[Sequence[ParsedStatement], Revision], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule of a project's own.

    Attributes:
        name: what `accepted` and `lint_ignore` call it.
        meaning: when it speaks.
        harm: what happens to whom.
        remedy: what to do instead.
        check: gets the statements and the revision (`id`, `path`, `phase`, `upgrade`, `downgrade`).
        warns: it is reported and stops nothing.
    """

    name: str
    meaning: str
    harm: str
    remedy: str
    check: Check
    warns: bool = False


def load_own_rules(settings: Settings, folder: Path) -> tuple[OwnRule, ...]:
    """Return the rules of the files in `lint_rules` and of the installed entry points.

    Args:
        settings: name the files.
        folder: that of alembic.ini, to which they are relative.

    Raises:
        UsageError: a file or an entry point cannot be imported, has no rules, or one of a name that is taken.
    """
    rules: list[OwnRule] = []
    for name in settings.lint_rules:
        rules += _rules_in(_import(folder / name, name), f"lint_rules: {name}")
    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = point.load()
        except Exception as error:
            raise UsageError(f"{ENTRY_POINTS}: {point.name} cannot be imported: {error}.") from error
        rules += _rules_in(loaded, f"{ENTRY_POINTS}: {point.name}")
    taken = {*RULES, *LEFT_OUT}
    for rule in rules:
        if rule.name in taken:
            raise UsageError(f"lint_rules: there are two rules called {rule.name!r}. Rename the one of your own.")
        taken.add(rule.name)
    return tuple(rules)


def check_own_rules(revision: Revision, rules: Sequence[OwnRule]) -> Iterator[Finding]:
    """Yield what the project's own rules find in a revision.

    Raises:
        UsageError: a rule fails.
    """
    statements = [ParsedStatement(each, actions_in(each.sql)) for each in revision.upgrade.statements] if rules else []
    for rule in rules:
        try:
            problems = list(rule.check(statements, revision))
        except Exception as error:
            raise UsageError(
                f"The rule {rule.name} of your own fails on revision {revision.id}: {type(error).__name__}: {error}."
            ) from error
        for problem in problems:
            place = problem.statement.statement if problem.statement else None
            yield revision.finding(rule.name, problem.message, statement=place, remedy=rule.remedy, warns=rule.warns)


def _import(path: Path, name: str) -> object:
    spec = importlib.util.spec_from_file_location(f"_lint_rules_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise UsageError(f"lint_rules: there is no Python file {name}.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UsageError(f"lint_rules: {name} cannot be imported: {type(error).__name__}: {error}.") from error
    return getattr(module, "RULES", None)


def _rules_in(found: object, where: str) -> list[OwnRule]:
    rules = [found] if isinstance(found, OwnRule) else found
    if not isinstance(rules, list | tuple) or not all(isinstance(rule, OwnRule) for rule in rules):
        raise UsageError(f"{where} has no list RULES of OwnRule.")
    return list(rules)
