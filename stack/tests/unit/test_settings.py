import socket

import pytest

from stack.errors import StackError
from stack.paths import ROOT
from stack.ports import free_port
from stack.runner.settings import check_ports, read_settings
from stack.services.service import known_services


def test_without_any_variable_the_documented_ports_and_folder_hold() -> None:
    settings = read_settings({})
    documented = {"POSTGRES_PORT": 5433, "AUTH_PORT": 8002, "USER_PORT": 8001, "ADMIN_PORT": 8003, "CONSOLE_PORT": 8000}
    assert documented.items() <= settings.ports().items()
    of_services = [service.port_variable for service in known_services()]
    assert list(settings.ports()) == ["POSTGRES_PORT", *of_services, "CONSOLE_PORT"]
    assert settings.data == ROOT / ".data"
    assert settings.is_of_the_checkout


def test_an_empty_variable_is_an_unset_one() -> None:
    assert read_settings({"AUTH_PORT": "", "DATA_DIR": "", "SERVICES": ""}) == read_settings({})


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "８００１", "80 80"])
def test_a_port_that_is_none_is_refused_with_its_variable(value: str) -> None:
    with pytest.raises(StackError, match="USER_PORT"):
        read_settings({"USER_PORT": value})


def test_some_of_the_services_can_be_left_to_another_terminal() -> None:
    settings = read_settings({"SERVICES": "user auth"})
    assert [service.name for service in settings.services] == ["auth", "user"]
    assert "ADMIN_PORT" not in settings.ports()


def test_an_unknown_service_is_named_beside_the_known_ones() -> None:
    with pytest.raises(StackError, match=r"names users; there are: auth user admin"):
        read_settings({"SERVICES": "users"})


def test_a_busy_port_is_named_with_the_setting_that_moves_it() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        settings = read_settings({"SERVICES": "user", "USER_PORT": str(port), "POSTGRES_PORT": str(free_port())})
        with pytest.raises(StackError, match=rf"Port {port} is in use\. .*USER_PORT=") as raised:
            check_ports(settings)
    assert "\n" not in str(raised.value)


def test_two_settings_with_the_same_port_are_both_named() -> None:
    port = str(free_port())
    with pytest.raises(StackError, match="USER_PORT and POSTGRES_PORT are both"):
        check_ports(read_settings({"SERVICES": "user", "USER_PORT": port, "POSTGRES_PORT": port}))


def test_the_embedding_server_has_a_port_where_it_is_asked_for() -> None:
    assert read_settings({}).embeddings_port is None
    settings = read_settings({"EMBEDDINGS": "e5", "E5_PORT": "9004"})
    assert settings.ports()["E5_PORT"] == 9004


def test_unknown_embeddings_are_named_beside_the_known_ones() -> None:
    with pytest.raises(StackError, match="EMBEDDINGS is 'magic'; there are: hash e5"):
        read_settings({"EMBEDDINGS": "magic"})
