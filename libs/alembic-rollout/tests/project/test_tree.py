"""Reading a tree without importing it."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from alembic_rollout.errors import UsageError
from alembic_rollout.project.tree import Tree, read_tree
from alembic_rollout.project.tree_checks import check_tree


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    folder = tmp_path / "versions"
    folder.mkdir()
    return folder


def read(versions: Path) -> Tree:
    return read_tree(ScriptDirectory(str(versions.parent)))


def write(versions: Path, revision: str, down: str, *lines: str, name: str | None = None) -> None:
    content = [f"revision = {revision!r}", f"down_revision = {down}", *lines]
    (versions / f"{name or revision}_x.py").write_text("\n".join(content) + "\n")


def test_ids_and_descent_are_read_however_they_are_written(versions: Path) -> None:
    (versions / "a.py").write_text(
        "revision: str = 'a'\ndown_revision: str | Sequence[str] | None = None  # the first\n"
    )
    (versions / "b.py").write_text('revision = "b"\r\ndown_revision = "a"\r\n')
    (versions / "c.py").write_text("revision = 'c'\ndown_revision = (\n    'a',\n    'b',\n)\n")
    tree = read(versions)
    assert {file.revision: file.down_revisions for file in tree.files} == {"a": (), "b": ("a",), "c": ("a", "b")}
    assert tree.heads == ("c",)
    assert tree.order == ("a", "b", "c")


def test_where_an_id_is_computed_alembic_imports_the_tree(versions: Path) -> None:
    write(versions, "a", "None")
    (versions / "b.py").write_text("revision = 'b' * 3\ndown_revision = 'a'\nphase = 'con' + 'tract'\n")
    tree = read(versions)
    assert tree.order == ("a", "bbb")
    assert tree.by_revision["bbb"].phase == "contract"


def test_a_name_that_is_assigned_twice_takes_its_last_value(versions: Path) -> None:
    write(versions, "a", "None", "revision = 'b'")
    assert [file.revision for file in read(versions).files] == ["b"]


def test_a_file_with_a_syntax_error_is_an_error_that_names_it(versions: Path) -> None:
    (versions / "a.py").write_text("revision = 'a'\ndown_revision = (\n")
    with pytest.raises(UsageError, match=r"a\.py:2: "):
        read(versions)


def test_a_comment_or_a_docstring_is_no_assignment(versions: Path) -> None:
    (versions / "a.py").write_text(
        '"""Text.\n\nrevision = "wrong"\n"""\n# phase = "contract"\nrevision = "a"\ndown_revision = None\n'
    )
    tree = read(versions)
    assert [(file.revision, file.phase) for file in tree.files] == [("a", "expand")]


@pytest.mark.parametrize("named", ["'a1'", "('a1',)", "'shop'"], ids=["id", "tuple", "label"])
def test_a_revision_is_built_on_what_it_depends_on_too(versions: Path, named: str) -> None:
    write(versions, "a1", "None", "branch_labels = ('shop',)")
    write(versions, "b1", "None")
    write(versions, "b2", "'b1'", f"depends_on = {named}")
    tree = read(versions)
    assert tree.ancestors(["b2"]) == {"a1", "b1", "b2"}
    assert tree.order[-1] == "b2"
    assert tree.pending(["b2"]) == ()
    assert tree.heads == ("a1", "b2"), "as Alembic has it"
    assert tree.required == ("b2",)


def test_files_that_are_no_revisions_are_passed_over(versions: Path) -> None:
    write(versions, "a", "None")
    (versions / "__init__.py").write_text("")
    (versions / "notes.txt").write_text("revision = 'b'")
    (versions / ".#a_x.py").write_text("revision = 'c'\ndown_revision = 'a'\n")
    assert [file.revision for file in read(versions).files] == ["a"]


def test_two_files_of_one_id_are_both_named(versions: Path) -> None:
    write(versions, "a", "None")
    write(versions, "b", "'a'", name="first")
    write(versions, "b", "'a'", name="second")
    assert [file.path.name for file in read(versions).duplicates()["b"]] == ["first_x.py", "second_x.py"]


def test_pending_is_everything_that_the_current_revisions_are_not_built_on(versions: Path) -> None:
    write(versions, "a", "None")
    write(versions, "b", "'a'")
    write(versions, "c", "'a'")
    write(versions, "d", "('b', 'c')")
    tree = read(versions)
    assert tree.pending(()) == tree.order
    assert set(tree.pending(("b",))) == {"c", "d"}
    assert tree.pending(("d",)) == ()


@pytest.mark.parametrize(
    ("phases", "required"),
    [
        (["expand", "expand"], "2"),
        (["expand", "contract"], "1"),
        (["expand", "contract", "contract"], "1"),
        (["expand", "contract", "expand"], "3"),
    ],
)
def test_code_requires_the_last_revision_before_the_contract_ones_at_the_end(
    versions: Path, phases: list[str], required: str
) -> None:
    for number, phase in enumerate(phases, 1):
        write(versions, str(number), repr(str(number - 1)) if number > 1 else "None", f"phase = {phase!r}")
    assert read(versions).required == (required,)


def test_a_checksum_does_not_depend_on_line_endings_but_on_every_other_character(versions: Path) -> None:
    write(versions, "a", "None")
    [file] = read(versions).files
    once = file.checksum()
    file.path.write_bytes(file.path.read_bytes().replace(b"\n", b"\r\n"))
    assert read(versions).files[0].checksum() == once
    file.path.write_bytes(file.path.read_bytes() + b"# a comment\r\n")
    assert read(versions).files[0].checksum() != once


def test_a_revision_that_depends_on_itself_is_a_mistake_and_no_endless_loop(versions: Path) -> None:
    write(versions, "a", "None", "depends_on = 'b'")
    write(versions, "b", "'a'")
    with pytest.raises(UsageError, match=r"built on each other in a circle.*: a_x\.py, b_x\.py\."):
        check_tree(read(versions))
