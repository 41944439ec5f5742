"""A stack whose database is there: its services, from their start to their end."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass

from stack.postgres.server import Server
from stack.runner.credentials import Credentials
from stack.runner.description import description_file, write_description
from stack.runner.instance import ProcessRecord
from stack.runner.service_environment import remove_env_file, service_environment, write_env_file
from stack.runner.settings import RunSettings
from stack.runner.stop_request import StopRequest
from stack.runner.supervision import supervise
from stack.services import embedding_server, web_console
from stack.services.process import ServiceProcess
from stack.services.service import Service, address
from stack.terminal import Terminal

MIGRATION_LOG_FORMATS = {"json": "json", "console": "text"}
"""What the migrations call the formats of the services' logs."""


@dataclass(frozen=True)
class Stack:
    """A stack whose database is there.

    Args:
        settings: ports, services and data folder.
        credentials: its passwords.
        server: its running database.
        terminal: where its lines go.
    """

    settings: RunSettings
    credentials: Credentials
    server: Server
    terminal: Terminal

    def run_services(self, commands: Mapping[Service, list[str]], *, stop: StopRequest, record: ProcessRecord) -> None:
        """Run the services until an end is asked for.

        Args:
            commands: how each is started.
            stop: the request for an end.
            record: where their processes are remembered.

        Raises:
            StackError: see `supervise`.
        """
        variables = {
            service: service_environment(
                service, settings=self.settings, credentials=self.credentials, server=self.server
            )
            for service in commands
        }
        processes = [
            ServiceProcess(
                service,
                port=self.settings.service_ports[service.name],
                command=command,
                environment=_inherited(service, self.terminal) | variables[service],
                terminal=self.terminal,
            )
            for service, command in commands.items()
        ]
        if self.settings.console_port is not None:
            processes.append(self._web_console(self.settings.console_port))
        if self.settings.embeddings_port is not None:
            processes.append(self._embedding_server(self.settings.embeddings_port))
        env_files = variables if self.settings.is_of_the_checkout else {}
        try:
            for service, of_service in env_files.items():
                write_env_file(service, of_service)
            asyncio.run(supervise(processes, self.server, stop, on_start=record.add, on_ready=self._announce))
        finally:
            for service in env_files:
                remove_env_file(service)
            description_file(self.settings.data).unlink(missing_ok=True)

    def _web_console(self, port: int) -> ServiceProcess:
        service = web_console.WEB_CONSOLE
        own = web_console.environment(self.settings.service_ports)
        return ServiceProcess(
            service,
            port=port,
            command=web_console.command(port),
            environment=_inherited(service, self.terminal) | own,
            terminal=self.terminal,
        )

    def _embedding_server(self, port: int) -> ServiceProcess:
        return ServiceProcess(
            embedding_server.SERVER,
            port=port,
            command=embedding_server.command(port),
            environment=_inherited(embedding_server.SERVER, self.terminal),
            terminal=self.terminal,
            readiness_path=embedding_server.READINESS_PATH,
        )

    def _announce(self) -> None:
        write_description(self.settings, self.credentials, self.server)
        self.terminal.say()
        for service in self.settings.services:
            url = address(self.settings.service_ports[service.name])
            self.terminal.say(f"{service.folder_name:<20} {url}   docs: {url}/docs")
        if (port := self.settings.console_port) is not None:
            self.terminal.say(f"{'Console':<20} {address(port)}   in a browser; sign in as the administrator")
        self.terminal.say(f"{'PostgreSQL':<20} 127.0.0.1:{self.server.port}         psql: make psql DB=authdb")
        if (port := self.settings.embeddings_port) is not None:
            self.terminal.say(f"{'Embeddings (e5)':<20} {address(port)}   used by knowledge bases made from now on")
        email, password = self.credentials.administrator_email, self.credentials.administrator_password
        self.terminal.say(f"{'Administrator':<20} {email}   password: {password}")
        self.terminal.say("Ready. Ctrl-C stops everything; the data stays.")
        self.terminal.say()


def _inherited(service: Service, terminal: Terminal) -> dict[str, str]:
    """What a service gets of the runner's own environment: all but what would lead it to another Python."""
    environment = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    environment["PATH"] = f"{service.folder / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment["PYTHONUNBUFFERED"] = "1"
    log_format = environment.setdefault("LOG_FORMAT", "console" if terminal.is_interactive else "json")
    environment.setdefault("ROLLOUT_LOG_FORMAT", MIGRATION_LOG_FORMATS.get(log_format, "auto"))
    return environment
