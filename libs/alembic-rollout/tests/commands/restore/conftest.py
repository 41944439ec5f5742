"""A shop that has moved on since its backup."""

import pytest
from sample_project import Project

from commands.restore.moved_shop import Shop


@pytest.fixture
def shop(project: Project) -> Shop:
    return Shop(project)
