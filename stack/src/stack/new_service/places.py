"""Where lines go into the text of a file: after a line, after a part of YAML, into JSON. The rest stays as it is.

Each raises LookupError with what the text lacks.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import yaml

Json = Any


def after(pattern: str, addition: str, text: str) -> str:
    """Put text after the last place where a pattern matches.

    Args:
        pattern: a regular expression whose `^` and `$` are those of a line.
        addition: the text.
        text: that of the file.
    """
    found = list(re.finditer(pattern, text, re.MULTILINE))
    if not found:
        raise LookupError(f"line like {pattern}")
    return text[: found[-1].end()] + addition + text[found[-1].end() :]


def after_node(path: list[str], addition: str, text: str) -> str:
    """Put lines after what a YAML file has at a path, before the comments of what follows.

    Args:
        path: names of nested mappings.
        addition: the lines.
        text: that of the file.
    """
    node = yaml.compose(text)
    for name in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for key, value in pairs if key.value == name), None)
    if node is None:
        raise LookupError(".".join(path))
    lines = text.splitlines(keepends=True)
    end = _last_line(node) + 1
    return "".join(lines[:end]) + addition + "".join(lines[end:])


def _last_line(node: yaml.Node) -> int:
    # A block's own end mark is where the next token begins, behind the comments between them.
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        children = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
        return max(map(_last_line, children))
    return node.end_mark.line


def in_json(variable: str, added: Callable[[Json], Json], text: str) -> str:
    """Change the JSON, between single quotes, that a variable of a YAML file has.

    Args:
        variable: its name.
        added: returns the new value for the old one.
        text: that of the file.
    """
    found = re.search(rf"^ +{variable}: '(.*)'$", text, re.MULTILINE)
    if found is None:
        raise LookupError(variable)
    return text[: found.start(1)] + json.dumps(added(json.loads(found[1]))) + text[found.end(1) :]


def raised(number: str, by: int, text: str) -> str:
    """Raise a number.

    Args:
        number: a regular expression of what comes before it.
        by: how much.
        text: that of the file.
    """
    found = re.search(rf"{number}(\d+)", text, re.MULTILINE)
    if found is None:
        raise LookupError(number)
    return text[: found.start(1)] + str(int(found[1]) + by) + text[found.end(1) :]
