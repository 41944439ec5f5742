"""One span for a command, one for each revision, sent to a real OTLP receiver."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from sample_project import Project

from alembic_rollout.tracing.exporting import END_SECONDS
from tracing.conftest import Collector, attributes_of, is_error

Command = Callable[..., subprocess.CompletedProcess[str]]

SECRET = "tell-no-one@example.com"


@pytest.fixture
def alembic(project: Project, collector: Collector) -> Command:
    """Run `alembic COMMAND...` with traces on."""

    def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return project.alembic(*command, **{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url} | variables)

    return run


def test_an_upgrade_is_a_span_with_one_for_each_revision(
    project: Project, collector: Collector, alembic: Command
) -> None:
    project.tables(2)
    assert alembic("upgrade", "head").returncode == 0
    run, first, second = (collector.spans[name] for name in ("alembic upgrade", "upgrade 001", "upgrade 002"))
    assert len(collector.spans) == 3
    assert run.parent_span_id == b""
    assert {first.parent_span_id, second.parent_span_id} == {run.span_id}
    assert {first.trace_id, second.trace_id} == {run.trace_id}
    assert run.start_time_unix_nano <= first.start_time_unix_nano < first.end_time_unix_nano
    assert first.end_time_unix_nano <= second.end_time_unix_nano <= run.end_time_unix_nano
    assert not any(map(is_error, (run, first, second)))
    facts = attributes_of(second)
    assert facts.pop("alembic_rollout.lock_wait_ms") >= 0
    assert facts == {
        "alembic_rollout.revision": "002",
        "alembic_rollout.direction": "upgrade",
        "alembic_rollout.phase": "expand",
        "alembic_rollout.outcome": "applied",
        "alembic_rollout.attempts": 1,
        "alembic_rollout.app_version": "1.2.3",
        "alembic_rollout.history_id": project.database.scalar(
            "SELECT id FROM alembic_rollout_history WHERE revision = '002'"
        ),
    }


def test_a_revision_that_fails_is_an_error_and_so_is_its_run(
    project: Project, collector: Collector, alembic: Command
) -> None:
    project.tables(1)
    project.sql("002", f"SELECT 1/0 /* {SECRET} */")
    project.sql("003", "SELECT 1")
    failed = alembic("upgrade", "head", ROLLOUT_LINT="off", TRACEPARENT=f"00-{'a' * 32}-{'b' * 16}-01")
    assert failed.returncode == 1
    assert set(collector.spans) == {"alembic upgrade", "upgrade 001", "upgrade 002"}
    run, applied, broken = (collector.spans[name] for name in ("alembic upgrade", "upgrade 001", "upgrade 002"))
    assert (is_error(run), is_error(applied), is_error(broken)) == (True, False, True)
    assert attributes_of(broken)["error.type"] == "22012"
    assert attributes_of(broken)["alembic_rollout.outcome"] == "failed"
    assert (run.trace_id.hex(), run.parent_span_id.hex()) == ("a" * 32, "b" * 16)
    sent = b"".join(collector.bodies)
    assert SECRET.encode() not in sent
    assert (project.database.url.split(":")[2].split("@")[0] or "no password").encode() not in sent


def test_a_run_names_the_revisions_that_it_left_held(project: Project, collector: Collector, alembic: Command) -> None:
    project.tables(1)
    project.upgrade()
    project.revision("002", header='phase = "contract"')
    with project.database.engine(f"{project.database.app_url}?application_name=shop@001").connect():
        assert alembic("upgrade", "head", ROLLOUT_LINT="off").returncode == 0
    run = collector.spans["alembic upgrade"]
    assert attributes_of(run)["alembic_rollout.held"] == "002"
    assert not is_error(run)


def test_a_revision_that_is_tried_again_is_one_span(project: Project, collector: Collector, alembic: Command) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", "ALTER TABLE t001 ADD COLUMN more int", "ALTER TABLE t001 DROP COLUMN more")
    waits = (
        "SELECT count(*) FROM pg_locks"
        " WHERE relation = 't001'::regclass AND NOT granted AND mode = 'AccessExclusiveLock'"
    )
    with project.database.engine().begin() as holder:
        holder.exec_driver_sql("LOCK TABLE t001")
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "ROLLOUT_LOCK_TIMEOUT": "200ms"}
        upgrading = project.start_fresh("upgrade", "head", **variables)
        for is_waiting in (True, False):  # it waits, and has given up
            while bool(project.database.scalar(waits)) is not is_waiting:
                assert upgrading.poll() is None
    _, said = upgrading.communicate(timeout=60)
    assert upgrading.returncode == 0, said
    facts = attributes_of(collector.spans["upgrade 002"])
    assert facts["alembic_rollout.outcome"] == "applied"
    assert facts["alembic_rollout.attempts"] > 1


def test_the_span_of_a_verb_is_around_those_of_its_run(project: Project, collector: Collector) -> None:
    project.tables(1)
    with_traces = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
    assert project.rollout("upgrade", "head", **with_traces).returncode == 0
    assert project.rollout("status", **with_traces).returncode == 0
    spans = collector.spans
    assert spans["alembic upgrade"].parent_span_id == spans["alembic-rollout upgrade"].span_id
    assert spans["upgrade 001"].parent_span_id == spans["alembic upgrade"].span_id
    assert spans["alembic-rollout status"].parent_span_id == b""


def test_the_environment_says_what_is_sent(project: Project, collector: Collector, alembic: Command) -> None:
    project.tables(1)
    assert alembic("upgrade", "head", OTEL_SDK_DISABLED="true").returncode == 0
    assert alembic("upgrade", "head", OTEL_TRACES_SAMPLER="always_off").returncode == 0
    assert collector.bodies == []
    assert alembic("upgrade", "head", OTEL_SERVICE_NAME="migrations-of-x", OTEL_TRACES_SAMPLER="").returncode == 0
    assert collector.services == {"migrations-of-x"}
    collector.bodies.clear()
    assert alembic("upgrade", "head").returncode == 0
    assert collector.services == {"shop"}


def test_a_collector_that_hangs_costs_two_seconds_and_one_line(
    project: Project, collector: Collector, alembic: Command
) -> None:
    project.tables(1)
    collector.answers.clear()
    began = time.monotonic()
    done = alembic("upgrade", "head")
    assert done.returncode == 0
    assert time.monotonic() - began < END_SECONDS + 5
    assert done.stderr.count("traces of this run are lost") == 1
    assert "opentelemetry" not in done.stderr


def test_a_collector_that_is_away_costs_a_line(project: Project, alembic: Command) -> None:
    project.tables(1)
    done = alembic("upgrade", "head", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 0
    assert done.stderr.count("traces of this run are lost") == 1
    assert "Traceback" not in done.stderr


def test_without_the_packages_a_run_says_what_to_install(project: Project, collector: Collector) -> None:
    project.tables(1)
    missing = project.folder / "without" / "opentelemetry"
    missing.mkdir(parents=True)
    (missing / "__init__.py").write_text('raise ImportError("No module named opentelemetry")')
    upgrading = project.start_fresh(
        "upgrade", "head", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, PYTHONPATH=str(missing.parent)
    )
    _, said = upgrading.communicate(timeout=60)
    assert upgrading.returncode == 0
    assert "pip install 'alembic-rollout[otel]'" in said


def test_without_a_collector_nothing_of_opentelemetry_is_loaded(project: Project) -> None:
    project.tables(1)
    code = (
        "import sys; from alembic.config import main; main(['upgrade', 'head'])\n"
        "print(*[name for name in sys.modules if name.startswith(('opentelemetry', 'google.', 'requests'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project.folder,
        env=project.environment() | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""
    assert "001" in done.stderr
