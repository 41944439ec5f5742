"""What a start says about the confinement of parsers."""

import ctypes
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.ingestion import child, seal_report
from app.ingestion.confinement.seal import Seal
from app.ingestion.seal_report import report_seal

_PR_CAPBSET_DROP = 24  # linux/prctl.h
_CAPABILITIES = 64


def reported(monkeypatch: pytest.MonkeyPatch, found: Seal | None = None) -> Any:  # noqa: ANN401 - a log line
    if found is not None:
        monkeypatch.setattr(seal_report, "_try", lambda: found)
    with capture_logs() as lines:
        report_seal()
    (line,) = lines
    return line


def test_a_system_with_everything_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    line = reported(monkeypatch, Seal(seccomp=True, landlock=7, unprivileged=True))
    assert line == {
        "event": "upload_parser_confined",
        "log_level": "info",
        "seccomp": True,
        "landlock": 7,
        "resource_limits": True,
    }


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (Seal(seccomp=False, landlock=0, unprivileged=True), "signal processes of its user"),
        (Seal(seccomp=False, landlock=7, unprivileged=True), "without seccomp"),
        (Seal(seccomp=True, landlock=0, unprivileged=False), "it stays root"),
    ],
)
def test_what_is_open_without_a_feature_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, found: Seal, missing: str
) -> None:
    line = reported(monkeypatch, found)
    assert (line["event"], line["log_level"]) == ("upload_parser_confined_in_part", "warning")
    assert missing in line["missing"]


def test_seccomp_alone_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reported(monkeypatch, Seal(seccomp=True, landlock=0, unprivileged=True))["landlock"] is False


def test_a_start_goes_on_where_it_is_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    assert reported(monkeypatch)["event"] == "upload_parser_confinement_unknown"


@pytest.mark.skipif(platform.machine() not in {"x86_64", "aarch64"} or sys.platform != "linux", reason="Linux only")
def test_it_is_tried_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reported(monkeypatch)["seccomp"] is True


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="asks for root to begin with")
def test_root_that_may_not_change_its_user_is_said() -> None:
    def drop_capabilities() -> None:
        for capability in range(_CAPABILITIES):
            libc.prctl(_PR_CAPBSET_DROP, capability)

    libc = ctypes.CDLL(None)
    ended = subprocess.run(
        child.command("app.ingestion.confinement", str(os.getpid())),
        check=True,
        cwd=child.SERVICE_FOLDER,
        preexec_fn=drop_capabilities,
        capture_output=True,
    )
    assert json.loads(ended.stdout)["unprivileged"] is False
