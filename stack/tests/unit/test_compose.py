from pathlib import Path

import pytest

from stack.errors import StackError
from stack.services.compose import start_command
from stack.services.service import Service, known_services


def compose_file(folder: Path, command: str) -> Path:
    file = folder / "docker-compose.yml"
    file.write_text(f"services:\n  api:\n    command: {command}\n")
    return file


@pytest.mark.parametrize(
    "command",
    [
        'sh -c "alembic upgrade head && exec uvicorn app.main:app --host 0.0.0.0 --port 8000"',
        '["sh", "-c", "alembic upgrade head && exec uvicorn app.main:app --host 0.0.0.0 --port 8000"]',
        'sh -c "alembic upgrade head && exec uvicorn app.main:app --host=0.0.0.0 --port=8000"',
    ],
)
def test_the_command_runs_as_written_except_for_host_and_port(tmp_path: Path, command: str) -> None:
    shell, option, line = start_command("api", 9001, compose_file=compose_file(tmp_path, command))
    assert (shell, option) == ("sh", "-c")
    assert line.replace("=", " ") == ("alembic upgrade head && exec uvicorn app.main:app --host 127.0.0.1 --port 9001")


def test_a_dollar_that_compose_writes_twice_is_one(tmp_path: Path) -> None:
    file = compose_file(tmp_path, 'sh -c "echo $$HOME --host a --port 1"')
    assert start_command("api", 2, compose_file=file)[2] == "echo $HOME --host 127.0.0.1 --port 2"


def test_a_command_without_a_port_is_refused_because_it_could_not_be_moved(tmp_path: Path) -> None:
    file = compose_file(tmp_path, "sh -c 'uvicorn app.main:app --host 0.0.0.0'")
    with pytest.raises(StackError, match="has no --port"):
        start_command("api", 9001, compose_file=file)


def test_a_service_without_a_command_is_named(tmp_path: Path) -> None:
    file = compose_file(tmp_path, "uvicorn")
    with pytest.raises(StackError, match="no command for the service other"):
        start_command("other", 9001, compose_file=file)


def test_a_missing_file_and_one_that_is_not_yaml_are_one_line_each(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="is missing"):
        start_command("api", 9001, compose_file=tmp_path / "none.yml")
    broken = tmp_path / "broken.yml"
    broken.write_text("services: [")
    with pytest.raises(StackError, match="is not YAML") as raised:
        start_command("api", 9001, compose_file=broken)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("service", known_services(), ids=lambda service: service.name)
def test_the_compose_file_of_this_repository_migrates_and_then_serves(service: Service) -> None:
    line = start_command(service.folder_name, 9001)[-1]
    assert line == (
        "python -m app.settings && alembic upgrade head"
        " && exec env -u MIGRATION_DATABASE_URL -u MIGRATION_DB_PASSWORD"
        " uvicorn app.main:app --host 127.0.0.1 --port 9001 --timeout-graceful-shutdown 30"
        " --http service_kit.server.connections:BoundedHttp"
    )
