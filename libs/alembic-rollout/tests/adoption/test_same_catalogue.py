"""The same revisions leave the same catalogue as with plain Alembic, after every command."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import Server

from adoption.corpus import CORPUS
from adoption.generated import generated
from adoption.twins import Sample, Twin, sql_of


@pytest.fixture
def twins(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Iterator[tuple[Twin, Twin]]:
    sample: Sample = request.param
    with (
        server.database() as one,
        server.database() as other,
        one.connect(one.superuser_url) as look_at_one,
        other.connect(other.superuser_url) as look_at_other,
    ):
        yield (
            Twin(sample, tmp_path / "plain", one, look_at_one, rollout=False),
            Twin(sample, tmp_path / "rollout", other, look_at_other, rollout=True),
        )


@pytest.mark.parametrize("twins", CORPUS, ids=[sample.name for sample in CORPUS], indirect=True)
def test_a_project_of_the_corpus(twins: tuple[Twin, Twin]) -> None:
    compare(*twins)


@pytest.mark.parametrize("twins", [generated(seed) for seed in range(6)], ids=lambda sample: sample.name, indirect=True)
def test_a_generated_project(twins: tuple[Twin, Twin]) -> None:
    compare(*twins)


def compare(plain: Twin, rollout: Twin) -> None:
    untouched = plain.state()
    for command in (
        ("upgrade", "heads"),
        ("downgrade", plain.sample.back),
        ("upgrade", "heads"),
        ("downgrade", "base"),
    ):
        status, state = run(command, plain, rollout)
        assert status == 0
        if command[0] == "upgrade":
            assert state != untouched, "the sample does nothing"
    run(("upgrade", "+1"), plain, rollout)  # both may find it ambiguous
    run(("stamp", "heads"), plain, rollout)
    sql = plain.run("upgrade", "heads", "--sql")
    if sql[0] == 0:  # plain Alembic cannot render a revision that asks the database
        assert sql_of(rollout.run("upgrade", "heads", "--sql")[1]) == sql_of(sql[1])


def run(command: tuple[str, str], plain: Twin, rollout: Twin) -> tuple[int, list[str]]:
    """Run a command in both; make sure that both succeed or both fail, and that they leave the same: return it."""
    expected, here = plain.run(*command), rollout.run(*command)
    assert bool(here[0]) == bool(expected[0]), (command, expected, here)
    left = plain.state()
    assert rollout.state() == left, command
    return here[0], left
