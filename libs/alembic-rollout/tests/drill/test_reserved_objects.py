"""A drill says what the migrating role could not restore, and why: the restore would leave it out."""

import json

from commands.restore.moved_shop import Shop
from reserved_objects import RESERVED, create_reserved
from sample_project import Project


def test_what_cannot_be_restored_is_named_with_the_reason_and_is_a_finding(project: Project) -> None:
    (foreign, *_, restore_point) = RESERVED
    create_reserved(project.database, foreign, restore_point)
    shop = Shop(project)
    shop.back_up()
    arguments = {"ROLLOUT_ADMIN_URL": shop.database.superuser_url}

    done = project.rollout("drill", **arguments)
    document = json.loads(project.rollout("drill", "--json", **arguments).stdout)

    expected = [
        "ACL pg_catalog FUNCTION pg_create_restore_point(text) postgres (only a superuser can restore it)",
        "FOREIGN DATA WRAPPER - w postgres (only a superuser can restore it)",
        "SERVER - away postgres (it depends on what is left out)",
        "FOREIGN TABLE public far postgres (it depends on what is left out)",
        "FOREIGN TABLE public far_part postgres (it depends on what is left out)",
        "VIEW public on_far postgres (it depends on what is left out)",
    ]
    assert document["left_out"] == expected
    assert [line.removeprefix("Left out:  ") for line in done.stdout.splitlines() if "Left out" in line] == expected
    assert done.returncode == 4
    assert "foreign table far was dropped since the last migration" in done.stdout
