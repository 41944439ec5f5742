"""The Alembic tree: what holds of every service's holds of this one."""

from service_kit.testing.tree import *  # noqa: F403 - the tests, all of them
