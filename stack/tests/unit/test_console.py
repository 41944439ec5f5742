import io

import pytest

from stack.console import Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_stand_under_each_other_whatever_their_source() -> None:
    stream = io.StringIO()
    console = Console(["auth", "admin"], stream=stream)
    console.line_of("auth", "started")
    console.line_of("admin", "started")
    assert stream.getvalue() == "auth  | started\nadmin | started\n"


def test_only_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        Console(["auth"], stream=stream).line_of("auth", "started")
    assert terminal.getvalue() == "\x1b[36mauth |\x1b[0m started\n"
    assert "\x1b" not in file.getvalue()


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    Console([], stream=terminal).complain("it broke")
    assert terminal.getvalue() == "it broke\n"
