"""The table of the chart's values, from values.yaml and the comments in it: `python values_table.py` writes it.

A comment above a key says what the key is for; what has none is read from its name.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

CHART = Path(__file__).resolve().parents[2] / "deploy/helm/ai-micro-service"
README = CHART / "README.md"
_BEGIN, _END = "<!-- values: begin -->\n", "<!-- values: end -->\n"


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield the path, the default and the meaning of each value."""
    text = (CHART / "values.yaml").read_text()
    lines = text.splitlines()
    whole = yaml.compose(text)
    if isinstance(whole, yaml.MappingNode):
        yield from _rows_of(whole, (), lines)


def _rows_of(node: yaml.MappingNode, path: tuple[str, ...], lines: list[str]) -> Iterator[tuple[str, str, str]]:
    for key, value in node.value:
        place = (*path, key.value)
        meaning = _comment_above(key.start_mark.line, lines)
        if isinstance(value, yaml.MappingNode) and value.value and not value.flow_style:
            yield from _rows_of(value, place, lines)
        else:
            default = yaml.load(yaml.serialize(value), Loader=yaml.SafeLoader)
            yield ".".join(place), json.dumps(default, ensure_ascii=False), meaning


def _comment_above(line: int, lines: list[str]) -> str:
    words: list[str] = []
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        line -= 1
        words.insert(0, lines[line].lstrip().removeprefix("#").strip())
    return " ".join(words)


def table() -> str:
    """Return the table as Markdown."""
    lines = [f"| `{path}` | `{default}` | {meaning} |" for path, default, meaning in rows()]
    return "\n".join(["| value | default | |", "|---|---|---|", *lines, ""])


def written(readme: str) -> str:
    """Return the README with the table of today."""
    before, _, rest = readme.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{table()}{_END}{after}"


if __name__ == "__main__":
    README.write_text(written(README.read_text()))
    sys.stdout.write(f"{README.relative_to(CHART.parents[2])}\n")
