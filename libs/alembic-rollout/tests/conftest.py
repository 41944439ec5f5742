"""What every test can ask for."""

from databases import database, server
from fake_programs import fakes
from sample_project import project

__all__ = ["database", "fakes", "project", "server"]
