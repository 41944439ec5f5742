"""Where settings come from: the environment, then `.env`; each secret also from a file that a variable names."""

from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

FILE_SUFFIX = "_file"
# What makes a database's URL; a layer that has one of them does not mean the URL of a layer below.
URL_PARTS = frozenset({"db_host", "db_name", "db_user", "db_password"})
_URL = "database_url"


class SettingsFileError(Exception):
    """A file that should hold a secret cannot be used; the message names the variable, on one line."""


class LayeredSource(PydanticBaseSettingsSource):
    """Reads layers, of which the first that has a value wins.

    Args:
        settings_cls: whose fields are read.
        layers: the environment first.
    """

    def __init__(self, settings_cls: type[BaseSettings], *layers: EnvSettingsSource) -> None:
        super().__init__(settings_cls)
        self._layers = layers
        self._secrets = [name for name, field in settings_cls.model_fields.items() if _is_secret(field)]

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - pydantic-settings' signature
        """Return nothing: `__call__` reads all fields at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the values by field.

        Raises:
            SettingsFileError: a layer sets a secret and its file, or the file cannot be used.
        """
        values: dict[str, Any] = {}
        for layer in self._layers:
            found = layer() | self._from_files(layer)
            if values.keys() & URL_PARTS:
                found.pop(_URL, None)
            values = found | values
        return values

    def _from_files(self, layer: EnvSettingsSource) -> dict[str, str]:
        found = {}
        for name in self._secrets:
            file = layer.env_vars.get(f"{name}{FILE_SUFFIX}")
            if not file:
                continue
            variable = f"{name}{FILE_SUFFIX}".upper()
            if layer.env_vars.get(name):
                raise SettingsFileError(f"{name.upper()} and {variable} are both set; leave one of them out")
            found[name] = _content(variable, Path(file))
        return found


def _is_secret(field: FieldInfo) -> bool:
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def _content(variable: str, file: Path) -> str:
    try:
        content = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsFileError(f"{variable}: {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsFileError(f"{variable}: {file} is not in UTF-8") from None
    secret = content.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise SettingsFileError(f"{variable}: {file} is empty")
    return secret
