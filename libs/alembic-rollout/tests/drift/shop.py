"""A database that is what the models of its project say, for tests that change it behind their back."""

import subprocess
from textwrap import dedent

from alembic.config import Config
from sample_project import Project
from sqlalchemy import MetaData

from alembic_rollout.drift.find import find_drift
from alembic_rollout.project.environment import Environment, load_environment

MODELS = dedent("""
    from sqlalchemy import (
        CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint
    )

    metadata = MetaData()
    Table(
        "profiles",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("email", String(320), nullable=False),
        Column("nickname", Text),
        Column("bio", Text),
        UniqueConstraint("email", name="uq_profiles_email"),
        CheckConstraint("email = lower(email)", name="ck_profiles_email"),
        Index("ix_profiles_nickname", "nickname"),
    )
    Table(
        "pets",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("profile_id", ForeignKey("profiles.id", name="fk_pets_profile_id", ondelete="CASCADE")),
    )
""")
TABLES = """
    CREATE TABLE profiles (
        id serial PRIMARY KEY, email varchar(320) NOT NULL, nickname text, bio text,
        CONSTRAINT uq_profiles_email UNIQUE (email), CONSTRAINT ck_profiles_email CHECK (email = lower(email))
    );
    CREATE INDEX ix_profiles_nickname ON profiles (nickname);
    CREATE TABLE pets (
        id serial PRIMARY KEY,
        profile_id int CONSTRAINT fk_pets_profile_id REFERENCES profiles ON DELETE CASCADE
    );
"""


EXTENSION_OF_TEMPLATE1 = "# vector is what the server of the tests puts into every database"


def models(source: str = MODELS) -> MetaData:
    names: dict[str, MetaData] = {}
    exec(source, names)  # noqa: S102 - the models of a test
    return names["metadata"]


def environment_of(project: Project, source: str = MODELS, **options: object) -> Environment:
    environment = load_environment(Config(project.ini))
    environment.models = models(source)
    environment.options = options
    return environment


def findings(project: Project, *ignore: str, source: str = MODELS, **options: object) -> dict[str, str]:
    """Each finding's kind and name, with its text."""
    environment = environment_of(project, source, **options)
    with project.database.engine().connect() as connection:
        found = find_drift(environment, connection, ignore)
    return {f"{one.kind} {one.name}": one.text for one in found}


def drift(project: Project, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return project.rollout("drift", *arguments, **variables)
