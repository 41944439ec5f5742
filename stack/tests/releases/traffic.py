"""Traffic on several releases at once, through a balancer, from people who notice every answer that is not right."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
from releases.example import SECONDS, Issuer, Serving

PAUSE = 0.02
"""Between two requests of one person: what is tested is not how much the machine can take."""
Action = Callable[[], None]


class Balancer:
    """Gives each request to one of the releases in it, in turn; takes a release out without cutting a request."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._releases: list[Serving] = []
        self._under_way: Counter[str] = Counter()
        self._turn = 0
        self.answered: Counter[str] = Counter()

    def add(self, release: Serving) -> None:
        """Let a release take part."""
        with self._changed:
            self._releases.append(release)

    def remove(self, release: Serving) -> None:
        """Give a release nothing more, and wait until it has answered what it was given."""
        with self._changed:
            self._releases.remove(release)
            assert self._changed.wait_for(lambda: not self._under_way[release.name], SECONDS)

    @contextmanager
    def choose(self) -> Iterator[Serving]:
        """Choose a release for a request, which ends when the block does."""
        with self._changed:
            self._turn += 1
            chosen = self._releases[self._turn % len(self._releases)]
            self._under_way[chosen.name] += 1
        try:
            yield chosen
        finally:
            with self._changed:
                self._under_way[chosen.name] -= 1
                self.answered[chosen.name] += 1
                self._changed.notify_all()

    def wait_for_answers(self, count: int) -> None:
        """Wait until each release that takes part has answered as many more requests."""
        with self._changed:
            goals = {release.name: self.answered[release.name] + count for release in self._releases}
            reached = self._changed.wait_for(
                lambda: all(self.answered[name] >= goal for name, goal in goals.items()), SECONDS
            )
        assert reached, f"wanted {goals}, got {self.answered}"


