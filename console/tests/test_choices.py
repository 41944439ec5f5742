"""What can be chosen is looked for on the server: no list of the console ends where there are others."""

from typing import Any

import httpx

from tests.fake_services import Answer, Asked, FakeServices

BASES = "GET /api/knowledgebase"
OLD = {"id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793", "name": "<i>古い"}
FIND = 'hx-get="/knowledge/choices/'


def listed(*names: str, more: bool = True) -> Answer:
    items = [{"id": name, "name": name} for name in names]
    return Answer(200, {"items": items, "next_cursor": "next" if more else None, "total": None})


def test_a_list_that_has_more_is_searched_and_one_that_has_not_is_not(
    browser: httpx.Client, services: FakeServices
) -> None:
    services.rules[BASES] = lambda _: listed("new")
    assert f"{FIND}bases?nothing=all" in browser.get("/knowledge/search").text
    services.rules[BASES] = lambda _: listed("new", more=False)
    assert FIND not in browser.get("/knowledge/search").text


def test_what_is_chosen_stays_chosen_though_the_list_does_not_reach_it(
    browser: httpx.Client, services: FakeServices
) -> None:
    services.rules[BASES] = lambda _: listed("new")
    services.rules[f"{BASES}/{OLD['id']}"] = lambda _: Answer(200, OLD)
    page = browser.get(f"/knowledge/search?knowledge_base_id={OLD['id']}").text
    assert f'<option value="{OLD["id"]}" selected>&lt;i&gt;古い</option>' in page


def test_a_choice_that_is_not_to_be_had_is_left_out(browser: httpx.Client, services: FakeServices) -> None:
    services.rules[BASES] = lambda _: listed("new")
    services.rules["GET /api/collections"] = lambda _: Answer(422, {"detail": "no"})
    answer = browser.get("/knowledge/search?knowledge_base_id=../../auth")
    assert answer.status_code == 200
    assert "selected>new" not in answer.text


def test_options_are_those_that_have_the_text_and_their_names_are_text(
    browser: httpx.Client, services: FakeServices
) -> None:
    def found(asked: Asked) -> Answer:
        return listed("<b>x", more=False) if "q=b" in asked.query else listed("other")

    services.rules[BASES] = found
    page = browser.get("/knowledge/choices/bases", params={"q": "b x", "nothing": "<all>"}).text
    none, found_one = '<option value="">&lt;all&gt;</option>', '<option value="&lt;b&gt;x">&lt;b&gt;x</option>'
    assert page.strip() == none + found_one


def test_where_nothing_has_the_text_the_list_says_so(browser: httpx.Client, services: FakeServices) -> None:
    services.rules[BASES] = lambda _: listed(more=False)
    assert '<option value="" disabled>There is none.</option>' in browser.get("/knowledge/choices/bases?q=x").text


def test_there_are_no_other_kinds_of_choices(browser: httpx.Client) -> None:
    assert browser.get("/knowledge/choices/accounts").status_code == 404


def test_every_collection_is_on_a_page_of_its_list(browser: httpx.Client, services: FakeServices) -> None:
    base: dict[str, Any] = OLD | {"name": "図書館"}
    services.rules[f"{BASES}/{OLD['id']}"] = lambda _: Answer(200, base)
    item = {"id": "a", "name": "一", "description": None, "document_count": 3}
    services.rules["GET /api/collections"] = lambda _: Answer(200, {"items": [item], "next_cursor": "c/2"})
    page = browser.get(f"/knowledge/bases/{OLD['id']}/collections?q=x").text
    assert f'href="/knowledge/bases/{OLD["id"]}/collections?q=x&amp;cursor=c%2F2"' in page
    assert f'href="/knowledge/bases/{OLD["id"]}?collection_id=a#documents">3</a>' in page
