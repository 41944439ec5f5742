"""Settings of the session that a text changes, by whichever statement, as far as its words say so.

Some of them decide how PostgreSQL reads what follows. The reader of this room reads SQL as the session of a migration
is set when it begins, so that it has to know where a text changes that.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import (
    UNKNOWN_NAME,
    Tokens,
    enclosed,
    is_identifier,
    read_name,
    skip,
    split,
    split_at_commas,
    unquote,
)

EVERYTHING = "all"
"""Stands for all settings of a session: RESET ALL and DISCARD ALL."""

_BODY_OPENERS = ("begin", "then", "else", "loop")
_SETTINGS_BY_OTHER_NAMES = {"names": "client_encoding", "schema": "search_path"}
_ROLES = ("role", "session_authorization")
_OWN_ROLE = ("default", "none")
_CODE = ("function", "procedure", "routine")
_TRUE = ("on", "true", "yes", "1", "tru", "tr", "t", "ye", "y")
_UNICODE = ("utf8", "unicode")


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting that a text changes.

    Attributes:
        name: in lower case; `UNKNOWN_NAME` where it is put together while the statement runs.
        value: without quotes; `default` where it is reset, `UNKNOWN_NAME` where it is computed.
        is_local: it lasts until the transaction ends, or the function that has it.
        in_function: a function has it, or does it when it is called.
    """

    name: str
    value: str
    is_local: bool = False
    in_function: bool = False


def setting_changes(sql: str) -> list[SettingChange]:
    """Return the settings that a text of statements changes, those of DO blocks and functions included."""
    if not _may_change().search(sql):
        return []
    found = list(_changes(tokenize(sql), in_function=False))
    # An EXECUTE may put its text together from several strings.
    dynamic = (action for action in actions_in(sql) if action.verb == "set") if "execute" in sql.casefold() else ()
    return [*found, *(SettingChange(one.name, one.detail, "local" in one.tokens[1:2]) for one in dynamic)]


def reading_changed_by(sql: str) -> str | None:
    """Say what a text does to the way in which PostgreSQL reads what follows it, as a sentence without its end.

    Returns:
        None where it does nothing to it. A `search_path` for the transaction is followed, so that it counts as nothing.
    """
    return next((said for change in setting_changes(sql) if (said := _effect(change))), None)


def _effect(change: SettingChange) -> str | None:
    name, value = change.name, change.value.casefold()
    is_on = value in _TRUE
    effects = {
        UNKNOWN_NAME: (True, "set_config changes a setting whose name is put together while it runs"),
        EVERYTHING: (
            True,
            "RESET ALL or DISCARD ALL undoes what the migration has set for its session, limits and reading included",
        ),
        "standard_conforming_strings": (
            not is_on,
            "standard_conforming_strings lets a backslash escape a quote, so that strings end elsewhere from then on",
        ),
        "client_encoding": (
            re.sub("[^a-z0-9]", "", value) not in _UNICODE,
            "client_encoding lets PostgreSQL read other characters than the revision has",
        ),
        "transform_null_equals": (is_on, "transform_null_equals lets `= NULL` be true"),
        "search_path": (
            value != "default" and not (change.is_local or change.in_function),
            "search_path is set for the session, beyond this revision; SET LOCAL search_path ends with it",
        ),
    }
    has_effect, said = effects.get(name, (False, ""))
    return said if has_effect else None


def _changes(tokens: Tokens, *, in_function: bool) -> Iterator[SettingChange]:
    for statement in split(tokens):
        is_code = statement[:1] in (("create",), ("alter",)) and any(word in _CODE for word in statement[1:4])
        for place, word in enumerate(statement):
            before = statement[place - 1] if place else "then"
            if word in ("set", "reset", "discard") and (before in _BODY_OPENERS or is_code):
                yield from _of_statement(statement[place:], in_function=in_function or is_code)
            elif word.strip('"') == "set_config" and statement[place + 1 : place + 2] == ("(",):
                yield _of_call(enclosed(statement, place + 1), in_function=in_function)
            elif word == "update" and read_name(statement, skip(statement, place + 1, "only"))[0] in _VIEWS:
                yield SettingChange(UNKNOWN_NAME, UNKNOWN_NAME, in_function=in_function)
            elif word[:1] in ("$", "'") and (is_code or in_function or statement[0] == "do" or "execute" in statement):
                yield from _changes(tokenize(unquote(word)), in_function=in_function or is_code)


def _of_statement(words: Tokens, *, in_function: bool) -> Iterator[SettingChange]:
    """Read SET, RESET or DISCARD: the words from it on."""
    if words[0] == "discard":
        if words[1:2] == ("all",):
            yield SettingChange(EVERYTHING, "default", in_function=in_function)
        return
    is_local = words[1:2] == ("local",)
    name, position = read_name(words, skip(words, 1, "local", "session"))
    name = name.lower()
    name = "session_authorization" if name == "authorization" else name
    if words[0] == "reset":
        yield SettingChange(name, "default", is_local, in_function)
    elif name in _ROLES and words[position : position + 1] and words[position] not in ("=", "to"):
        role = unquote(words[position])
        yield SettingChange(name, "default" if role in _OWN_ROLE else role, is_local, in_function)
    elif words[position : position + 1] in (("=",), ("to",)):
        value = words[position + 1 : position + 2] if in_function else words[position + 1 :]
        yield SettingChange(name, _value(value), is_local, in_function)
    elif name in _SETTINGS_BY_OTHER_NAMES and _begins_value(words[position : position + 1]):
        yield SettingChange(_SETTINGS_BY_OTHER_NAMES[name], _value(words[position:]), is_local, in_function)


def _begins_value(word: Tokens) -> bool:
    return word == ("default",) or (bool(word) and not is_identifier(word[0]))


def _value(words: Tokens) -> str:
    return "".join(unquote(word) for word in words)


def _of_call(arguments: Tokens, *, in_function: bool) -> SettingChange:
    """Read the arguments of set_config; one that is more than a string is computed."""
    name, value, is_local = ([*split_at_commas(arguments), (), (), ()])[:3]
    return SettingChange(
        _string(name).lower(), _string(value), unquote("".join(is_local)).lower() in _TRUE, in_function
    )


def _string(words: Tokens) -> str:
    return unquote(words[0]) if len(words) == 1 and words[0][:1] in ("'", "$") else UNKNOWN_NAME


_VIEWS = ("pg_settings", "pg_catalog.pg_settings")


@cache
def _may_change() -> re.Pattern[str]:
    # An escape may stand for any letter of a DO block, or of a quoted name.
    return re.compile(r"set|discard|\\|u&", re.IGNORECASE)
