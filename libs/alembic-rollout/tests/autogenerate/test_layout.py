"""Python statements are laid out as `ruff format` leaves them."""

import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alembic_rollout.autogenerate.python_code import layout
from autogenerate.test_text import RUFF

WORDS = st.sampled_from(
    ["a", "it's", 'say "x"', "both ' and \"", "back\\slash", "long " * 12, "word" * 9, "%", "日本語 の 文", "x\ny", ""]
)
VALUES = st.recursive(
    st.one_of(WORDS, st.lists(WORDS, max_size=6).map(" ".join), st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(inner, max_size=3).map(tuple), st.dictionaries(WORDS, inner, max_size=3)
    ),
    max_leaves=8,
)
CALLS = st.tuples(
    st.sampled_from(["op.execute", "op.create_index", "sa.Column"]),
    st.lists(VALUES, max_size=4),
    st.lists(VALUES, max_size=2),
).map(
    lambda call: "{}({})".format(
        call[0], ", ".join([repr(one) for one in call[1]] + [f"key_{n}={one!r}" for n, one in enumerate(call[2])])
    )
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CALLS, min_size=30, max_size=30))
def test_the_formatter_changes_nothing(tmp_path: Path, calls: list[str]) -> None:
    body = "\n".join(layout(call, indent=1, width=120) for call in calls)
    file = tmp_path / "written.py"
    file.write_text(f"def upgrade() -> None:\n{body}\n")
    command = [str(RUFF), "format", "--no-cache", "--diff", "--line-length", "120", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
