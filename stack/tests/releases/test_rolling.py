"""Three replicas behind HAProxy are replaced one after another, by a release that expands and one that contracts.

`make test-load` alone runs it; the same releases side by side are in `test_side_by_side.py`.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from proxy import Proxy
from releases.example import Database, Release, Serving, issuer, release
from releases.test_side_by_side import insert_profiles
from releases.traffic import Balancer, Crowd

from service_kit.testing.waiting import eventually
from stack.ports import free_port
from stack.postgres.server import Server

pytestmark = pytest.mark.skipif(os.environ.get("LOAD") != "full", reason="make test-load")

REPLICAS = 3
PEOPLE = 4
PROFILES_IN_USE = 400
ANSWERS = 60


class Place:
    """A port of the proxy's, and the release that serves there.

    Args:
        port: where.
        proxy: what has to see it.
    """

    def __init__(self, port: int, proxy: Proxy) -> None:
        self.port = port
        self._proxy = proxy
        self.serving: Serving | None = None

    def start(self, release: Release) -> None:
        """End what serves here, as an orchestrator does, and start a release in its place."""
        self.end()
        self.serving = release.serve(self.port)
        self.serving.wait_ready()
        eventually(lambda: self._proxy.is_up("user", self.port))

    def end(self) -> None:
        """End what serves here."""
        if self.serving is not None:
            self.serving.process.end()


def test_no_request_fails_while_two_releases_are_rolled_out(server: Server, database: Database, tmp_path: Path) -> None:
    ports = [free_port() for _ in range(REPLICAS)]
    with issuer(PEOPLE) as tokens, Proxy(tmp_path, {"user": ports}) as proxy, ExitStack() as ends:
        first, second, third = (
            release(number, tmp_path, database, server, JWKS_URL=tokens.jwks_url) for number in (1, 2, 3)
        )
        places = [Place(port, proxy) for port in ports]
        for place in places:
            ends.callback(place.end)
            place.start(first)
        balancer = Balancer()
        serving = places[0].serving
        assert serving is not None
        balancer.add(Serving("the proxy", proxy.url("user"), serving.process))
        crowd = Crowd(tokens, balancer, dict(insert_profiles(database)[:PROFILES_IN_USE]))
        with crowd.at_work():
            for newer in (second, third):
                for place in places:
                    balancer.wait_for_answers(ANSWERS)
                    place.start(newer)
            # No process of the second release is left.
            third.done("alembic-rollout", "contract", "--wait", "1m")
            balancer.wait_for_answers(ANSWERS)
        answers = proxy.answers()
        columns = {row[0] for row in database.rows("SELECT column_name FROM information_schema.columns")}
    assert crowd.wrong == []
    assert {answer.server for answer in answers} == {str(port) for port in ports}
    assert [answer for answer in answers if answer.status >= 500 or answer.was_cut] == []
    assert ("given_name" in columns, "first_name" in columns) == (True, False)
