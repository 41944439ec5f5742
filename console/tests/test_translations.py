"""Every text of the console is there in every language."""

import re

import pytest
from babel.messages.catalog import Message
from tools.translations import LANGUAGES, updated

from app import language

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


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
