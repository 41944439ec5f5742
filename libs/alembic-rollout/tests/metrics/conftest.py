"""A project of two revisions, scraped."""

import pytest
from metrics.scraped import Scraped
from sample_project import Project


@pytest.fixture
def scraped(project: Project, monkeypatch: pytest.MonkeyPatch) -> Scraped:
    project.tables(2)
    monkeypatch.chdir(project.folder)
    return Scraped(project)
