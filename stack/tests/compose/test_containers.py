"""What the containers are: who they run as, what they may write, how large their images are, how they end."""

import json
import subprocess
import time
from datetime import datetime

import pytest
from compose.engine import CONSOLE, CONTAINERS, ODD_PASSWORDS, SERVICES, Compose, run

IMAGE_LIMIT_MB = 200
STOP_SECONDS = 10  # after which Docker kills a container that has no grace of its own
ROLES = ("AUTHDB_OWNER", "AUTHDB_APP", "APIDB_OWNER", "APIDB_APP", "ADMINDB_OWNER", "ADMINDB_APP")

each_service = pytest.mark.parametrize("container", SERVICES.values())
each_image = pytest.mark.parametrize("container", [*SERVICES.values(), CONSOLE])


@each_image
def test_it_is_healthy_on_an_empty_volume_with_no_file_to_write_first(compose: Compose, container: str) -> None:
    assert compose.inspect(container)["State"]["Health"]["Status"] == "healthy"


@each_service
def test_it_runs_the_documented_command_without_a_shell_in_between(compose: Compose, container: str) -> None:
    assert compose.inspect(container)["Config"]["Cmd"] == [
        "sh",
        "-c",
        (
            "python -m app.settings && alembic upgrade head"
            " && exec env -u MIGRATION_DATABASE_URL -u MIGRATION_DB_PASSWORD"
            " uvicorn app.main:app --host 0.0.0.0 --port 8000 --timeout-graceful-shutdown 30"
            " --http service_kit.server.connections:BoundedHttp"
        ),
    ]
    first = compose.exec(container, "python", "-c", "print(open('/proc/1/cmdline').read().replace(chr(0), ' '))")
    assert "uvicorn app.main:app" in first.stdout


# The admin service hides its environment from all.
@pytest.mark.parametrize("container", [SERVICES["auth"], SERVICES["user"]])
def test_the_running_service_does_not_hold_the_password_of_the_role_that_migrates(
    compose: Compose, container: str
) -> None:
    names = "print(*[line.split('=')[0] for line in open('/proc/1/environ').read().split(chr(0))])"
    held = compose.exec(container, "python", "-c", names).stdout.split()
    assert "DB_PASSWORD" in held
    assert "MIGRATION_DB_PASSWORD" not in held


@each_image
def test_no_password_is_in_its_log(compose: Compose, container: str) -> None:
    logged = run(["docker", "logs", container], compose.folder, compose.environment(), 60)
    for password in (*ODD_PASSWORDS.values(), "local-only"):
        assert password not in logged.stdout + logged.stderr


