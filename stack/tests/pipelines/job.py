"""A project on a branch, and the jobs of GitHub and GitLab that review it."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from forge import Forge

from stack.paths import ROOT

ACTION = ROOT / "deploy/github/alembic-rollout/action.yml"
COMPONENT = ROOT / "deploy/gitlab/templates/alembic-rollout.yml"
PROGRAMS = ROOT / "libs/alembic-rollout/.venv/bin"
MODELS = """
from sqlalchemy import Column, Integer, MetaData, Table, Text

metadata = MetaData()
Table("orders", metadata, Column("id", Integer, primary_key=True), Column("note", Text))
"""
FILES = {
    "alembic.ini": "[alembic]\nscript_location = migrations\nprepend_sys_path = .\npath_separator = os\n",
    "pyproject.toml": '[project]\nname = "orders"\n\n[tool.alembic-rollout]\nnumbering = "sequential"\n'
    'statements = "statements.sql"\n',
    "models.py": MODELS,
    "statements.sql": "SELECT note\nFROM orders;\n",
    "migrations/env.py": "from alembic_rollout import run\nfrom models import metadata\n\nrun(metadata)\n",
    "migrations/versions/001_add_orders.py": '"""Add orders."""\nfrom alembic import op\nrevision = "001"\n'
    "down_revision = None\n"
    'def upgrade():\n    op.execute("CREATE TABLE orders (id serial PRIMARY KEY, note text)")\n'
    'def downgrade():\n    op.execute("DROP TABLE orders")\n',
}
DROP_NOTE = (
    '"""Drop note."""\nfrom alembic import op\nrevision = "002"\ndown_revision = "001"\n'
    'def upgrade():\n    op.execute("ALTER TABLE orders DROP COLUMN note")\n'
    'def downgrade():\n    op.execute("ALTER TABLE orders ADD COLUMN note text")\n'
)


@dataclass
class Job:
    """A job of a pipeline.

    Attributes:
        checkout: the folder that it runs in, a clone of its own.
        upstream: the repository with the branch to merge into.
        forge: takes its comments.
        summary: the file that GitHub shows as the job's summary.
        variables: those of the environment that differ from a usual job's.
    """

    checkout: Path
    upstream: Path
    forge: Forge
    summary: Path
    variables: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, content: str) -> None:
        (self.checkout / "services/orders" / name).write_text(content)

    def run(self, script: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a script as a runner does: in bash, which ends at the first failure."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        path = f"{PROGRAMS}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.checkout,
            env={**kept, "PATH": path, "ROLLOUT_WAIT": "5s", **variables, **self.variables},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def github(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the steps of the composite action for pull request 7."""
        action = yaml.safe_load(ACTION.read_text())
        values = {f"inputs.{name}": str(one["default"]) for name, one in action["inputs"].items()}
        given = {"projects": "services/orders", "database-url": os.environ["TEST_POSTGRES_URL"], **inputs}
        values |= {f"inputs.{name}": value for name, value in given.items()}
        values |= {"github.base_ref": "main", "github.token": "job-token"}
        [step] = action["runs"]["steps"]
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.forge.url,
            "GITHUB_REPOSITORY": "shop/orders",
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        return self.run(step["run"], variables | {name: filled(text, values) for name, text in step["env"].items()})

    def gitlab(self) -> subprocess.CompletedProcess[str]:
        """Run the script of the component's job for merge request 7."""
        header, job = yaml.safe_load_all(COMPONENT.read_text())
        values = {f"inputs.{name}": str(one["default"]) for name, one in header["spec"]["inputs"].items()}
        values |= {"inputs.projects": "services/orders", "inputs.install": "true"}
        job = job["alembic-rollout"]
        variables = {name: filled(text, values) for name, text in job["variables"].items()} | {
            "MIGRATION_DATABASE_URL": os.environ["TEST_POSTGRES_URL"],
            "CI_PROJECT_DIR": str(self.checkout),
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_PROJECT_URL": self.upstream.as_uri(),
            "CI_MERGE_REQUEST_PROJECT_URL": self.upstream.as_uri(),
            "CI_API_V4_URL": self.forge.url,
            "CI_MERGE_REQUEST_PROJECT_ID": "3",
            "CI_MERGE_REQUEST_IID": "7",
            "GITLAB_TOKEN": "project-token",
        }
        return self.run("\n".join(filled(line, values) for line in job["script"]), variables)


def filled(text: Any, values: Mapping[str, str]) -> str:  # noqa: ANN401 - of YAML
    """Replace `${{ name }}` and `$[[ name ]]` by values, as often as one holds another."""
    pattern = r"\$(?:\{\{|\[\[) *([\w.-]+) *(?:\}\}|\]\])"
    while re.search(pattern, str(text)):
        text = re.sub(pattern, lambda match: values[match[1]], str(text))
    return str(text)


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *author, *arguments], check=True, capture_output=True)
