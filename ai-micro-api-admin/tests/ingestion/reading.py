"""Reads files through one process that forks, for all tests of a run."""

from functools import partial

from app.ingestion import isolation
from app.ingestion.forking.client import ForkServer

SERVER = ForkServer()
parse_file = partial(isolation.parse_file, fork_server=SERVER)
