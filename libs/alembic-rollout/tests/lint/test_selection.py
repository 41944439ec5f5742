"""Which revisions are judged."""

import subprocess
from pathlib import Path

import pytest

from alembic_rollout.errors import UsageError
from alembic_rollout.lint.selection import select_revisions
from lint.shop import Shop


def chosen(shop: Shop, *, since: str | None = None, base: str | None = None, every: bool = False) -> list[str]:
    return select_revisions(shop.environment(), since=since, base=base, all_revisions=every)


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(shop: Shop) -> Shop:
    """Revisions 001 and 002 are committed on `main`, the project in a folder below the checkout's root."""
    shop.sql("002", "SELECT 2")
    root = shop.project.folder.parent
    git(root, "init", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "-m", "two revisions")
    return shop


def test_all_are_judged_oldest_first(shop: Shop) -> None:
    shop.sql("002", "SELECT 2")
    shop.sql("003", "SELECT 3")

    assert chosen(shop, every=True) == ["001", "002", "003"]


def test_since_a_revision_means_those_that_it_is_not_built_on(shop: Shop) -> None:
    shop.sql("002", "SELECT 2")
    shop.sql("003", "SELECT 3")
    shop.project.sql("004", "SELECT 4", after="001")
    shop.project.revision("005", after="003")

    behind = chosen(shop, since="002")
    assert sorted(behind) == ["003", "004", "005"]
    assert behind.index("003") < behind.index("005")
    assert chosen(shop, since="base")[0] == "001"


def test_since_the_head_leaves_nothing(shop: Shop) -> None:
    assert chosen(shop, since="head") == []


def test_a_merge_and_what_it_joins_are_judged_once(shop: Shop) -> None:
    shop.sql("002", "SELECT 2")
    shop.project.sql("003", "SELECT 3", after="001")
    path = shop.project.revision("004", after="003")
    path.write_text(path.read_text().replace("down_revision = '003'", "down_revision = ('002', '003')"))

    assert sorted(chosen(shop, since="002")) == ["003", "004"]
    assert chosen(shop, every=True)[-1] == "004"


def test_an_unknown_revision_is_a_mistake_of_usage(shop: Shop) -> None:
    with pytest.raises(UsageError, match=r"--since 999: .*'999'"):
        chosen(shop, since="999")


def test_two_ways_to_choose_are_one_too_many(shop: Shop) -> None:
    with pytest.raises(UsageError, match="Choose one of --since, --base and --all"):
        chosen(shop, since="001", every=True)


def test_against_a_git_ref_new_and_changed_files_are_judged(checkout: Shop) -> None:
    assert chosen(checkout, base="main") == []

    committed = checkout.sql("003", "SELECT 3")
    git(checkout.project.folder, "checkout", "-b", "feature")
    git(checkout.project.folder, "add", str(committed))
    git(checkout.project.folder, "commit", "-m", "another")
    checkout.sql("004", "SELECT 4")
    changed = checkout.project.versions / "001_step.py"
    changed.write_text(changed.read_text() + "# changed\n")

    assert chosen(checkout, base="main") == ["001", "003", "004"]
    assert chosen(checkout, base="HEAD") == ["001", "004"]


def test_a_renamed_file_is_a_changed_one_and_a_deleted_one_is_none(checkout: Shop) -> None:
    versions = checkout.project.versions
    git(versions, "mv", "002_step.py", "002_another_slug.py")

    assert chosen(checkout, base="main") == ["002"]
    (versions / "002_another_slug.py").unlink()
    assert chosen(checkout, base="main") == []


def test_ignored_files_and_files_beside_the_revisions_do_not_count(checkout: Shop) -> None:
    (checkout.project.folder / ".gitignore").write_text("003_*\n")
    checkout.sql("003", "SELECT 3")
    (checkout.project.folder / "models.py").write_text("metadata = None\n")

    assert chosen(checkout, base="main") == []


def test_an_unknown_ref_is_named_with_what_may_be_missing(checkout: Shop) -> None:
    with pytest.raises(UsageError, match=r"git does not know origin/main; fetch it first"):
        chosen(checkout, base="origin/main")


def test_a_ref_that_looks_like_an_option_is_a_ref(checkout: Shop) -> None:
    with pytest.raises(UsageError, match=r"--base cannot be used"):
        chosen(checkout, base="--output=/tmp/x")


def test_outside_a_checkout_git_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(shop.project.folder.parent))

    with pytest.raises(UsageError, match="not a git repository"):
        chosen(shop, base="main")


def test_without_git_the_option_says_what_it_needs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(shop.project.folder))

    with pytest.raises(UsageError, match="--base needs git"):
        chosen(shop, base="main")
