import io

import pytest

from stack.terminal import Terminal


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_stand_under_each_other_whatever_their_source() -> None:
    stream = io.StringIO()
    terminal = Terminal(["auth", "admin"], stream=stream)
    terminal.line_of("auth", "started")
    terminal.line_of("admin", "started")
    assert stream.getvalue() == "auth  | started\nadmin | started\n"


def test_only_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    tty, file = Tty(), io.StringIO()
    for stream in (tty, file):
        Terminal(["auth"], stream=stream).line_of("auth", "started")
    assert tty.getvalue() == "\x1b[36mauth |\x1b[0m started\n"
    assert "\x1b" not in file.getvalue()


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    tty = Tty()
    Terminal([], stream=tty).complain("it broke")
    assert tty.getvalue() == "it broke\n"
