"""Settings: defaults, pyproject.toml, variables; a wrong one is named with where it stands."""

from pathlib import Path

import pytest

from alembic_rollout.errors import UsageError
from alembic_rollout.settings import Settings, load_settings
from alembic_rollout.wording.durations import format_duration, parse_duration


@pytest.fixture
def pyproject(tmp_path: Path) -> Path:
    return tmp_path / "pyproject.toml"


def test_without_anything_the_defaults_are_the_safe_ones(pyproject: Path) -> None:
    settings = load_settings(pyproject, {})
    assert (settings.lint, settings.backup, settings.lock_timeout) == ("refuse", "destructive", 2.0)


def test_the_project_names_the_service_and_its_version(pyproject: Path) -> None:
    pyproject.write_text('[project]\nname = "shop"\nversion = "1.2"\n')
    settings = load_settings(pyproject, {})
    assert (settings.service, settings.app_version) == ("shop", "1.2")


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(pyproject: Path) -> None:
    pyproject.write_text('[tool.alembic-rollout]\nlock-timeout = "5s"\nbackup_keep = 9\nwait = 3\n')
    settings = load_settings(pyproject, {"ROLLOUT_BACKUP_KEEP": "2", "ROLLOUT_WAIT": "1min"})
    assert (settings.lock_timeout, settings.backup_keep, settings.wait) == (5.0, 2, 60.0)


def test_an_empty_variable_counts_as_not_set(pyproject: Path) -> None:
    assert load_settings(pyproject, {"ROLLOUT_LINT": ""}) == Settings()


def test_lists_are_lists_in_the_file_and_separated_by_commas_in_a_variable(pyproject: Path) -> None:
    pyproject.write_text('[tool.alembic-rollout]\ndrift_ignore = ["table a", "table b"]\n')
    assert load_settings(pyproject, {}).drift_ignore == ("table a", "table b")
    assert load_settings(pyproject, {"ROLLOUT_DRIFT_IGNORE": "table c, extension d"}).drift_ignore == (
        "table c",
        "extension d",
    )


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('lint = "perhaps"', "lint: 'perhaps' is none of refuse, warn, off"),
        ('lock_timeout = "2 parsecs"', "lock_timeout: '2 parsecs' is not a duration"),
        ("backup_keep = 0", "backup_keep: 0 is less than 1"),
        ('backup_keep = "many"', "backup_keep: invalid literal"),
        ('drift_ignore = "table a"', ""),
        ("lock_timout = 2", "lock_timout: there is no such setting. There are: service"),
    ],
)
def test_an_unusable_value_is_named_with_the_place_where_it_stands(pyproject: Path, line: str, complaint: str) -> None:
    pyproject.write_text(f"[tool.alembic-rollout]\n{line}\n")
    if not complaint:
        assert load_settings(pyproject, {}).drift_ignore == ("table a",)
        return
    with pytest.raises(UsageError) as error:
        load_settings(pyproject, {})
    assert f"pyproject.toml [tool.alembic-rollout] {complaint}" in str(error.value)


def test_an_unusable_variable_is_named(pyproject: Path) -> None:
    with pytest.raises(UsageError, match="ROLLOUT_BACKUP: 'sometimes' is none of never, destructive, always"):
        load_settings(pyproject, {"ROLLOUT_BACKUP": "sometimes"})


@pytest.mark.parametrize(
    ("text", "seconds"), [("250ms", 0.25), ("2", 2), ("2 s", 2), ("1.5min", 90), ("10m", 600), ("1h", 3600)]
)
def test_durations_have_the_units_of_postgresql(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-1s", "1 week", "1s 2s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0124, "12 ms"), (2, "2 s"), (3.44, "3.4 s"), (125, "2 min 5 s"), (3660, "1 h 1 min")]
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert format_duration(seconds) == said
