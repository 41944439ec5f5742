"""Command line of the package: `python -m stack`."""

import argparse
import sys

from stack.errors import StackError
from stack.with_postgres import with_postgres


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="stack", description="The whole system on this machine, without Docker.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    postgres = commands.add_parser("with-postgres", help="run a command with a PostgreSQL server of its own")
    postgres.add_argument("argv", nargs="+", metavar="-- COMMAND", help="the command and its arguments")
    options = parser.parse_args(arguments)
    try:
        return with_postgres(options.argv)
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr)  # noqa: T201 - a command line speaks to whoever typed it
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
