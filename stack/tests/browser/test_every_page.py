"""What holds for every page of the console, in both languages, wide and narrow, light and dark."""

import pytest
from console_page import Looks, Visit

PAGES = {
    "/databases": ("Databases", "データベース"),
    "/databases/admin": ("Database of admin", "admin のデータベース"),
    "/databases/admin/revisions/001": ("Revision 001 of admin", "admin のリビジョン 001"),
    "/databases/admin/plan": ("What an upgrade of admin would do", "admin のアップグレードで行われること"),
    "/services": ("Services", "サービス"),
    "/knowledge/bases": ("Knowledge bases", "ナレッジベース"),
    "/knowledge/bases/{base}": ("図書館", "図書館"),
    "/knowledge/bases/{base}/whole": ("図書館: summary and model", "図書館: 要約とモデル"),
    "/knowledge/collections/{collection}": ("未分類", "未分類"),
    "/knowledge/documents/{document}": ("guide", "guide"),
    "/knowledge/passages/{passage}": ("guide, passage 1", "guide、区切り 1"),
    "/knowledge/search?q=図書館": ("Search", "検索"),
    "/knowledge/chat": ("Chat", "チャット"),
    "/knowledge/chat/{conversation}": ("開館時間は?", "開館時間は?"),
    "/knowledge/prompt-templates": ("Prompt templates", "プロンプトテンプレート"),
    "/knowledge/prompt-templates/{template}": ("default-summary", "default-summary"),
    "/knowledge/evaluations": ("Evaluations", "評価"),
    "/knowledge/evaluations/{evaluation}": ("開館", "開館"),
    "/people": ("People", "ユーザー"),
    "/account": ("Your account", "自分のアカウント"),
    "/logs/system": ("System log", "システムログ"),
    "/logs/login": ("Sign-ins", "サインインの記録"),
    "/logs/audit": ("Audit log", "監査ログ"),
    "/logs/requests": ("One request", "1つのリクエスト"),
    "/logs/requests/{request}": ("Request browser-1", "リクエスト browser-1"),
}
LOOKS = [
    Looks(),
    Looks(language="ja", scheme="dark", width=390, height=844),
]


def picture_name(path: str) -> str:
    return path.partition("?")[0].strip("/").replace("/", "-").translate({ord("{"): None, ord("}"): None})


@pytest.mark.parametrize("looks", LOOKS, ids=["en-light-wide", "ja-dark-narrow"])
def test_every_page_keeps_no_person_out_and_asks_no_other_site(
    visit: Visit, looks: Looks, library: dict[str, str]
) -> None:
    shown = visit(looks=looks)
    for path, titles in PAGES.items():
        shown.go(path.format_map(library))
        assert shown.main.locator("h1").text_content() == titles[looks.language == "ja"], path
        assert shown.violations() == [], path
        assert not shown.is_wider_than_its_window(), path
        assert shown.page.locator("html").get_attribute("lang") == looks.language
        shown.keep_screenshot(f"{picture_name(path)}-{looks.language}")
    assert shown.faults == []
    assert shown.foreign == []
