"""What a revision's file asks of the database: `checks` before it, `verify` after it.

checks = {"no duplicate emails": "SELECT id FROM users WHERE ..."}
verify = {"every user has a locale": "SELECT NOT EXISTS (SELECT FROM users WHERE locale IS NULL)"}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from alembic_rollout.errors import UsageError

Moment = Literal["checks", "verify"]
_EXAMPLE = '{"no duplicate emails": "SELECT ..."}'


@dataclass(frozen=True, slots=True)
class Check:
    """One question.

    Attributes:
        moment: the name that declares it: `checks` is asked before the revision, `verify` after it.
        name: what has to hold.
        sql: returns no row, or true, where it does.
    """

    moment: Moment
    name: str
    sql: str

    def __str__(self) -> str:
        return f'{"check" if self.moment == "checks" else "verify"} "{self.name}"'


@dataclass(frozen=True, slots=True)
class DeclaredChecks:
    """All that one file declares.

    Attributes:
        before: `checks`, in order.
        after: `verify`, in order.
        problem: why what is declared cannot be used; empty where it can.
    """

    before: tuple[Check, ...] = ()
    after: tuple[Check, ...] = ()
    problem: str = ""

    def as_message(self) -> dict[str, Any]:
        """Return it as JSON can write it."""
        before, after = ([(each.name, each.sql) for each in found] for found in (self.before, self.after))
        return {"checks": before, "verify": after, "problem": self.problem}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Return what `as_message` wrote."""
        before, after = (
            tuple(Check(moment, name, sql) for name, sql in message[moment]) for moment in ("checks", "verify")
        )
        return cls(before, after, message["problem"])


def declared_checks(names: Mapping[str, Any]) -> DeclaredChecks:
    """Return what a revision's module declares; where that cannot be used, nothing but the problem."""
    try:
        return DeclaredChecks(_read(names, "checks"), _read(names, "verify"))
    except UsageError as error:
        return DeclaredChecks(problem=str(error))


def _read(names: Mapping[str, Any], moment: Moment) -> tuple[Check, ...]:
    declared = names.get(moment, {})
    if not isinstance(declared, Mapping):
        raise UsageError(f"{moment} is no dict but {type(declared).__name__}. Write {moment} = {_EXAMPLE}.")
    return tuple(_check(moment, name, sql) for name, sql in declared.items())


def _check(moment: Moment, name: object, sql: object) -> Check:
    if not isinstance(name, str) or not name.strip():
        raise UsageError(f"{moment} has an entry without a name. Write {moment} = {_EXAMPLE}.")
    name = " ".join(name.split())
    if not isinstance(sql, str):
        raise UsageError(f'{moment}["{name}"] is no string but {type(sql).__name__}. Write its SQL as a string.')
    if not sql.strip():
        raise UsageError(f'{moment}["{name}"] is empty. Write its SQL, or leave it out.')
    if "\0" in sql or any("\ud800" <= sign <= "\udfff" for sign in name + sql):
        raise UsageError(f'{moment}["{_printable(name)}"] has a character that PostgreSQL cannot store. Leave it out.')
    return Check(moment, name, sql)


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
