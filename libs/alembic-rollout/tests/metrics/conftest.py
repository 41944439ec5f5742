"""A project of two revisions, scraped."""

import pytest
from sample_project import Project

from metrics.scraped import Scraped


@pytest.fixture
def scraped(project: Project, monkeypatch: pytest.MonkeyPatch) -> Scraped:
    project.tables(2)
    monkeypatch.chdir(project.folder)
    return Scraped(project)
