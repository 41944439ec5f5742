"""What `alembic-rollout drift` prints, leaves out and ends with."""

import json

from sample_project import Project

from drift.shop import MODELS, drift, findings


def test_a_database_that_is_as_the_models_say_has_no_drift(shop: Project) -> None:
    done = drift(shop)

    assert (done.returncode, done.stdout, done.stderr) == (0, "No drift.\n", "")


def test_what_env_py_leaves_out_is_left_out(shop: Project) -> None:
    shop.database.execute("CREATE TABLE audit_log (id int); CREATE SCHEMA side; CREATE TABLE side.audit_log (id int)")

    def include_name(name: str | None, type_: str, _: object) -> bool:
        return type_ != "table" or not str(name).startswith("audit")

    assert findings(shop, include_name=include_name) == {}
    assert list(findings(shop)) == ["table audit_log", "table side.audit_log"]


def test_patterns_match_kind_and_name(shop: Project) -> None:
    shop.database.execute(
        "CREATE TABLE audit_log (id int); CREATE SEQUENCE audit_log_numbers; CREATE VIEW v AS SELECT 1"
    )

    assert list(findings(shop, "table audit_*")) == ["sequence audit_log_numbers", "view v"]
    assert list(findings(shop, "* audit_*")) == ["view v"]
    assert list(findings(shop, "audit_log", "view")) == ["table audit_log", "sequence audit_log_numbers", "view v"]
    assert findings(shop, "* audit_*", "view ?") == {}


def test_options_and_settings_ignore_and_the_exit_status_tells_what_is_left(shop: Project) -> None:
    shop.database.execute("CREATE TABLE audit_log (id int); CREATE SEQUENCE tickets")

    done = drift(shop, "--ignore", "sequence *", "--json", ROLLOUT_DRIFT_IGNORE="view *")
    assert done.returncode == 4
    document = json.loads(done.stdout)
    assert document == {
        "database": shop.database.engine().url.render_as_string(hide_password=True),
        "current": ["001"],
        "heads": ["001"],
        "last_migration": {"compared": True, "reason": ""},
        "models": {"compared": True, "reason": ""},
        "differences": [
            {
                "kind": "table",
                "name": "audit_log",
                "text": "table audit_log was added since the last migration; it is in the database and not in the"
                " models",
                "since_last_migration": "was added since the last migration",
                "models": "is in the database and not in the models",
            }
        ],
    }
    assert done.stderr == "1 change since the last migration, which also differs from the models.\n"
    assert drift(shop, "--ignore", "sequence *", ROLLOUT_DRIFT_IGNORE="table audit_*").returncode == 0


def test_a_database_behind_its_code_has_pending_work(shop: Project) -> None:
    shop.sql("002", "ALTER TABLE profiles ADD COLUMN bio text", "SELECT 1")
    shop.database.execute("ALTER TABLE profiles DROP COLUMN bio")

    done = drift(shop)

    assert done.returncode == 4
    assert done.stdout == (
        "column profiles.bio was dropped since the last migration: text; it is in the models and not in the database\n"
    )
    assert "The database is at 001 and this code at 002" in done.stderr
    password = str(shop.database.engine().url.password)
    assert password not in done.stdout + done.stderr


def test_models_that_cannot_be_imported_are_a_matter_of_usage(shop: Project) -> None:
    (shop.folder / "models.py").write_text("metadat = None")

    done = drift(shop)

    assert done.returncode == 2
    assert "env.py names 'models:metadata'" in done.stderr


def test_each_difference_is_one_line_and_counted_once(shop: Project) -> None:
    (shop.folder / "models.py").write_text(MODELS.replace('Column("bio", Text)', 'Column("biography", Text)'))
    shop.database.execute(
        """
        ALTER TABLE profiles DROP nickname; GRANT SELECT ON pets TO PUBLIC;
        ALTER TABLE profiles DROP CONSTRAINT uq_profiles_email
        """
    )

    done = drift(shop)

    named = [line.split(" since the last")[0] for line in done.stdout.splitlines()]
    assert len(done.stdout.splitlines()) == len(set(named)) == 6, done.stdout
    assert done.stderr == (
        "4 changes since the last migration, 3 of which also differ from the models, and 2 other differences between"
        f" {shop.database.engine().url.render_as_string(hide_password=True)} and the models.\n"
    )


def test_a_pattern_ignores_a_difference_under_either_of_its_names(shop: Project) -> None:
    shop.database.execute("ALTER TABLE profiles DROP CONSTRAINT ck_profiles_email")

    assert drift(shop).returncode == 4
    assert drift(shop, "--ignore", "constraint ck_profiles_email").returncode == 0
    assert drift(shop, "--ignore", "constraint profiles.ck_profiles_email").returncode == 0
