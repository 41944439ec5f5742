"""Random sets of views and functions that use each other, and random changes of them.

`make test` tries three sets, the same ones each time; `make test-nightly` 100 new ones (RANDOM_OBJECTS).
"""

import os
import random
import secrets

import pytest

from alembic_rollout.sql_objects.dependencies import Dependencies
from alembic_rollout.sql_objects.sql_object import SqlObject
from autogenerate.developer import Developer
from autogenerate.test_objects import declares, ships

TABLE = 'Table("t", metadata, Column("id", Integer, primary_key=True), Column("n", Integer))\n'
VARIABLE = "RANDOM_OBJECTS"
COUNT = int(os.environ.get(VARIABLE, "3"))
LETTERS = "hgfedcba"
"""Names whose order is not that in which they can be made."""


class Objects:
    """Objects of which each may use those in front of it.

    Args:
        seed: what decides.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self.texts: dict[str, str] = {}
        self._columns: dict[str, list[str]] = {"t": ["n"]}
        self._functions: list[str] = []
        for letter in LETTERS:
            self._make(letter)

    def _make(self, letter: str) -> None:
        kind = self._random.choice(("view", "view", "function", "materialized view", "plpgsql", None))
        source = self._random.choice(sorted(self._columns))
        column = self._random.choice(self._columns[source])
        called = f"f_{self._random.choice(self._functions)}" if self._functions else "abs"
        # A materialized view's query runs its functions with no search path.
        path = "public." if self._functions else ""
        value = f"{called}({column}) + {self._random.randint(0, 3)}"
        if kind == "function":
            self._functions.append(letter)
            body = f"SELECT {path}{called}(given) + {self._random.randint(0, 3)}"
            self.texts[letter] = f"CREATE FUNCTION f_{letter}(given int) RETURNS int LANGUAGE sql AS $$ {body} $$"
        elif kind == "plpgsql":
            self._functions.append(letter)
            body = f"BEGIN RETURN (SELECT max({column}) FROM public.{source}) + given; END"  # noqa: S608 - names
            self.texts[letter] = f"CREATE FUNCTION f_{letter}(given int) RETURNS int LANGUAGE plpgsql AS $$ {body} $$"
        elif kind is not None:
            names = self._random.sample(["n", "id", "m"], self._random.randint(1, 3))
            self._columns[f"v_{letter}"] = names
            selected = ", ".join(f"({value}) AS {name}" for name in names)
            self.texts[letter] = f"CREATE {kind.upper()} v_{letter} AS SELECT {selected} FROM {source}"  # noqa: S608 - names


def test_random_changes_of_objects_are_applied_and_reverted(developer: Developer) -> None:
    developer.begin(TABLE)
    first = secrets.randbits(32) if VARIABLE in os.environ else 0
    for seed in range(first, first + COUNT):
        declares(developer, **Objects(seed).texts)
        ships(developer, f"change {seed}")


@pytest.mark.parametrize("seed", range(40))
def test_random_objects_are_ordered_without_a_database(seed: int) -> None:
    objects = {one.name: one for one in map(SqlObject.read, Objects(seed).texts.values())}
    order = Dependencies(objects).order
    made = [name for name in objects if name in order]
    for place, name in enumerate(order):
        used = {
            other
            for other in made
            if objects[other].bare in objects[name].text.split("AS", 1)[-1] and objects[name].kind != "function"
        }
        assert used - {name} <= set(order[:place])
