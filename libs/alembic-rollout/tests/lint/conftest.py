"""What every test of the linter can ask for."""

from pathlib import Path
from typing import cast

import pytest
from databases import Database
from sample_project import Project

from lint.shop import DOWNGRADE_RULES, Judge, Shop, rules


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop(Project(tmp_path / "shop", cast("Database", None)))
    monkeypatch.chdir(shop.project.folder)
    shop.sql(
        "001",
        "CREATE TABLE orders (id bigint PRIMARY KEY, note text)\n\nCREATE TABLE users (id bigint PRIMARY KEY)",
        "DROP TABLE users\n\nDROP TABLE orders",
    )
    return shop


@pytest.fixture
def judge(shop: Shop) -> Judge:
    def judge(sql: str = "", *, body: str = "", header: str = "") -> list[str]:
        if body:
            shop.project.revision("002", body, header=header)
        else:
            shop.sql("002", sql, header=header)
        return rules(shop.lint(lint_ignore=DOWNGRADE_RULES))

    return judge
