"""Checks and verifications in a rehearsal: their SQL has to work, and what they find on a copy without rows is said."""

import pytest
from sample_project import Project

from rehearsal.rehearsed import Rehearse

ADD = ("ALTER TABLE profiles ADD COLUMN bio text", "ALTER TABLE profiles DROP COLUMN bio")


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("checks = {'x': 'SELECT bio FROM profiles'}", 'check "x" cannot be asked (column "bio" does not exist)'),
        ("checks = {'x': 'SELEC'}", 'check "x" is no single query'),
        ("checks = {'x': 'DELETE FROM profiles RETURNING id'}", 'check "x" changes the database'),
        ("verify = {'x': 'SELECT boi FROM profiles'}", 'verify "x" cannot be asked (column "boi" does not exist)'),
        ("verify = ['x']", "verify is no dict but list"),
    ],
)
def test_sql_that_does_not_work_fails_the_rehearsal(
    shop: Project, rehearse: Rehearse, declared: str, said: str
) -> None:
    shop.sql("002", *ADD, header=declared)
    rehearsed = rehearse()
    assert str(rehearsed.error).startswith(f"Upgrading to 002 fails in the rehearsal: {said}"), rehearsed.error
    assert rehearsed.document["failure"]["revision"] == "002"


def test_answers_are_reported_and_rows_that_the_copy_lacks_end_nothing(shop: Project, rehearse: Rehearse) -> None:
    checks = {"people are there": "SELECT count(*) > 0 FROM profiles", "no rows": "TABLE profiles"}
    verify = {"no bio": "SELECT bio FROM profiles WHERE bio <> ''"}
    shop.sql("002", *ADD, header=f"checks = {checks!r}\nverify = {verify!r}")
    rehearsed = rehearse()
    assert rehearsed.error is None
    revision = rehearsed.revision("002")
    assert [(one["name"], one["outcome"], one["text"]) for one in revision["checks"]] == [
        ("people are there", "failed", "is false"),
        ("no rows", "passed", ""),
    ]
    assert [(one["name"], one["outcome"]) for one in revision["verify"]] == [("no bio", "passed")]


def test_from_an_empty_database_every_row_is_the_revisions_own_and_counts(project: Project, rehearse: Rehearse) -> None:
    project.sql("001", "CREATE TABLE a (id int PRIMARY KEY)", "DROP TABLE a")
    project.sql("002", "INSERT INTO a VALUES (7)", "DELETE FROM a", header="verify = {'empty': 'SELECT id FROM a'}")
    rehearsed = rehearse()
    assert 'Upgrading to 002 fails in the rehearsal: verify "empty" found 1 row: id 7' in str(rehearsed.error)
