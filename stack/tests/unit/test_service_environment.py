from dataclasses import replace
from pathlib import Path

import pytest

from stack.runner.service_environment import backup_folder, remove_env_file, write_env_file
from stack.services.service import Service, known_services


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr("stack.services.service.ROOT", tmp_path)
    service = replace(known_services()[0])
    service.folder.mkdir()
    return service


def test_the_env_file_is_there_while_the_stack_runs_and_only_its_owner_can_read_it(service: Service) -> None:
    write_env_file(service, {"DATABASE_URL": "postgresql+psycopg2://a", "CORS_ORIGINS": '["http://a"]'})
    file = service.folder / ".env"
    assert file.stat().st_mode & 0o777 == 0o600
    first, *others = file.read_text().splitlines()
    assert first.startswith("# Written by `make run`")
    assert others == ["DATABASE_URL='postgresql+psycopg2://a'", "CORS_ORIGINS='[\"http://a\"]'"]
    remove_env_file(service)
    assert not file.exists()


def test_an_env_file_of_an_earlier_run_is_replaced(service: Service) -> None:
    write_env_file(service, {"DATABASE_URL": "former"})
    write_env_file(service, {"DATABASE_URL": "new"})
    assert "former" not in (service.folder / ".env").read_text()


def test_an_env_file_that_a_person_wrote_is_neither_replaced_nor_removed(service: Service) -> None:
    file = service.folder / ".env"
    file.write_text("DATABASE_URL=mine\n")
    write_env_file(service, {"DATABASE_URL": "ours"})
    remove_env_file(service)
    assert file.read_text() == "DATABASE_URL=mine\n"


def test_backups_of_each_database_have_a_folder_of_their_own(tmp_path: Path) -> None:
    folders = [backup_folder(service, data=tmp_path) for service in known_services()]
    assert len(set(folders)) == len(folders)
    assert folders == [tmp_path / "backups" / service.database for service in known_services()]
