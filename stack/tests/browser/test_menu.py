"""The head of the pages: one line, with a menu where the window is narrow, and all of it where it is wide."""

import pytest
from console_page import ConsolePage, Looks, Visit
from playwright.sync_api import Locator

NARROW = Looks(width=390, height=844)


def head(shown: ConsolePage) -> Locator:
    return shown.page.locator("header")


def height(shown: ConsolePage) -> float:
    box = head(shown).bounding_box()
    assert box is not None
    return box["height"]


def menu(shown: ConsolePage) -> Locator:
    return head(shown).locator("summary")


def people(shown: ConsolePage) -> Locator:
    return head(shown).get_by_role("link", name="People")


@pytest.mark.parametrize("looks", [NARROW, Looks(width=900)], ids=["phone", "tablet"])
def test_a_narrow_window_has_a_head_of_one_line_and_keeps_no_person_out_while_its_menu_is_open(
    visit: Visit, looks: Looks
) -> None:
    shown = visit(looks=looks)
    assert height(shown) < 60
    assert not people(shown).is_visible()
    menu(shown).click()
    assert people(shown).is_visible()
    assert head(shown).get_by_role("button", name="Sign out").is_visible()
    assert shown.violations() == []
    assert not shown.is_wider_than_its_window()
    assert height(shown) < 60  # it lies over the page, which stays where it is
    menu(shown).click()
    assert not people(shown).is_visible()


def test_the_menu_is_used_with_the_keyboard_alone(visit: Visit) -> None:
    shown = visit(looks=NARROW)
    for _ in range(3):  # past the link to the content and the name
        shown.page.keyboard.press("Tab")
    assert menu(shown).evaluate("each => each === document.activeElement")
    shown.page.keyboard.press("Enter")
    shown.page.keyboard.press("Tab")
    shown.page.keyboard.press("Tab")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url("**/services")
    assert shown.main.locator("h1").text_content() == "Services"


def test_the_menu_is_used_without_script(visit: Visit) -> None:
    shown = visit(looks=Looks(width=390, height=844, has_script=False))
    menu(shown).click()
    people(shown).click()
    shown.page.wait_for_url("**/people")
    assert shown.main.locator("h1").text_content() == "People"


def test_a_wide_window_shows_all_of_it_in_one_line_and_no_menu(visit: Visit) -> None:
    shown = visit()
    assert not menu(shown).is_visible()
    assert people(shown).is_visible()
    assert height(shown) < 80
    assert shown.violations() == []


@pytest.mark.parametrize("looks", [Looks(), NARROW], ids=["wide", "narrow"])
def test_the_page_to_sign_in_has_a_head_of_one_line_without_a_menu(visit: Visit, looks: Looks) -> None:
    shown = visit(looks=looks)
    shown.page.context.clear_cookies()
    shown.go("/sign-in")
    assert height(shown) < 70
    assert menu(shown).count() == 0
    assert head(shown).get_by_role("button", name="日本語").is_visible()
