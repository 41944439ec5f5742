"""The tests that the kit has for an Alembic tree, held against the sample's: what is right passes."""

from service_kit.testing.tree import *  # noqa: F403 - the tests, all of them
