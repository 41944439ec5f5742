"""Writes a report into the one comment that a pull request or merge request has for it, and into the job's summary.

Every review of a repository with several services has a section of the same comment, which is replaced in place.
"""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic_rollout.review.comment_sections import with_section
from alembic_rollout.wording.phrases import shortened

MARK = "<!-- alembic-rollout -->"
"""The first line of the comment, by which it is found again."""
_NO_RIGHT = {401, 403, 404}
"""How GitHub and GitLab refuse a token that may not comment; 404 hides from it that there is such a project."""
_LONGEST_REASON = 300
_LONGEST_ANSWER = 65_536
_TIMEOUT_SECONDS = 20.0
_PAGE = 100


class CommentError(Exception):
    """The comment could not be written; the text is the reason.

    Args:
        reason: what the server answered, or why it did not.
        has_no_right: it refused because of who is asking.
    """

    def __init__(self, reason: str, *, has_no_right: bool = False) -> None:
        super().__init__(reason)
        self.has_no_right = has_no_right


@dataclass(frozen=True, slots=True)
class Discussion:
    """Where the comments of one pull request or merge request are.

    Attributes:
        list_url: answers with its comments, and takes a new one.
        one_url: of one comment, without its id.
        method: changes a comment there.
        headers: who is asking.
    """

    list_url: str
    one_url: str
    method: str
    headers: Mapping[str, str]


def discussion_of(variables: Mapping[str, str]) -> Discussion | None:
    """Return where this pipeline may comment; None where it runs for no pull request, or was given no token.

    Args:
        variables: the environment of a job of GitHub or GitLab.
    """
    if variables.get("GITHUB_ACTIONS") == "true":
        number = re.fullmatch(r"refs/pull/(\d+)/\w+", variables.get("GITHUB_REF", ""))
        token = variables.get("GITHUB_TOKEN")
        if number is None or not token:
            return None
        issues = f"{variables['GITHUB_API_URL']}/repos/{variables['GITHUB_REPOSITORY']}/issues"
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        return Discussion(f"{issues}/{number[1]}/comments", f"{issues}/comments", "PATCH", headers)
    iid, token = variables.get("CI_MERGE_REQUEST_IID"), variables.get("GITLAB_TOKEN")
    if not iid or not token:
        return None
    notes = (
        f"{variables['CI_API_V4_URL']}/projects/{variables['CI_MERGE_REQUEST_PROJECT_ID']}/merge_requests/{iid}/notes"
    )
    return Discussion(notes, notes, "PUT", {"PRIVATE-TOKEN": token})


def write_comment(discussion: Discussion, name: str, report: str, *, is_worth_a_new_one: bool) -> bool:
    """Write a report into its section of the comment.

    Args:
        discussion: where.
        name: of the section.
        report: its content, Markdown.
        is_worth_a_new_one: write a comment where there is none yet.

    Returns:
        True if it was written.

    Raises:
        CommentError: the server refuses, or does not answer.
    """
    existing = next((each for each in _comments(discussion) if str(each.get("body", "")).startswith(MARK)), None)
    if existing is not None:
        body = with_section(existing["body"], name, report)
        _ask(discussion, discussion.method, f"{discussion.one_url}/{existing['id']}", {"body": body})
    elif is_worth_a_new_one:
        _ask(discussion, "POST", discussion.list_url, {"body": with_section(f"{MARK}\n", name, report)})
    return existing is not None or is_worth_a_new_one


def append_summary(variables: Mapping[str, str], report: str) -> None:
    """Add a report to the summary of the job, on GitHub; a job of GitLab has none beside its log."""
    if path := variables.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{report}\n")


def _comments(discussion: Discussion) -> Iterator[Any]:
    page = 1
    while True:
        found = _ask(discussion, "GET", f"{discussion.list_url}?per_page={_PAGE}&page={page}")
        yield from found
        if len(found) < _PAGE:
            return
        page += 1


def _ask(discussion: Discussion, method: str, url: str, content: object = None) -> Any:  # noqa: ANN401 - JSON
    headers = {**discussion.headers, "Content-Type": "application/json", "User-Agent": "alembic-rollout"}
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers)  # noqa: S310 - of the pipeline
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in _NO_RIGHT:
                raise CommentError(f"status {error.code}", has_no_right=True) from None
            raise CommentError(f"status {error.code}{_said(error)}") from None
    except (OSError, ValueError) as error:
        raise CommentError(str(getattr(error, "reason", error))) from None


def _said(error: urllib.error.HTTPError) -> str:
    """Return what the server says of its refusal, with a colon before it; nothing where it says nothing of use."""
    try:
        answer = json.loads(error.read(_LONGEST_ANSWER))
    except (OSError, ValueError):
        return ""
    if not isinstance(answer, dict):
        return ""
    parts = [answer.get("message") or answer.get("error"), answer.get("errors")]
    said = " ".join(" ".join(part if isinstance(part, str) else json.dumps(part) for part in parts if part).split())
    return f": {shortened(said, _LONGEST_REASON)}" if said else ""
