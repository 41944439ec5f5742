"""Projects made by chance, the same for the same seed."""

import random

from adoption.twins import Revision, Sample

_PATTERNS = {
    "pk": ("pk_%(table_name)s", "%(table_name)s_key_of_rows"),
    "uq": ("uq_%(table_name)s_%(column_0_N_name)s", "u_%(column_0_label)s"),
    "fk": (
        "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "f_%(table_name)s_%(referred_column_0_name)s",
    ),
    "ck": ("ck_%(table_name)s_%(constraint_name)s",),
    "ix": ("ix_%(column_0_label)s", "i_%(table_name)s_%(column_0_N_name)s"),
}
_TYPES = ("sa.Integer()", "sa.Text()", "sa.String(40)", "sa.Boolean()", "sa.Numeric(8, 2)", "postgresql.UUID()")
_EXTRAS = ("", ", unique=True", ', comment="why, 100%"')
_TARGETS = ("models.metadata", "[models.metadata]", "[models.metadata, models.other]", "None")


def generated(seed: int) -> Sample:
    """Return a project of some revisions with a naming convention, options and a way to write `target_metadata`.

    Args:
        seed: of the random choices.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    kinds = [kind for kind in _PATTERNS if chance.random() < 0.7]
    convention = {kind: chance.choice(_PATTERNS[kind]) for kind in kinds}
    tables: list[str] = []
    revisions = []
    for number in range(1, chance.randint(3, 6)):
        upgrade, downgrade = _change(chance, number, tables)
        revisions.append(Revision(f"{number:03d}", f"{number - 1:03d}" if number > 1 else None, upgrade, downgrade))
    target = chance.choice(_TARGETS[: 1 + 3 * chance.randint(0, 1)])
    options = [f"transaction_per_migration={True}"] * chance.randint(0, 1) + ["version_table_pk=False"] * (seed % 2)
    return Sample(
        f"seed {seed}",
        tuple(revisions),
        models="from sqlalchemy import MetaData\n"
        f"metadata = MetaData(naming_convention={convention or None!r})\nother = MetaData()\n",
        target=target,
        options=", ".join(options),
    )


def _change(chance: random.Random, number: int, tables: list[str]) -> tuple[str, str]:
    """Return the bodies of a revision: the first creates a table, the others do that or change one."""
    if not tables or chance.random() < 0.4:
        return _create(chance, number, tables)
    table = chance.choice(tables)
    column = f"c{number}"
    lines = [f'op.add_column("{table}", sa.Column("{column}", {_type(chance)}{chance.choice(_EXTRAS)}))']
    if chance.random() < 0.5:
        lines.append(f'op.create_unique_constraint(None, "{table}", ["{column}", "id"])')
    if chance.random() < 0.5:
        lines.append(f'op.create_index(None, "{table}", ["{column}"])')
    if chance.random() < 0.3:
        lines.append(f'op.create_check_constraint("given{number}", "{table}", "{column} IS NOT NULL")')
    return "\n".join(lines), f'op.drop_column("{table}", "{column}")'


def _create(chance: random.Random, number: int, tables: list[str]) -> tuple[str, str]:
    table = f"t{number}"
    later: list[str] = []
    columns = ['sa.Column("id", sa.Integer(), primary_key=True)']
    columns += [
        f'sa.Column("x{position}", {_type(chance)}{chance.choice(_EXTRAS)})' for position in range(chance.randint(0, 3))
    ]
    if tables and chance.random() < 0.6:
        other = chance.choice(tables)
        later.append(f'op.create_foreign_key(None, "{table}", "{other}", ["other"], ["id"])')
        columns.append('sa.Column("other", sa.Integer())')
    if chance.random() < 0.4:
        columns.append('sa.CheckConstraint("id > 0", name="positive")')
    tables.append(table)
    return "\n".join([f'op.create_table("{table}", {", ".join(columns)})', *later]), f'op.drop_table("{table}")'


def _type(chance: random.Random) -> str:
    return chance.choice(_TYPES)
