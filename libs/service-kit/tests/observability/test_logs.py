"""Lines at a terminal: whatever a client wrote, an operator's screen stays as it is."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from fastapi.testclient import TestClient
from sample.application import create_app

from service_kit.observability import logs
from service_kit.settings.service_settings import TokenCheckingSettings

HOSTILE = "\x1b[2J\x07\r\n\x9b31m\u202eevil\x7f"
ESCAPED = r"\x1b[2J\x07\r\n\x9b31m\u202eevil\x7f"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave no logger behind that writes to a captured stream."""
    yield
    logs.configure("auto")


def test_control_characters_of_our_own_lines_are_escaped(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("console")
    structlog.get_logger().warning(HOSTILE, value=HOSTILE, values=[HOSTILE])
    written = capfd.readouterr().err
    assert written.count(ESCAPED) == 3
    assert "\x1b[2J" not in written
    assert not set(written) & set("\x07\r\x9b\u202e\x7f")
    assert written.count("\n") == 1


def test_control_characters_of_other_libraries_lines_are_escaped(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("console")
    logging.getLogger("uvicorn.error").warning("Invalid request: %s", HOSTILE)
    written = capfd.readouterr().err
    assert ESCAPED in written
    assert written.count("\n") == 1


def test_the_text_of_an_error_is_escaped_and_its_trace_keeps_its_lines(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("console")
    nothing: dict[str, int] = {}
    try:
        nothing["\x1b[2Jevil"]
    except KeyError as error:
        error.add_note("\x1b[2Jnote")
        structlog.get_logger().exception("failed")
    written = capfd.readouterr().err
    assert r"\x1b[2Jnote" in written
    assert "\x1b[2J" not in written
    assert written.count("\n") > 2


def test_a_path_cannot_write_to_the_terminal(
    settings: TokenCheckingSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    TestClient(create_app(settings.model_copy(update={"log_format": "console"}))).get("/%1b%5b2J%0aforged%9b")
    written = capfd.readouterr().err
    assert r"\x1b[2J\nforged" in written
    assert "\x1b[2J" not in written
