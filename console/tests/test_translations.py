"""Every text of the console is there in every language."""

import re

import pytest
from babel.messages.catalog import Message
from tools.field_errors import kinds_of_field_errors
from tools.translations import LANGUAGES, updated

from app import language

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
VALUE = re.compile(r"\{(\w*)\}")


def messages(name: str) -> list[Message]:
    return [message for message in updated(name) if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def test_the_languages_are_those_that_are_written() -> None:
    assert set(language.LANGUAGES) == {language.SOURCE, *LANGUAGES}


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_text_is_translated(name: str) -> None:
    assert [message.id for message in messages(name) if not all(forms(message.string or ""))] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(name: str) -> None:
    for message in messages(name):
        for translation in forms(message.string or ""):
            assert set(PLACEHOLDER.findall(translation)) <= set(PLACEHOLDER.findall(forms(message.id)[-1])), message.id
            if isinstance(message.id, str):
                assert set(PLACEHOLDER.findall(translation)) == set(PLACEHOLDER.findall(message.id)), message.id


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_translation_names_no_value_that_the_text_of_a_service_does_not_have(name: str) -> None:
    of_services = [message for message in messages(name) if message.context]
    assert {"string_too_short", "password_length", "CONTENDED"} <= {message.context for message in of_services}
    for message in of_services:
        assert set(VALUE.findall(str(message.string))) <= set(VALUE.findall(str(message.id))), message.id


def test_a_schema_that_pydantic_may_refuse_for_something_unknown_is_noticed() -> None:
    document = {"components": {"schemas": {}}, "paths": {"/": {"get": {"parameters": [{"schema": {"multipleOf": 2}}]}}}}
    with pytest.raises(KeyError, match="multipleOf"):
        kinds_of_field_errors(document)
