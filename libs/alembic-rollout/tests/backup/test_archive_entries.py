"""Which entries of a backup are left out, from the lines that pg_restore lists."""

import pytest

from alembic_rollout.backup.archive_entries import without_what_is_there


@pytest.mark.parametrize(
    ("entry", "is_left_out"),
    [
        ("2; 3079 16385 EXTENSION - uuid-ossp ", True),
        ('3389; 0 0 COMMENT - EXTENSION "uuid-ossp" ', True),
        ("3; 3079 16385 EXTENSION - vector ", True),
        ("3390; 0 0 COMMENT - EXTENSION vector ", True),
        ("3391; 0 0 COMMENT - EXTENSION vectors ", False),
        ("6; 2615 16390 SCHEMA - Odd one postgres", True),
        ('3392; 0 0 COMMENT - SCHEMA "Odd one" postgres', True),
        ('3393; 0 0 ACL - SCHEMA "Odd one" postgres', True),
        ('3394; 0 0 COMMENT - SCHEMA "own-one" shop_owner', False),
        ("217; 1259 16400 TABLE public uuid-ossp shop_owner", False),
    ],
)
def test_what_a_database_has_is_left_out_by_its_name_quoted_or_not(entry: str, is_left_out: bool) -> None:
    entry = entry.rstrip()

    left = without_what_is_there(
        [entry], extensions={"uuid-ossp", "vector"}, schemas={"Odd one": False, "own-one": True}
    )

    assert left == ([] if is_left_out else [entry])
