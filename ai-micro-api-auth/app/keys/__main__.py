"""`python -m app.keys rotate`: add a signing key to the folder of a running service."""

import argparse
import sys

from app.keys.folder import KeyFolder, KeyFolderError
from app.keys.ring import PUBLISHED_SECONDS
from app.settings import Settings


def main() -> None:
    """Run the command.

    Raises:
        SystemExit: status 1 and one line on standard error, when the folder cannot be used.
    """
    parser = argparse.ArgumentParser(prog="python -m app.keys", description="The keys that sign access tokens.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("rotate", help="add a key; it signs once every service has had time to fetch it")
    parser.parse_args()
    try:
        path = KeyFolder(Settings.load().jwt_keys_dir).add()
    except KeyFolderError as error:
        sys.exit(str(error))
    sys.stdout.write(
        f"{path} is published now and signs in {PUBLISHED_SECONDS} s. Delete an older file once the last access token"
        " that it signed has expired.\n"
    )


if __name__ == "__main__":
    main()