@pytest.mark.parametrize("variable", ["POSTGRES_PASSWORD", "AUTHDB_OWNER_PASSWORD", "APIDB_APP_PASSWORD"])
def test_postgresql_does_not_start_with_a_default_password_in_production(compose: Compose, variable: str) -> None:
    of_ones_own = [f"{role}_PASSWORD=my-own" for role in ("POSTGRES", *ROLES)]
    settings = ["ENVIRONMENT=production", *of_ones_own, f"{variable}=local-only-secret"]
    arguments = [part for setting in settings for part in ("-e", setting)]
    done = subprocess.run(
        ["docker", "compose", "run", "--rm", "--no-deps", "-T", *arguments, "postgres"],
        check=False, cwd=compose.folder, env=compose.environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"{variable} holds a default secret; set one of your own in production" in done.stderr + done.stdout


@each_service
def test_it_refuses_a_default_password_in_production_before_it_migrates(compose: Compose, container: str) -> None:
    command = ["docker", "compose", "run", "--rm", "--no-deps", "-T", "-e", "ENVIRONMENT=production"]
    done = subprocess.run(
        [*command, "-e", "DB_PASSWORD=my-own", "-e", "FIRST_ADMIN_PASSWORD=correct horse battery",
         "-e", "SERVICE_CLIENT_SECRET=a-secret-of-my-own", "-e",
         "MIGRATION_DB_PASSWORD=local-only-owner", container],
        check=False, cwd=compose.folder, env=compose.environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "MIGRATION_DB_PASSWORD holds a default secret" in done.stderr + done.stdout
    assert "nothing to do" not in done.stderr + done.stdout


@each_image
def test_it_runs_without_root_and_without_capabilities(compose: Compose, container: str) -> None:
    status = compose.exec(container, "cat", "/proc/1/status").stdout
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert set(fields["Uid"].split()) == {"10001"}
    assert int(fields["CapEff"], 16) == 0
    assert fields["NoNewPrivs"] == "1"


@each_service
def test_its_file_system_is_read_only_but_for_tmp_and_the_volumes(compose: Compose, container: str) -> None:
    for folder in ("/srv", "/opt/venv", "/opt/postgresql", "/etc", "/home"):
        refused = compose.exec(container, "touch", f"{folder}/written", succeeds=False)
        assert refused.returncode != 0, folder
    compose.exec(container, "touch", "/tmp/written")  # noqa: S108 - the one place it may write
    assert compose.exec(container, "stat", "-c", "%U %a", "/backups").stdout == "app 700\n"


@each_service
def test_its_postgresql_programs_run(compose: Compose, container: str) -> None:
    for program in ("pg_dump", "pg_restore", "vacuumdb"):
        said = compose.exec(container, "sh", "-c", f"$ROLLOUT_PG_BIN/{program} --version").stdout
        assert said.startswith(f"{program} (PostgreSQL) 18")


@each_service
def test_its_postgresql_programs_can_ask_for_an_encrypted_connection(compose: Compose, container: str) -> None:
    command = 'PGSSLMODE=require "$ROLLOUT_PG_BIN/pg_dump" --host postgres --username somebody somewhere'
    refused = compose.exec(container, "sh", "-c", command, succeeds=False)
    assert "server does not support SSL, but SSL was required" in refused.stderr  # and not: "is not compiled in"


@each_image
def test_its_image_holds_no_key_password_installer_or_test(compose: Compose, container: str) -> None:
    unwanted = "/opt/venv/bin/pip* /opt/venv/bin/poetry /opt/venv/lib/python3*/site-packages/service_kit/testing"
    found = compose.exec(container, "sh", "-c", f"ls -d {unwanted} 2>/dev/null; find /srv -name 'test*'")
    assert found.stdout == ""
    config = json.dumps(compose.inspect(compose.inspect(container)["Image"])["Config"])
    assert "local-only" not in config
    keys = compose.exec(container, "sh", "-c", "find /srv -name '*.pem' -o -name '.env*'")
    assert keys.stdout == ""


@each_image
def test_its_image_adds_less_than_the_limit_to_its_base(compose: Compose, container: str) -> None:
    base = "python:3.13-slim-trixie"
    size, base_size = (
        int(
            run(
                ["docker", "image", "inspect", "--format", "{{.Size}}", image],
                compose.folder,
                compose.environment(),
                60,
            ).stdout
        )
        for image in (compose.inspect(container)["Image"], base)
    )
    assert (size - base_size) / 1e6 < IMAGE_LIMIT_MB


def test_ports_are_open_on_this_machine_only(compose: Compose) -> None:
    for container in CONTAINERS:
        for bindings in compose.inspect(container)["NetworkSettings"]["Ports"].values():
            assert {binding["HostIp"] for binding in bindings or []} <= {"127.0.0.1"}


@each_service
def test_its_log_is_json_lines_and_docker_compose_shows_them(compose: Compose, container: str) -> None:
    logged = run(["docker", "logs", container], compose.folder, compose.environment(), 60)
    messages = [json.loads(line)["message"] for line in (logged.stdout + logged.stderr).splitlines()]
    upgrades = [message for message in messages if message.startswith("Applied 001")]
    assert upgrades
    assert upgrades[0] in compose("logs", container).stdout


def test_stop_ends_every_service_within_seconds_and_with_status_0_and_the_next_start_has_nothing_to_do(
    compose: Compose,
) -> None:
    started = time.monotonic()
    compose("stop")
    took = time.monotonic() - started
    states = {container: compose.inspect(container)["State"] for container in CONTAINERS}
    seconds = {container: _seconds_to_stop(compose, container) for container in SERVICES.values()}
    since = str(int(time.time()))
    compose("up", "--wait", seconds=180)  # before anything is judged: the tests after this one need it
    assert {container: state["ExitCode"] for container, state in states.items()} == dict.fromkeys(CONTAINERS, 0)
    # Services and then the database, in turn.
    assert took < STOP_SECONDS * 2
    assert max(seconds.values()) < STOP_SECONDS, seconds
    assert "Applied" not in compose("logs", "--since", since).stdout


def _seconds_to_stop(compose: Compose, container: str) -> float:
    """Time from the signal to the end, by the engine's own events."""
    finished = datetime.fromisoformat(compose.inspect(container)["State"]["FinishedAt"][:19] + "+00:00")
    done = run(
        ["docker", "events", "--since", "60s", "--until", "0s", "--filter", f"container={container}", "--filter",
         "event=kill", "--format", "{{.Time}}"],
        compose.folder, compose.environment(), 60,
    )  # fmt: skip
    return finished.timestamp() - int(done.stdout.splitlines()[-1])
