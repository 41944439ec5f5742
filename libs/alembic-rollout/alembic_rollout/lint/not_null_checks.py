"""The former name of what a database says, for callers that only want its validated checks."""

from alembic_rollout.lint.known.live import catalogue_of as validated_in

__all__ = ["validated_in"]
