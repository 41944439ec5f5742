"""The rooms of the library: every import goes downwards, and none goes in a circle."""

import ast
from pathlib import Path

from code_rules.import_arrows import circle_of, modules_of, upward_imports

import alembic_rollout

PACKAGE = Path(alembic_rollout.__file__).parent
FLOORS = (
    ("__init__",),
    ("running",),
    ("forgotten_run",),
    ("command_line",),
    ("commands",),
    ("metrics", "recording"),
    ("observation",),
    ("review",),
    ("upgrade", "autogenerate"),
    ("rehearsal", "drill"),
    ("lint", "drift"),
    ("comparison", "inventory"),
    ("backup", "operations", "numbering"),
    ("sql_objects",),
    ("releases",),
    ("scratch",),
    ("history",),
    ("project",),
    ("checks",),
    ("ending",),
    ("databases",),
    ("postgres",),
    ("sql",),
    ("logs", "output"),
    ("settings",),
    ("variables",),
    ("redaction",),
    ("git",),
    ("errors", "garbage_collection", "signals", "tracing", "wording"),
)
MODULES = modules_of(PACKAGE).values()


def test_every_import_goes_downwards() -> None:
    assert upward_imports(PACKAGE, FLOORS) == []


def test_no_import_goes_in_a_circle() -> None:
    assert circle_of(PACKAGE) == ""


def test_every_folder_says_what_it_is_for_and_stays_small() -> None:
    for folder in {path.parent for path in MODULES}:
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text())), folder
        one_file_a_verb = folder.name == "commands"
        assert one_file_a_verb or len(list(folder.glob("*.py"))) <= 14, folder


def test_no_two_modules_of_one_name_do_different_things() -> None:
    """A verb's module may be called like the room that does its work."""
    names = [path.stem for path in MODULES if path.parent.name != "commands" and path.name != "__init__.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []
