"""The table of the Helm chart's values, from values.yaml and the comments in it.

A comment above a key says what the key is for; what has none is read from its name.
"""

import json
from collections.abc import Iterator

import yaml

from stack.paths import ROOT

CHART = ROOT / "deploy/helm/ai-micro-service"
VALUES = CHART / "values.yaml"
README = CHART / "README.md"
_BEGIN, _END = "<!-- values: begin -->\n", "<!-- values: end -->\n"


def with_table(readme: str, values: str) -> str:
    """Return the chart's README with a table of values.

    Args:
        readme: the README as it is.
        values: the text of values.yaml.
    """
    before, _, rest = readme.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    lines = [f"| `{path}` | `{default}` | {meaning} |" for path, default, meaning in _rows(values)]
    table = "\n".join(["| value | default | |", "|---|---|---|", *lines, ""])
    return f"{before}{_BEGIN}{table}{_END}{after}"


def _rows(values: str) -> Iterator[tuple[str, str, str]]:
    whole = yaml.compose(values)
    if isinstance(whole, yaml.MappingNode):
        yield from _rows_of(whole, (), values.splitlines())


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
