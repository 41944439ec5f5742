"""Runs `alembic` and `alembic-rollout` in forked processes of one that has imported them: a start costs a tenth.

Each command is a process of its own all the same, with a folder, an environment, connections and an exit status of its
own. Run as a script it answers requests, a JSON line each; `CommandServer` is the tests' end.
"""

import atexit
import gc
import json
import os
import select
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, ClassVar


class CommandServer:
    """The process that forks; one for each process of pytest, started when it is first needed."""

    _instance: ClassVar["CommandServer | None"] = None

    def __init__(self) -> None:
        self._output = tempfile.TemporaryDirectory(prefix="commands-")
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    @classmethod
    def instance(cls) -> "CommandServer":
        if cls._instance is None:
            cls._instance = cls()
            atexit.register(cls._instance.close)
        return cls._instance

    def run(
        self, program: str, command: tuple[str, ...], *, folder: Path, environment: dict[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for its end.

        Raises:
            subprocess.TimeoutExpired: it did not end in time; the server is ended with it.
        """
        request = {
            "program": program,
            "command": command,
            "folder": str(folder),
            "environment": environment,
            "output": self._output.name,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], timeout)[0]:
            os.killpg(self._process.pid, 9)
            CommandServer._instance = None
            raise subprocess.TimeoutExpired(command, timeout)
        status = int(self._process.stdout.readline())
        out, err = (Path(self._output.name, name).read_text() for name in ("out", "err"))
        return subprocess.CompletedProcess(command, status, out, err)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._output.cleanup()


def _serve() -> None:
    # Imported before the first fork, so that no child pays for it: the drivers and what every upgrade needs.
    import psycopg  # noqa: F401, PLC0415
    import psycopg2  # noqa: F401, PLC0415
    from alembic.config import CommandLine  # noqa: PLC0415

    from alembic_rollout import attempts, command_line, lint, migrate, operations, preflight  # noqa: F401, PLC0415

    programs = {
        "alembic": CommandLine(prog="alembic"),
        "alembic-rollout": command_line.CommandLine(prog="alembic-rollout"),
    }
    gc.freeze()  # what is imported stays shared between the children
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(programs[request["program"]], request)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201 - the answer


def _become(program: Any, request: dict[str, Any]) -> None:  # noqa: ANN401 - Alembic's CommandLine
    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for descriptor, name in ((1, "out"), (2, "err")):
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            os.dup2(os.open(Path(request["output"], name), flags, 0o600), descriptor)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.path.insert(0, "")
        program.main(request["command"])
        status = 0
    except SystemExit as exit_:
        status = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status & 0xFF)


if __name__ == "__main__":
    _serve()
