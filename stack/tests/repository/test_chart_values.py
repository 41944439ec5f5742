"""The table of the Helm chart's values is that of values.yaml."""

from stack.chart_values import README, VALUES, with_table


def test_the_table_is_what_make_reference_writes() -> None:
    readme = README.read_text()
    assert with_table(readme, VALUES.read_text()) == readme, "stale: run make reference"


def test_a_value_has_the_comment_above_it_and_its_default() -> None:
    values = "# The first.\na: 1\nb:\n  # Of\n  # the second.\n  c: [x]\n"
    table = with_table("before\n<!-- values: begin -->\nold\n<!-- values: end -->\nafter\n", values)
    assert "old" not in table
    assert table.startswith("before\n")
    assert table.endswith("after\n")
    assert '| `a` | `1` | The first. |\n| `b.c` | `["x"]` | Of the second. |\n' in table
