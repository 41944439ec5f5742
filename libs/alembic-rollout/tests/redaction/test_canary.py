"""No value of a row, parameter or literal, and no password, leaves a failing migration: a canary is seen nowhere."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_lowercase

import pytest
from sample_project import Project
from sqlalchemy import make_url
from upgrade.webhook.servers import PATH, Webhook, listening

from redaction.leaking_revisions import FOREIGN_FUNCTION, LEAKING, TABLES


@dataclass
class Aviary:
    """A project whose rows hold canaries, and everything that its commands have said."""

    project: Project
    webhook: Webhook
    url: str
    text: str
    number: str
    said: dict[str, str] = field(default_factory=dict)

    def run(self, name: str, *command: str, program: str = "alembic-rollout", log_format: str = "text") -> int:
        done = self.project.run(
            *command,
            program=program,
            MIGRATION_DATABASE_URL=self.url,
            ROLLOUT_LINT="off",
            ROLLOUT_BACKUP="never",
            ROLLOUT_DRIFT="ignore",
            ROLLOUT_LOG_FORMAT=log_format,
            ROLLOUT_WEBHOOK_URL=f"{self.webhook.url}{PATH}",
            NO_PROXY="*",
        )
        self.said[name] = done.stdout + done.stderr
        return done.returncode

    def rows(self) -> str:
        """Return the code that inserts two rows with canaries."""
        rows = ", ".join(f"({number}, '{self.text}', {self.number}, '[1,9]')" for number in (1, 2))
        return f'op.execute("INSERT INTO people VALUES {rows}")\n'  # noqa: S608 - of this test

    def seen_in(self) -> list[str]:
        return [name for name, said in self.said.items() if self.text in said or self.number in said]


@pytest.fixture(params=["psycopg2", "psycopg"])
def aviary(project: Project, request: pytest.FixtureRequest) -> Iterator[Aviary]:
    url = make_url(project.database.url).set(drivername=f"postgresql+{request.param}")
    # Letters only: PostgreSQL takes letters with digits behind them for a time zone.
    text = "cnry" + "".join(secrets.choice(ascii_lowercase) for _ in range(10))
    number = str(secrets.randbelow(10**9) + 10**9)
    project.database.execute(FOREIGN_FUNCTION)
    project.database.execute("CREATE SEQUENCE numbers MAXVALUE 10")
    with listening() as webhook:
        yield Aviary(project, webhook, url.render_as_string(hide_password=False), text, number)


@pytest.fixture
def populated(aviary: Aviary) -> Aviary:
    """The same, with tables and rows that an applied revision has made."""
    aviary.project.revision("001", TABLES + aviary.rows())
    aviary.project.upgrade()
    return aviary


def test_a_canary_in_a_failing_revision_is_seen_nowhere(aviary: Aviary) -> None:
    # An error of Python's own is the same with either driver.
    cases = {name: body for name, body in LEAKING.items() if "psycopg2" in aviary.url or "Python" not in name}
    for position, (name, body) in enumerate(cases.items()):
        # On a database without tables nothing is read ahead of the run, which makes sixty runs affordable.
        code = body.format(text=aviary.text, number=aviary.number)
        aviary.project.revision("001", TABLES + aviary.rows() + code)
        log_format = ("text", "json")[position % 2]

        status = aviary.run(name, "upgrade", "head", program="alembic", log_format=log_format)

        last = aviary.said[name].splitlines()[-1]
        assert status == 1, (name, aviary.said[name])
        assert "Upgrading to 001 failed: " in last, (name, aviary.said[name])
        assert len(last) > len("Upgrading to 001 failed: ") + 4, (name, "a failure without a cause")
        assert "Traceback" not in aviary.said[name], name
        if log_format == "json":
            assert json.loads(last)["level"] == "error", name

    aviary.run("history", "history", "--limit", "1000")
    aviary.run("history --json", "history", "--limit", "1000", "--json")
    aviary.run("status", "status")
    aviary.run("status --json", "status", "--json")
    aviary.said["webhook"] = json.dumps(aviary.webhook.requests)
    rows = aviary.project.database.rows("SELECT h::text FROM alembic_rollout_history h")
    aviary.said["the history's table"] = "\n".join(str(row[0]) for row in rows)

    assert len(aviary.webhook.requests) == len(rows) == len(cases)
    assert aviary.seen_in() == []


def test_what_a_reader_needs_is_still_said(populated: Aviary) -> None:
    expected = {
        "a NULL beside it": 'null value in column "email" of relation "strict" violates not-null constraint',
        "a unique index": 'could not create unique index "ix_people"',
        "a check that is added": 'check constraint "c" of relation "people" is violated by some row',
        "a literal as a number": 'invalid input syntax for type integer: "***"',
        "a RAISE": "the row ***",
        "a trigger": "no room for ***",
        "a function of others": "raised by PL/pgSQL function foreign_check(text) line 2 at RAISE",
        "a Python error": "ValueError: no country for ***",
        "a function's argument": "function no_such_function(unknown) does not exist",
    }
    for name, cause in expected.items():
        path = populated.project.revision("002", LEAKING[name].format(text=populated.text, number=populated.number))
        populated.run(name, "upgrade", "head", program="alembic")
        assert cause in populated.said[name], path.read_text()


@pytest.mark.parametrize("moment", ["checks", "verify"])
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM people", '"x" found 2 rows: id 1, 2'),
        ("SELECT email, amount, count(*) FROM people GROUP BY 1, 2", '"x" found 1 row'),
        ("SELECT email::int FROM people", '"x" cannot be asked (invalid input syntax for type integer: "***")'),
        ("SELECT foreign_check(email) FROM people", '"x" cannot be asked (error P0001 raised by PL/pgSQL function'),
    ],
)
def test_a_check_names_rows_by_their_keys_and_says_nothing_else_of_them(
    populated: Aviary, moment: str, sql: str, said: str
) -> None:
    populated.project.revision("002", 'op.execute("CREATE TABLE a (id int)")', header=f"{moment} = {{'x': {sql!r}}}")
    assert populated.run("upgrade", "upgrade", "head", program="alembic") == 1
    assert said in populated.said["upgrade"]
    for name, command in {
        "plan": ["plan"],
        "plan --json": ["plan", "--json"],
        "history": ["history", "--json"],
    }.items():
        populated.run(name, *command)
    populated.run("status", "status")
    populated.said["webhook"] = json.dumps(populated.webhook.requests)
    assert said.partition(" ")[2][:9] in populated.said["webhook"]
    assert populated.seen_in() == []


def test_a_password_in_a_revision_is_not_in_its_plan(populated: Aviary) -> None:
    for name in ("a password", "a password of a literal in a block"):
        populated.project.revision("002", LEAKING[name].format(text=populated.text, number=populated.number))
        for arguments in (("plan",), ("plan", "--json")):
            assert populated.run(name, *arguments) == 0, populated.said[name]
            assert "no_such_role" in populated.said[name] or "DO " in populated.said[name]
            assert populated.seen_in() == []


def test_the_query_of_a_blocking_session_is_said_without_its_values(populated: Aviary) -> None:
    populated.project.revision("002", 'op.add_column("people", sa.Column("colour", sa.Text()))')
    with populated.project.database.engine().connect() as blocker:
        query = f"SELECT id FROM people WHERE email = '{populated.text}' AND amount = {populated.number}"  # noqa: S608
        blocker.exec_driver_sql(query)
        done = populated.project.alembic(
            "upgrade",
            "head",
            MIGRATION_DATABASE_URL=populated.url,
            ROLLOUT_LINT="off",
            ROLLOUT_LOCK_TIMEOUT="400ms",
            ROLLOUT_LOCK_RETRY_FOR="100ms",
            ROLLOUT_WEBHOOK_URL=f"{populated.webhook.url}{PATH}",
            NO_PROXY="*",
        )
    populated.said["upgrade"] = done.stderr
    populated.said["webhook"] = json.dumps(populated.webhook.requests)

    assert done.returncode == 1
    assert "query: SELECT id FROM people WHERE email = '***' AND amount = ***" in done.stderr
    assert populated.seen_in() == []
