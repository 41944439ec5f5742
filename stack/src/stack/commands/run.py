"""`make run`: the whole system on this machine until it is stopped."""

from stack.errors import StackError
from stack.postgres.initialisation import add_missing_databases
from stack.runner.credentials import load_credentials
from stack.runner.database import make_if_missing, stack_server
from stack.runner.instance import ProcessRecord, sole_instance
from stack.runner.settings import RunSettings, check_ports
from stack.runner.stack import Stack
from stack.runner.stop_request import StopRequest
from stack.services.compose import start_command
from stack.services.service import Service
from stack.terminal import Terminal


def run(settings: RunSettings) -> None:
    """Start the database, then the services; return when an end was asked for and everything has ended.

    Raises:
        StackError: something could not start, or ended by itself.
    """
    stop = StopRequest()
    beside = {"console": settings.console_port, "e5": settings.embeddings_port}
    names = [service.name for service in settings.services]
    terminal = Terminal(names + [name for name, port in beside.items() if port is not None])
    settings.data.mkdir(mode=0o755, parents=True, exist_ok=True)
    with sole_instance(settings.data):
        record = ProcessRecord(settings.data)
        if left := record.end_leftovers():
            terminal.say(f"Ended {left} processes that a killed run had left.")
        check_ports(settings)
        commands = {service: _command(service, settings) for service in settings.services}
        credentials = load_credentials(settings.data / "secrets.json")
        server = stack_server(settings.data, settings.postgres_port, credentials)
        if server.data.parent != settings.data:
            terminal.say(f"{settings.data} is closed to the database's account; its data is in {server.data}")
        if make_if_missing(server, credentials):
            terminal.say(f"Made a database in {server.data}")
        with server.running():
            record.add(server.pid)
            for database in add_missing_databases(server, credentials.role_passwords):
                terminal.say(f"Made the database {database}, which came after this server")
            if not stop.received:
                Stack(settings, credentials, server, terminal).run_services(commands, stop=stop, record=record)
        record.clear()
    terminal.say("Everything has ended.")


def _command(service: Service, settings: RunSettings) -> list[str]:
    if not (service.folder / ".venv" / ".installed").exists():
        raise StackError(f"{service.folder_name} is not installed, or only in part. Run: make install")
    return start_command(service.folder_name, settings.service_ports[service.name])
