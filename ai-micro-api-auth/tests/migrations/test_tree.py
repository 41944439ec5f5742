"""The Alembic tree: what holds of every service's holds of this one."""

from service_kit.testing.tree import (
    test_a_second_upgrade_changes_nothing,
    test_base_leaves_nothing_but_alembics_own_table_and_the_servers_extensions,
    test_base_to_head_and_back_and_again_leaves_an_identical_catalogue,
    test_every_revision_is_undone_by_its_own_downgrade,
    test_models_and_migrations_agree,
    test_revisions_are_numbered_without_a_gap_and_their_files_say_so,
    test_the_application_role_may_not_change_the_schema,
    test_the_sql_of_an_offline_upgrade_builds_the_same_catalogue,
    test_there_is_one_head,
)

__all__ = [
    "test_a_second_upgrade_changes_nothing",
    "test_base_leaves_nothing_but_alembics_own_table_and_the_servers_extensions",
    "test_base_to_head_and_back_and_again_leaves_an_identical_catalogue",
    "test_every_revision_is_undone_by_its_own_downgrade",
    "test_models_and_migrations_agree",
    "test_revisions_are_numbered_without_a_gap_and_their_files_say_so",
    "test_the_application_role_may_not_change_the_schema",
    "test_the_sql_of_an_offline_upgrade_builds_the_same_catalogue",
    "test_there_is_one_head",
]
