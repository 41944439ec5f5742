"""What every test can ask for."""

from databases import database, server
from fake_programs import fakes
from imports import imports_of_its_own
from sample_project import project

__all__ = ["database", "fakes", "imports_of_its_own", "project", "server"]
