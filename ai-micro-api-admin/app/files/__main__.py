"""`python -m app.files`: move the files of documents, say where they are, and look for those that are missing."""

import argparse
import sys

from sqlalchemy.exc import DBAPIError

from app.files.configuration import configured_mover, configured_store
from app.files.moving import FileMover, Places
from app.files.object_store import ObjectStoreError
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.observability.logs import configure

_PROGRESS_EVERY = 100


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says.

    Args:
        arguments: what follows the program's name.

    Returns:
        0: done; 1: not all of it, for the reason that is printed; 2: the command line or the settings are wrong.
    """
    parser = argparse.ArgumentParser(
        prog="python -m app.files", description="Files of documents, in PostgreSQL and in the object store FILES_URL."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("move", help="move all to where FILES_KEEP_IN says, and delete what is left over")
    verbs.add_parser("status", help="print how many are where")
    verbs.add_parser("check", help="ask the store for each file that is to be there")
    verb = parser.parse_args(arguments).verb
    settings = Settings.load()
    configure(settings.log_format, "WARNING")
    database = Database(settings, application_name="app.files")
    mover = configured_mover(settings, database, configured_store(settings))
    if mover is None:
        print("FILES_URL is not set, so all files are in PostgreSQL.", file=sys.stderr)
        return 2
    try:
        return {"move": _move, "status": _status, "check": _check}[verb](mover)
    except ObjectStoreError as error:
        print(f"The object store failed: {error}. Nothing is lost; run it again.", file=sys.stderr)
    except DBAPIError as error:
        print(f"The database failed: {str(error.orig).splitlines()[0]}. Run it again.", file=sys.stderr)
    return 1


def _move(mover: FileMover) -> int:
    moved = 0
    while mover.move_one():
        moved += 1
        if moved % _PROGRESS_EVERY == 0:
            print(f"{moved:,} moved.", flush=True)
    while mover.delete_one():
        pass
    print(f"{moved:,} moved.")
    places = _print_places(mover)
    if mover.keep_in == "postgresql" and places.store:
        print(f"{places.store:,} could not be read; `python -m app.files check` names them.", file=sys.stderr)
        return 1
    if mover.keep_in == "store" and places.postgresql:
        print("What is left waits to be processed, or is being moved by a worker; run it again.", file=sys.stderr)
        return 1
    return 0


def _status(mover: FileMover) -> int:
    _print_places(mover)
    return 0


def _print_places(mover: FileMover) -> Places:
    places = mover.places()
    print(f"In PostgreSQL {places.postgresql:,}, in the store {places.store:,}, to delete {places.to_delete:,}.")
    return places


def _check(mover: FileMover) -> int:
    lost = mover.lost()
    for key in lost:
        print(f"{key} is missing, or has another length.")
    places = mover.places()
    print(f"{places.store - len(lost):,} of {places.store:,} files in the store are there.")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