class Person(threading.Thread):
    """Creates, reads, changes, searches and deletes profiles, one request after the other, and knows what is in them.

    Args:
        balancer: says which release a request goes to.
        account: the id of their own account.
        token: that account's.
        administrator: a token for all other profiles.
        first_names: the first names in the profiles that they alone change, by user id.
    """

    def __init__(
        self,
        balancer: Balancer,
        *,
        account: str,
        token: str,
        administrator: str,
        first_names: Mapping[str, str | None],
    ) -> None:
        super().__init__(daemon=True)
        self.first_names = dict(first_names)
        self.changed: set[str] = set()
        self.wrong: list[str] = []
        self._account = account
        self._balancer = balancer
        self._own = {"Authorization": f"Bearer {token}"}
        self._administrator = {"Authorization": f"Bearer {administrator}"}
        self._random = random.Random(account)  # noqa: S311 - variety, no secret
        self._client = httpx.Client(timeout=SECONDS)
        self._enough = threading.Event()

    def run(self) -> None:
        """Go on until `stop`."""
        actions: list[Action] = [self._rename, self._replace, self._say_something_else, self._read, self._search]
        weights = [6, 2, 2, 6, 1]
        with self._client:
            self._create(self._account)
            while not self._enough.wait(PAUSE):
                self._random.choices([*actions, self._read_own, self._come, self._go], [*weights, 2, 2, 1])[0]()

    def stop(self) -> None:
        """Stop after the request that is under way."""
        self._enough.set()
        self.join(SECONDS)

    def _create(self, user_id: str) -> None:
        first_name = self._some_name()
        body = {"user_id": user_id} | ({} if first_name is None else {"first_name": first_name})
        answer = self._ask("POST", "/profiles", json=body, expected=httpx.codes.CREATED)
        self._note(user_id, first_name, answer)

    def _come(self) -> None:
        self._create(str(uuid4()))

    def _go(self) -> None:
        user_id = self._someone()
        if user_id != self._account:
            self._ask("DELETE", f"/profiles/{user_id}", expected=httpx.codes.NO_CONTENT)
            del self.first_names[user_id]
            self._ask("GET", f"/profiles/{user_id}", expected=httpx.codes.NOT_FOUND)

    def _rename(self) -> None:
        user_id, first_name = self._someone(), self._some_name()
        answer = self._ask("PATCH", f"/profiles/{user_id}", json={"first_name": first_name})
        self._note(user_id, first_name, answer)

    def _replace(self) -> None:
        user_id, first_name = self._someone(), self._some_name()
        answer = self._ask("PUT", f"/profiles/{user_id}", json={"first_name": first_name, "last_name": "Sato"})
        self._note(user_id, first_name, answer)

    def _say_something_else(self) -> None:
        user_id = self._someone()
        answer = self._ask("PATCH", f"/profiles/{user_id}", json={"bio": uuid4().hex})
        self._note(user_id, self.first_names[user_id], answer)

    def _read(self) -> None:
        user_id = self._someone()
        self._compare(user_id, self._ask("GET", f"/profiles/{user_id}"))

    def _read_own(self) -> None:
        self._compare(self._account, self._ask("GET", "/profiles/me", headers=self._own))

    def _search(self) -> None:
        user_id = self._someone()
        first_name = self.first_names[user_id]
        if first_name is not None:
            answer = self._ask("GET", "/profiles", params={"q": first_name})
            found = [item["user_id"] for item in (answer or {}).get("items", [])]
            if found != [user_id]:
                self.wrong.append(f"a search for {first_name} found {found}, not {user_id}")

    def _note(self, user_id: str, first_name: str | None, answer: dict[str, Any] | None) -> None:
        self.first_names[user_id] = first_name
        self.changed.add(user_id)
        self._compare(user_id, answer)

    def _compare(self, user_id: str, answer: dict[str, Any] | None) -> None:
        if answer is not None and answer["first_name"] != self.first_names[user_id]:
            self.wrong.append(f"{user_id} has {answer['first_name']}, not {self.first_names[user_id]}")

    def _ask(
        self,
        method: str,
        path: str,
        *,
        expected: int = httpx.codes.OK,
        headers: Mapping[str, str] | None = None,
        **request: Any,  # noqa: ANN401 - httpx's
    ) -> dict[str, Any] | None:
        """Send a request to a release; return the body of the expected answer, and note any other one as wrong."""
        with self._balancer.choose() as release:
            what = f"{method} {path} of {release.name}"
            try:
                answer = self._client.request(
                    method, f"{release.url}{path}", headers=dict(headers or self._administrator), **request
                )
            except httpx.HTTPError as error:
                self.wrong.append(f"{what}: {error!r}")
                return None
        if answer.status_code != expected:
            self.wrong.append(f"{what} answered {answer.status_code}: {answer.text}")
            return None
        body: dict[str, Any] = answer.json() if answer.content else {}
        return body

    def _someone(self) -> str:
        return self._random.choice(list(self.first_names))

    def _some_name(self) -> str | None:
        return None if self._random.random() < 0.1 else uuid4().hex


class Crowd:
    """People who use the service at the same time.

    Args:
        issuer: gives each an account.
        balancer: where their requests go.
        first_names: the profiles that are there already; each person takes care of some of them.
    """

    def __init__(self, issuer: Issuer, balancer: Balancer, first_names: Mapping[str, str | None]) -> None:
        shares = list(first_names.items())
        self._people = [
            Person(
                balancer,
                account=account,
                token=token,
                administrator=issuer.administrator,
                first_names=dict(shares[place :: len(issuer.people)]),
            )
            for place, (account, token) in enumerate(issuer.people.items())
        ]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Send requests while inside."""
        for person in self._people:
            person.start()
        try:
            yield
        finally:
            for person in self._people:
                person.stop()

    @property
    def first_names(self) -> dict[str, str | None]:
        """The first name that each profile has to have."""
        return {user_id: name for person in self._people for user_id, name in person.first_names.items()}

    @property
    def changed(self) -> set[str]:
        """The profiles that were written to."""
        return {user_id for person in self._people for user_id in person.changed}

    @property
    def wrong(self) -> list[str]:
        """What was not as it had to be."""
        return [line for person in self._people for line in person.wrong]
