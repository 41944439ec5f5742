"""The one comment: made once, a section for each project replaced in place, and a refusal that is no failure."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from forge import Forge, serving

from alembic_rollout.commands import review as command
from alembic_rollout.review.comment_sections import CUT, LONGEST_BODY, with_section
from alembic_rollout.review.comments import MARK

COMMENTS = "/repos/shop/shop/issues/7/comments"
NOTES = "/projects/3/merge_requests/7/notes"


@pytest.fixture
def forge() -> Iterator[Forge]:
    forge = Forge()
    with serving(forge):
        yield forge


@pytest.fixture
def github(forge: Forge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The variables of a job of GitHub; returns the file of its summary."""
    for name in ("CI_MERGE_REQUEST_IID", "GITLAB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": forge.url,
        "GITHUB_REPOSITORY": "shop/shop",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_TOKEN": "secret",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "summary.md"


def publish(name: str, report: str, *, is_worth_a_new_one: bool = True) -> None:
    command._publish(name, report, comment=True, is_worth_a_new_one=is_worth_a_new_one)


def test_two_projects_share_one_comment_and_replace_their_own_section(forge: Forge, github: Path) -> None:
    forge.bodies = {number: f"talk {number}" for number in range(1, 101)}  # the comment is on the second page
    publish("auth", "first of auth")
    publish("user", "first of user")
    publish("auth", "second of auth")

    assert list(forge.bodies)[100:] == [101]
    body = forge.bodies[101]
    assert body.startswith(MARK)
    assert body.index("second of auth") < body.index("first of user")
    assert "first of auth" not in body
    assert ("PATCH", "/repos/shop/shop/issues/comments/101", "Bearer secret") in forge.requests
    assert github.read_text().count(" of ") == 3


def test_a_fork_without_rights_gets_the_summary_and_one_line(
    forge: Forge, github: Path, caplog: pytest.LogCaptureFixture
) -> None:
    forge.refusal = (403, {"message": "Resource not accessible by integration"})
    publish("auth", "report")

    assert github.read_text() == "report\n"
    assert caplog.messages == [
        "The comment could not be written (status 403); a pipeline of a fork has no right to. The report is above."
    ]


@pytest.mark.parametrize("status", [401, 404])
def test_a_token_that_may_not_comment_is_said_to_be_a_forks(
    forge: Forge, github: Path, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    forge.refusal = (status, {"message": "Not Found"})
    publish("auth", "report")
    (said,) = caplog.messages
    assert f"could not be written (status {status}); a pipeline of a fork has no right to. " in said
    assert github.exists()


@pytest.mark.usefixtures("github")
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"message": "Invalid", "errors": ["body is too long"]}, ': Invalid ["body is too long"]'),
        ({"error": "note is\nmissing"}, ": note is missing"),
        ({"message": "x" * 1000}, f": {'x' * 299}…"),
        (["bad gateway"], ""),
    ],
)
def test_any_other_refusal_is_said_in_the_servers_own_words(
    forge: Forge, caplog: pytest.LogCaptureFixture, answer: object, said: str
) -> None:
    forge.refusal = (422, answer)
    publish("auth", "report")
    assert caplog.messages == [f"The comment could not be written (status 422{said}). The report is above."]


def test_a_branch_that_changes_nothing_writes_no_new_comment_and_replaces_an_old_one(
    forge: Forge, github: Path
) -> None:
    publish("auth", "nothing changes", is_worth_a_new_one=False)
    assert forge.bodies == {}
    publish("auth", "a problem")
    publish("auth", "nothing changes", is_worth_a_new_one=False)
    assert "a problem" not in forge.bodies[1]
    assert github.exists()


def test_a_merge_request_of_gitlab_has_its_note_replaced(
    forge: Forge, github: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    for name, value in {
        "CI_API_V4_URL": forge.url,
        "CI_MERGE_REQUEST_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "GITLAB_TOKEN": "token",
    }.items():
        monkeypatch.setenv(name, value)
    publish("auth", "first")
    publish("auth", "second")

    assert [method for method, _, _ in forge.requests] == ["GET", "POST", "GET", "PUT"]
    assert forge.requests[-1][1:] == (f"{NOTES}/1", "token")
    assert "second" in forge.bodies[1]
    assert not github.exists()


def test_a_server_that_does_not_answer_is_one_line(
    forge: Forge, github: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:1")
    publish("auth", "report")
    assert [message.splitlines() for message in caplog.messages] == [[caplog.messages[0]]]
    assert "Connection refused" in caplog.messages[0]
    assert forge.requests == []
    assert github.exists()


def test_a_report_may_hold_anything_that_a_pattern_would_read_otherwise() -> None:
    body = with_section(f"{MARK}\n", "a.b", r"\1 \g<0>")
    assert with_section(body, "a.b", r"\2").count(r"\2") == 1
    assert with_section(body, "axb", "other").count("<!-- begin") == 2


def test_a_comment_that_would_be_too_long_keeps_short_sections_whole_and_cuts_the_long_ones() -> None:
    body = with_section(f"{MARK}\n", "short", "### short")
    body = with_section(body, "long", "a line\n" * 20_000)
    body = with_section(body, "user", "another\n" * 20_000)
    assert len(body) <= LONGEST_BODY
    assert "### short\n<!-- end short -->" in body
    assert body.count(CUT) == 2
    assert abs(body.count("a line") * 7 - body.count("another") * 8) < 100  # they share the room
    assert all(line in {"", "a line", "another", "### short", CUT} for line in body.splitlines() if "<!--" not in line)


def test_what_is_cut_in_the_middle_of_sql_closes_it() -> None:
    report = "<details><summary>SQL</summary>\n\n````sql\n" + "SELECT '```';\n" * 20_000 + "````\n\n</details>"
    body = with_section(f"{MARK}\n", "auth", report)
    assert body.endswith(f"SELECT '```';\n````\n\n</details>\n\n{CUT}\n<!-- end auth -->\n")


def test_a_section_that_was_cut_gives_way_to_a_new_one_and_says_it_once() -> None:
    body = with_section(f"{MARK}\n", "auth", "a line\n" * 20_000)
    body = with_section(body, "user", "another\n" * 4_000)
    assert len(body) <= LONGEST_BODY
    auth = body.partition("<!-- end auth -->")[0]
    assert auth.count(CUT) == 1
    assert with_section(body, "auth", "none any more").count(CUT) == body.count(CUT) - 1
