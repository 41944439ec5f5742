"""A text that autogenerate has written into a revision is read from it as it was."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alembic_rollout.autogenerate.python_code import call, layout
from alembic_rollout.project.tree import RevisionFile, Tree
from alembic_rollout.sql_objects.applied import applied_objects

BODIES = (
    "BEGIN RETURN 'a  b'; END",
    '\nBEGIN\n    -- %s :name %(x)s \\n """ é 日本\n\n\n\n    RETURN NULL;\n  \n\tEND\n',
    "\n" + "x" * 200 + " " + "y z " * 60 + "\n",
    "\r\n\x0c\u2028 \x85 half\n   indented less\nEND",
    "\n\\' ''' \" \\\\ $tag$ {braces} \n",
)


def read_back(text: str, folder: Path) -> tuple[str, str]:
    """Return the text that is read from a revision, and the revision."""
    written = layout(call("operations.create_object", text), indent=1, width=88)
    path = folder / "001_a.py"
    path.write_text(f"from alembic_rollout import operations\n\n\ndef upgrade() -> None:\n{written}\n", newline="")
    file = RevisionFile(path, "001", (), (), "expand", "")
    [one] = applied_objects(Tree([file])).values()
    return one.text, path.read_text()


@pytest.mark.parametrize("body", BODIES)
def test_bodies_come_back_and_formatters_leave_them_alone(body: str, tmp_path: Path) -> None:
    text = f"CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $b$\n{body}$b$"
    found, _ = read_back(text, tmp_path)
    assert found == text
    ruff = Path(__file__).parents[4] / "stack/.venv/bin/ruff"
    for arguments in (["format", "--check"], ["check", "--select", "E,W,F", "--line-length", "88"]):
        done = subprocess.run(
            [ruff, *arguments, "--isolated", "--no-cache", str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="$\0"), max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_body_comes_back(body: str) -> None:
    import tempfile  # noqa: PLC0415 - Hypothesis and tmp_path do not go together

    text = f"CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $b${body}$b$"
    with tempfile.TemporaryDirectory() as folder:
        assert read_back(text, Path(folder))[0] == text
