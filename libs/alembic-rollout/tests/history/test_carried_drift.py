"""A migration does not make drift disappear: what it left as it was stays drift."""

from sample_project import Project

from alembic_rollout.history.stored_catalogue import CatalogueChanges, CatalogueObject, with_former


def column(name: str, detail: str | None) -> CatalogueObject:
    return CatalogueObject("column", name, "t", detail)


def test_what_drifted_and_was_left_so_is_kept_as_it_was_before() -> None:
    changed, former = column("t.a", "bigint"), column("t.a", "integer")
    dropped, added = column("t.b", "text"), column("t.c", "text")
    drift = CatalogueChanges(former=(former, dropped), present=(changed, added))
    other = column("t.id", "uuid")
    assert set(with_former([changed, added, other], drift)) == {former, dropped, other}


def test_what_a_migration_changed_since_is_kept_as_it_is() -> None:
    drift = CatalogueChanges(
        former=(column("t.a", "integer"), column("t.b", "text")), present=(column("t.a", "bigint"),)
    )
    live = [column("t.a", "numeric"), column("t.b", "varchar")]
    assert set(with_former(live, drift)) == set(live)


def test_drift_is_still_reported_after_an_upgrade_a_failure_and_a_downgrade(project: Project) -> None:
    project.sql("001", "CREATE TABLE t (id int, CONSTRAINT positive CHECK (id > 0))", "DROP TABLE t")
    project.upgrade()
    project.database.execute("ALTER TABLE t DROP CONSTRAINT positive")
    project.sql("002", "CREATE TABLE more (id int)", "DROP TABLE more")
    warned = project.alembic("upgrade", "head")
    assert "The schema was changed without a migration: constraint t.positive" in warned.stderr
    project.sql("003", "SELECT 1 / 0")
    assert project.alembic("upgrade", "head").returncode == 1
    assert project.alembic("downgrade", "-1").returncode == 0
    assert "constraint positive" in project.rollout("drift").stdout
    refused = project.alembic("upgrade", "002", ROLLOUT_DRIFT="refuse")
    assert refused.returncode == 4
    assert "alembic-rollout drift --accept" in refused.stderr
    project.rollout("drift", "--accept")
    assert project.alembic("upgrade", "002", ROLLOUT_DRIFT="refuse").returncode == 0
