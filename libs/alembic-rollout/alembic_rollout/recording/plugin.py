"""The pytest plug-in: `-p alembic_rollout.recording.plugin`.

Under xdist every worker records, and the process that started them gathers. A whole run compares with the file, or
writes it; a run of some tests, or one that fails, cannot know what the others send: it compares nothing, and adds only.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alembic_rollout.inventory.statements_file import Inventory, read_inventory, write_inventory
from alembic_rollout.recording.recorder import Recorder
from alembic_rollout.recording.staleness import Staleness, compare, to_write
from alembic_rollout.releases.schema import Schema
from alembic_rollout.wording.phrases import plural

_OPTION = "record_statements"
_OUTPUT = "alembic_rollout_statements"
# What leaves tests out, by the names that pytest and its cache plug-in give them.
_SELECTING = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the file."""
    group = parser.getgroup("alembic-rollout")
    group.addoption(
        "--record-statements",
        dest=_OPTION,
        action="store_true",
        help="Write the statements that the service sends into the file that the setting `statements` names.",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Record, where the project says into which file."""
    schema = Schema(config.rootpath / "alembic.ini")
    environment = schema.environment
    name = environment.settings.statements
    if not name:
        raise pytest.UsageError(
            "The recording plug-in is loaded, and [tool.alembic-rollout] names no file: set"
            ' statements = "app/db/statements.sql".'
        )
    recorder = Recorder(schema.application_name)
    config.pluginmanager.register(_Recording(config, recorder, environment.folder / name), "alembic-rollout-recording")


class _Recording:
    def __init__(self, config: pytest.Config, recorder: Recorder, path: Path) -> None:
        self._config = config
        self._recorder = recorder
        self._path = path
        self._recorded: frozenset[str] = frozenset()
        self._lost_worker = False
        self._lines: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:
        with self._recorder.recording():
            result = yield
        self._recorded |= self._recorder.statements
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401 - xdist's worker
        """Gather what a worker has recorded."""
        output = getattr(node, "workeroutput", {})
        self._lost_worker |= error is not None or _OUTPUT not in output
        self._recorded |= frozenset(output.get(_OUTPUT, ()))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(self._config, "workeroutput", None)
        if output is not None:  # this is a worker
            output[_OUTPUT] = sorted(self._recorded)
            return
        if self._config.getoption(_OPTION):
            self._lines = self._write(session)
        elif self._is_whole and session.exitstatus == pytest.ExitCode.OK:
            self._lines = self._check(session)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:  # noqa: ANN401 - pytest's own is not public
        if self._lines:
            terminalreporter.section("statements of the service")
            for line in self._lines:
                terminalreporter.write_line(line)

    @property
    def _is_whole(self) -> bool:
        option = self._config.option
        is_all = self._config.args_source is not pytest.Config.ArgsSource.ARGS
        return is_all and not self._lost_worker and not any(getattr(option, name, None) for name in _SELECTING)

    def _write(self, session: pytest.Session) -> list[str]:
        committed = read_inventory(self._path) or Inventory()
        is_whole = self._is_whole and session.exitstatus == pytest.ExitCode.OK
        inventory = to_write(self._recorded, committed, removes=is_whole)
        write_inventory(self._path, inventory)
        added = len(inventory.statements - committed.statements)
        line = f"{self._name}: {plural(len(inventory.statements), 'statement')}, {added} of them new."
        return [line if is_whole else f"{line} Only a run of all tests, in which each succeeds, removes any."]

    def _check(self, session: pytest.Session) -> list[str]:
        staleness: Staleness = compare(self._recorded, read_inventory(self._path) or Inventory())
        if not staleness:
            return []
        _fail(session)
        return list(staleness.lines(self._name))

    @property
    def _name(self) -> str:
        return self._path.relative_to(self._config.rootpath).as_posix()


def _fail(session: pytest.Session) -> None:
    session.exitstatus = pytest.ExitCode.TESTS_FAILED
