"""What holds for every page of the console, in both languages, wide and narrow, light and dark."""

import pytest
from console_page import Looks, Visit

PAGES = {
    "/databases": ("Databases", "データベース"),
    "/databases/admin": ("Database of admin", "admin のデータベース"),
    "/services": ("Services", "サービス"),
}
LOOKS = [
    Looks(),
    Looks(language="ja", scheme="dark", width=390, height=844),
]


@pytest.mark.parametrize("looks", LOOKS, ids=["en-light-wide", "ja-dark-narrow"])
def test_every_page_keeps_no_person_out_and_asks_no_other_site(visit: Visit, looks: Looks) -> None:
    shown = visit(looks=looks)
    for path, titles in PAGES.items():
        shown.go(path)
        assert shown.main.locator("h1").text_content() == titles[looks.language == "ja"], path
        assert shown.violations() == [], path
        assert not shown.is_wider_than_its_window(), path
        assert shown.page.locator("html").get_attribute("lang") == looks.language
        shown.keep_screenshot(f"{path.strip('/').replace('/', '-')}-{looks.language}")
    assert shown.faults == []
    assert shown.foreign == []
