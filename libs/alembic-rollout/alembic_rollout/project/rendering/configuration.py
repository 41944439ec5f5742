"""Alembic's configuration as a value, so that the child process runs env.py with the same one."""

from argparse import Namespace
from collections.abc import Mapping
from io import StringIO
from typing import Any

from alembic.config import Config

_SCALARS = (str, int, float, bool, type(None))


def as_message(config: Config) -> dict[str, Any]:
    """Return a configuration as JSON can write it: its files, options, arguments and plain attributes.

    Args:
        config: the command's, or one that a program has made, with options that are in no file.
    """
    text = StringIO()
    config.file_config.write(text)
    return {
        "file": _text(config.config_file_name),
        "toml": _text(config.toml_file_name),
        "section": config.config_ini_section,
        "arguments": {name: value for name, value in config.config_args.items() if is_plain(value)},
        "options": text.getvalue(),
        "typed": _typed(config.cmd_opts),
        "attributes": {name: plain(value) for name, value in config.attributes.items() if is_plain(value)},
    }


def from_message(message: Mapping[str, Any]) -> Config:
    """Return the configuration that `as_message` wrote."""
    typed = message["typed"]
    config = Config(
        message["file"],
        message["toml"],
        ini_section=message["section"],
        cmd_opts=None if typed is None else Namespace(**typed),
        config_args=message["arguments"],
        attributes=message["attributes"],
    )
    config.file_config.read_string(message["options"])
    return config


def is_plain(value: object) -> bool:
    """Return True if JSON can write a value; a tuple becomes a list."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and is_plain(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return isinstance(value, _SCALARS)


def plain(value: object) -> Any:  # noqa: ANN401 - what JSON can write
    """Return a value as JSON can write it; the `repr` of what it cannot."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value if isinstance(value, _SCALARS) else repr(value)


def _typed(options: Namespace | None) -> dict[str, Any] | None:
    return None if options is None else {name: value for name, value in vars(options).items() if is_plain(value)}


def _text(path: object) -> str | None:
    return None if path is None else str(path)
