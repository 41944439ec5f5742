"""What is refused is one line, and leaves no file."""

from collections.abc import Callable

import pytest
from revisions.developer import PLACE, Developer

NICKNAME = "    nickname: Mapped[str] = mapped_column(String(30))"
GENERATE = "alembic revision --autogenerate -m 'add nickname'"


def is_not_at_the_head(developer: Developer) -> None:
    developer.types("alembic downgrade -1")


def is_not_there(developer: Developer) -> None:
    developer.url = developer.url.set(port=1)


@pytest.mark.parametrize(
    ("situation", "command", "said"),
    [
        (is_not_at_the_head, GENERATE, "Target database is not up to date."),
        (is_not_there, GENERATE, "did not answer within"),
        (
            None,
            "alembic-rollout revision --autogenerate --rename profiles.x=y -m 'rename x'",
            "Correct the column's name.",
        ),
        (None, "alembic-rollout revision --autogenerate --rename x -m 'rename x'", "rename=x"),
    ],
)
def test_it_is_one_line_and_no_file_is_left(
    developer: Developer, situation: Callable[[Developer], None] | None, command: str, said: str
) -> None:
    developer.adds(NICKNAME)
    if situation is not None:
        situation(developer)
    before = developer.files()
    line = developer.fails(command, ROLLOUT_WAIT="0.1")
    assert said in line
    assert developer.files() == before


def test_models_that_do_not_import_leave_no_file(developer: Developer) -> None:
    developer.adds("import nothing_of_this_name")
    before = developer.files()
    done = developer.runs(GENERATE)
    assert done.returncode != 0
    assert done.stderr.endswith("ModuleNotFoundError: No module named 'nothing_of_this_name'\n")
    assert developer.files() == before


def test_a_value_that_is_left_out_is_refused_before_anything_is_touched(developer: Developer) -> None:
    developer.adds(NICKNAME)
    developer.generates("add nickname")
    before = developer.schema()
    line = developer.fails("alembic upgrade head", status=4)
    assert PLACE in line
    assert developer.schema() == before
