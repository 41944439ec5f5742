"""What the tests of this folder can ask for."""

from collections.abc import Iterator

import pytest
from sample_project import Project

from autogenerate.developer import Developer


@pytest.fixture
def developer(project: Project) -> Iterator[Developer]:
    """A developer with a project that takes no backups."""
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + 'backup = "never"\n')
    with project.database.connect() as connection:
        yield Developer(project, connection)
