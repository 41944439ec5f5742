"""Functions, views, triggers and policies of `app/db/objects/*.sql`, on the user service: come, change, go, revert."""

import re

from revisions.developer import Developer, Written

from stack.paths import ROOT

GUIDE = ROOT / "docs/migrating.md"
UPDATED = """
CREATE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = clock_timestamp();
    RETURN NEW;
END
$$;
"""
NAMED = """
CREATE FUNCTION full_name(first text, last text) RETURNS text LANGUAGE sql STABLE
    RETURN concat_ws(' ', first, last);
"""
VIEW = """
-- What other teams may read.
CREATE VIEW active_profiles AS
SELECT user_id, full_name(first_name, last_name) AS name
FROM profiles
WHERE display_name IS NOT NULL;
"""
COUNTS = """
CREATE MATERIALIZED VIEW profiles_by_name AS SELECT name, count(*) AS people FROM active_profiles GROUP BY name;
CREATE UNIQUE INDEX ix_profiles_by_name ON profiles_by_name (name);
COMMENT ON MATERIALIZED VIEW profiles_by_name IS '人数';
"""
TRIGGER = """
CREATE FUNCTION trim_phone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.phone = trim(NEW.phone);
    RETURN NEW;
END
$$;
CREATE TRIGGER phone_trimmed BEFORE INSERT OR UPDATE OF phone ON profiles FOR EACH ROW EXECUTE FUNCTION trim_phone();
"""
POLICY = """
CREATE POLICY everyone ON profiles USING (true);
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
"""
FILES = {"active_profiles": VIEW, "counts": COUNTS, "full_name": NAMED, "phone": TRIGGER, "policies": POLICY}


def declares(developer: Developer, **files: str) -> None:
    """Write the files of the folder, and no others."""
    folder = developer.folder / "app/db/objects"
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.sql"):
        path.unlink()
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text.lstrip())


def kinds(written: list[Written]) -> list[str]:
    return [file.kind for file in written]


def test_one_object_of_every_kind_comes_changes_goes_and_is_reverted(developer: Developer) -> None:
    declares(developer, **FILES)
    written = developer.generates("add objects")
    assert kinds(written) == ["add_objects", "add_objects_materialized_views", "add_objects_unused_objects (contract)"]
    developer.ships(written)
    assert developer.rows("SELECT sum(people) FROM profiles_by_name") == [20]
    changed = {
        "active_profiles": VIEW.replace("user_id,", "user_id, email,"),
        "counts": COUNTS.replace("人数", "how many"),
        "full_name": NAMED.replace("' '", "', '"),
        "phone": TRIGGER.replace("trim(", "btrim("),
        "policies": POLICY.replace("(true)", "(user_id IS NOT NULL)"),
    }
    declares(developer, **changed)
    written = developer.generates("change objects")
    assert not any(kind.endswith("(contract)") for kind in kinds(written)), "no column goes"
    developer.ships(written)
    declares(developer)
    written = developer.generates("drop objects")
    assert kinds(written) == ["drop_objects (contract)"]
    developer.ships(written)


def test_the_function_that_the_first_revision_made_is_adopted_under_its_triggers(developer: Developer) -> None:
    declares(developer, update_updated_at_column=UPDATED)
    [written] = developer.generates("declare the trigger function")
    assert "now()" in written.text.partition("def downgrade")[2].lower()
    developer.ships([written])


def test_the_guide_shows_what_the_command_prints(developer: Developer) -> None:
    declares(developer, active_profiles=VIEW, full_name=NAMED)
    developer.generates("add active profiles")
    declared = developer.said.replace(f"{developer.folder}/", "")
    shown = [line.rstrip() for line in declared.splitlines() if line.strip()]
    [block] = re.findall(
        r'```console\n\$ alembic revision --autogenerate -m "add active profiles"\n(.*?)```',
        GUIDE.read_text(),
        re.DOTALL,
    )
    assert [line.strip() for line in block.splitlines()] == [line.strip() for line in shown]
    assert VIEW.strip() in GUIDE.read_text()
