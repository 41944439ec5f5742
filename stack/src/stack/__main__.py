"""Command line of the package: `python -m stack`."""

import argparse
import os
import signal
import sys
from datetime import UTC, datetime

from stack import chart_values
from stack.bench.report import bench
from stack.commands.alembic_rollout import alembic_rollout
from stack.commands.check_migrations import check_migrations
from stack.commands.openapi import keep_documents
from stack.commands.psql import psql
from stack.commands.release import release
from stack.commands.run import run
from stack.commands.service import make_service
from stack.commands.steps import run_steps
from stack.commands.with_postgres import with_postgres
from stack.errors import StackError
from stack.paths import ROOT
from stack.reference.metrics import PAGE, page
from stack.runner.settings import read_settings
from stack.services.service import known_services, service_named
from stack.terminal import Terminal
from stack.tether import tie_to_parent


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="stack", description="The whole system on this machine, without Docker.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    runner = commands.add_parser("run", help="start the database and the services, and stay until stopped")
    runner.add_argument("--end-with-parent", action="store_true", help="stop in order when the parent process dies")
    shell = commands.add_parser("psql", help="open psql on a database of the running stack, as superuser")
    shell.add_argument("database")
    rollout = commands.add_parser("alembic-rollout", help="run alembic-rollout on the running stack, as an operator")
    rollout.add_argument("service", help="a service, such as auth")
    rollout.add_argument("argv", nargs="+", metavar="-- VERB", help="the verb and its arguments")
    migrations = commands.add_parser("check-migrations", help="rehearse, lint, apply and compare migrations")
    migrations.add_argument("services", nargs="*", metavar="SERVICE", help="whose; every service's by default")
    service = commands.add_parser("service", help="make a new service from stack/service-template")
    service.add_argument("name")
    service.add_argument("--port", help="the port that it answers at; the next free one by default")
    postgres = commands.add_parser("with-postgres", help="run a command with a PostgreSQL server of its own")
    postgres.add_argument("argv", nargs="+", metavar="-- COMMAND", help="the command and its arguments")
    new = commands.add_parser("release", help="set the version of every part, date the changelogs, commit and tag")
    new.add_argument("version", help="as 1.4.0")
    commands.add_parser("openapi", help="keep the OpenAPI documents, and compare them with the last release's")
    commands.add_parser("reference", help="write the services' page of docs/reference, and the chart's table of values")
    commands.add_parser("bench", help="print speed and size beside their targets")
    steps = commands.add_parser("steps", help="run make targets and print what each took")
    steps.add_argument("targets", nargs="+", metavar="TARGET", help="one after the other")
    steps.add_argument("--beside", nargs="+", default=[], metavar="TARGET", help="at the same time as these")
    steps.add_argument("--alone", nargs="+", default=[], metavar="TARGET", help="when all others have ended")
    options = parser.parse_args(arguments)
    try:
        return _run_command(options)
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr)  # noqa: T201 - a command line answers at the terminal
        return 1


def _run_command(options: argparse.Namespace) -> int:
    match options.command:
        case "run":
            if options.end_with_parent:
                tie_to_parent(os.getppid(), signal.SIGTERM)
            run(read_settings(os.environ))
        case "psql":
            psql(options.database, data=read_settings(os.environ).data)
        case "alembic-rollout":
            alembic_rollout(options.service, options.argv, data=read_settings(os.environ).data)
        case "service" | "release" | "reference":
            _change_checkout(options)
        case "bench":
            bench(Terminal([]))
        case "with-postgres":
            return with_postgres(options.argv)
        case _:
            return 0 if _passes(options) else 1
    return 0


def _change_checkout(options: argparse.Namespace) -> None:
    if options.command == "service":
        make_service(options.name, options.port, terminal=Terminal([]))
    elif options.command == "reference":
        PAGE.write_text(page(known_services()))
        chart_values.README.write_text(
            chart_values.with_table(chart_values.README.read_text(), chart_values.VALUES.read_text())
        )
    else:
        release(ROOT, options.version, today=datetime.now(UTC).date(), terminal=Terminal([]))


def _passes(options: argparse.Namespace) -> bool:
    if options.command == "check-migrations":
        chosen = [service_named(name) for name in options.services]
        return check_migrations(chosen or known_services(), terminal=Terminal([]))
    if options.command == "openapi":
        return keep_documents(known_services(), terminal=Terminal([]))
    return run_steps(options.targets, beside=options.beside, alone=options.alone, terminal=Terminal([]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
