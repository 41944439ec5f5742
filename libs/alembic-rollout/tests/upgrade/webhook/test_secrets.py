"""The webhook is told what failed where, and never a secret."""

import json
import socket

import pytest
from alembic.config import Config
from sample_project import Project

from alembic_rollout.project.environment import Environment, load_environment
from alembic_rollout.upgrade.webhook.delivery import failure_message
from upgrade.webhook.servers import PATH, TOKEN, Webhook, assert_no_token, told


def test_the_databases_password_is_hidden_in_text_and_fields(webhook: Webhook) -> None:
    settings = webhook.settings(admin_url="postgresql+psycopg2://admin:adm%40in-pw@db/postgres")
    url = "postgresql+psycopg2://owner:s3cret-pw@db:5432/shop"

    told(
        settings,
        f"cannot reach {url}",
        error=f"{url} and adm@in-pw or adm%40in-pw",
        nested={"dsn": ["password=pw-9 host=db"]},
    )

    (sent,) = webhook.requests
    for secret in ("s3cret-pw", "adm@in-pw", "adm%40in-pw", "pw-9"):
        assert secret not in json.dumps(sent)
    assert sent["text"] == "cannot reach postgresql+psycopg2://owner:***@db:5432/shop"


def test_the_webhooks_own_address_is_hidden(webhook: Webhook) -> None:
    settings = webhook.settings()

    told(settings, f"posting to {settings.webhook_url}", error=f"POST {PATH} failed, key q-{TOKEN}")

    (sent,) = webhook.requests
    assert TOKEN not in json.dumps(sent)


def test_words_that_an_address_is_made_of_are_left_in_peace(webhook: Webhook) -> None:
    told(webhook.settings(), "all services are down")

    assert webhook.requests[0]["text"] == "all services are down"


def environment_of(project: Project, url: str) -> Environment:
    config = Config(project.ini)
    config.attributes |= {"url": url}
    return load_environment(config)


def test_a_failure_names_what_failed_where(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    environment = environment_of(project, "postgresql+psycopg2://owner:s3cret-pw@db:5432/warehouse")

    message = failure_message(
        environment,
        revision="002",
        direction="upgrade",
        error="login with s3cret-pw failed",
        duration_ms=1200,
        attempts=2,
    )

    host = socket.gethostname()
    assert message.fields == {
        "service": "shop",
        "database": "warehouse",
        "host": host,
        "revision": "002",
        "direction": "upgrade",
        "outcome": "failed",
        "error": "login with *** failed",
        "duration_ms": 1200,
        "attempts": 2,
        "app_version": "1.2.3",
    }
    assert message.text == f"shop: upgrade 002 of warehouse failed on {host}: login with *** failed"


def test_a_failed_migration_tells_the_webhook_without_the_rows_that_it_met(project: Project, webhook: Webhook) -> None:
    project.sql("001", "CREATE TABLE cards (number text)")
    project.upgrade(ROLLOUT_LINT="off")
    project.database.execute("INSERT INTO cards VALUES ('4111-secret'), ('4111-secret')")
    project.sql("002", "CREATE UNIQUE INDEX ix_cards ON cards (number)")

    done = project.alembic(
        "upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_WEBHOOK_URL=f"{webhook.url}{PATH}", NO_PROXY="*"
    )

    assert done.returncode == 1
    (sent,) = webhook.requests
    assert sent["revision"] == "002"
    assert sent["outcome"] == "failed"
    assert "could not create unique index" in sent["error"]
    assert "4111-secret" not in json.dumps(sent)
    assert_no_token(done.stderr)
