"""The files of a service that declare objects: `objects/*.sql` beside its migrations, or the setting `sql_objects`."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from alembic_rollout.errors import UsageError
from alembic_rollout.project.environment import Environment
from alembic_rollout.sql.scanner import has_open_comment, split_text, tokenize
from alembic_rollout.sql_objects.object_names import VIEWS
from alembic_rollout.sql_objects.sql_object import SqlObject

FOLDER = "objects"
_UNCLOSED = ("'", '"')


def objects_folder(environment: Environment) -> Path:
    """Return the folder of the files; it need not be there.

    Raises:
        UsageError: the setting names a folder that is not there.
    """
    named = environment.settings.sql_objects
    if not named:
        return Path(environment.script.dir).resolve().parent / FOLDER
    folder = environment.folder / named
    if not folder.is_dir():
        raise UsageError(f"sql_objects names {named}, which is no folder. Correct the setting, or make the folder.")
    return folder


def declared_objects(environment: Environment) -> dict[str, SqlObject]:
    """Return what the files declare, by name.

    Raises:
        UsageError: a file cannot be read, or holds something else; the line says where.
    """
    folder = objects_folder(environment)
    found: dict[str, SqlObject] = {}
    for path in sorted(folder.rglob("*.sql")):
        for one in _read_file(path, _shown(path, environment.folder)):
            other = found.setdefault(one.name, one)
            if other is not one:
                raise UsageError(f"{one.place}: {one.title} is declared in {other.place} too. Keep one of them.")
    _check_parents(found)
    return found


def _shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _read_file(path: Path, shown: str) -> Iterable[SqlObject]:
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown} is not in UTF-8 ({error.reason}). Save it in UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{shown} cannot be read: {error.strerror}. Correct its rights, or remove it.") from None
    if has_open_comment(text):
        raise UsageError(f"{shown}: a comment that begins with /* is not closed. Close it with */.")
    for line, statement in split_text(text):
        tokens = tokenize(statement)
        if any(word in _UNCLOSED for word in tokens) or ("$", "$") in pairwise(tokens):
            raise UsageError(f"{shown}:{line}: a quote of this statement is not closed. Close it.")
        yield SqlObject.read(statement, f"{shown}:{line}")


def _check_parents(found: Mapping[str, SqlObject]) -> None:
    """Refuse an index or a comment on something that no file declares: the models have those of tables."""
    relations = {one.sql_name: one.kind for one in found.values() if one.kind in VIEWS}
    for one in found.values():
        if one.kind == "index" and relations.get(one.relation) != "materialized view":
            raise UsageError(
                f"{one.place}: {one.title} is on {one.relation}, which is no materialized view of these files. Declare"
                " a table's index in the models."
            )
        if one.kind == "comment" and parent_of(one, found) is None:
            raise UsageError(f"{one.place}: {one.title} is of nothing that these files declare. Move it to the models.")


def parent_of(one: SqlObject, objects: Mapping[str, SqlObject]) -> SqlObject | None:
    """Return the object that an index or a comment is a part of, so that it goes with it; None where it has none."""
    if one.kind == "comment":
        if one.relation.startswith("COLUMN "):
            return _view(one.relation.removeprefix("COLUMN ").rpartition(".")[0], objects)
        return objects.get(one.relation)
    if one.kind in ("index", "trigger"):
        return _view(one.relation, objects)
    return None


def _view(name: str, objects: Mapping[str, SqlObject]) -> SqlObject | None:
    return objects.get(f"VIEW {name}") or objects.get(f"MATERIALIZED VIEW {name}")
