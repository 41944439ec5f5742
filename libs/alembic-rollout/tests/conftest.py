"""What every test can ask for."""

from databases import database, server
from sample_project import project

__all__ = ["database", "project", "server"]
