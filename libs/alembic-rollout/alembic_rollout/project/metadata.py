"""What env.py gives as `target_metadata`, in every way of writing it, turned into what Alembic takes."""

from collections.abc import Callable, Iterable
from importlib import import_module

from sqlalchemy import MetaData

from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.error_text import one_line

TargetMetadata = MetaData | list[MetaData] | None
"""What `context.configure` takes. Of a list, even of one MetaData, Alembic uses no naming convention."""

Models = MetaData | str | None | Callable[[], object] | Iterable[MetaData | str | Callable[[], object]]
"""What `run` takes: a MetaData, several, None, `"app.db.base:Base.metadata"`, or a function that returns such."""


def load_metadata(models: object) -> TargetMetadata:
    """Import the models where they are only named, and return their metadata.

    Args:
        models: see `Models`.

    Raises:
        UsageError: something is named that does not exist, or that is not a MetaData.
    """
    found = _resolved(models)
    if found is None or isinstance(found, MetaData):
        return found
    if isinstance(found, Iterable) and not isinstance(found, type):
        return [_one(item) for item in found]
    raise _not_metadata(found)


def _one(item: object) -> MetaData:
    found = _resolved(item)
    if not isinstance(found, MetaData):
        raise _not_metadata(found)
    return found


def _resolved(models: object) -> object:
    """Import what a string names, and call what is a function."""
    if isinstance(models, str):
        return _named(models)
    return models() if callable(models) and not isinstance(models, type) else models


def _named(name: str) -> object:
    module, _, path = name.partition(":")
    try:
        found: object = import_module(module)
        for part in filter(None, path.split(".")):
            found = getattr(found, part)
    except Exception as error:  # the models are the project's code: whatever it raises is the reason
        reason = one_line(error)
        is_plain = isinstance(error, (ImportError, AttributeError))
        if isinstance(error, SyntaxError):
            reason = f"{error.filename}:{error.lineno}: {reason}"
        elif not is_plain:
            reason = f"{type(error).__name__}: {reason}"
        raise UsageError(
            f"env.py names {name!r}: {reason}. Correct the name or the module, or install what its import lacks."
        ) from error
    return found


def _not_metadata(found: object) -> UsageError:
    if isinstance(getattr(found, "metadata", None), MetaData):
        name = getattr(found, "__name__", type(found).__name__)
        return UsageError(f"env.py gives {name}, which is not a MetaData: pass {name}.metadata.")
    return UsageError(f"env.py gives {found!r}, which is not a MetaData but {type(found).__name__}.")
