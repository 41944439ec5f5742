"""What the tests of this folder can ask for."""

import pytest
from sample_project import Project

from autogenerate.developer import Developer


@pytest.fixture
def developer(project: Project) -> Developer:
    """A developer with a project that takes no backups."""
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + 'backup = "never"\n')
    return Developer(project)
