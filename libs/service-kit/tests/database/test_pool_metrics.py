"""The connections of the pools, as `/metrics` shows them."""

from fastapi.testclient import TestClient
from sample.application import create_app

from service_kit.settings.service_settings import TokenCheckingSettings


def samples(client: TestClient, name: str) -> dict[str, float]:
    lines = (line for line in client.get("/metrics").text.splitlines() if line.startswith(f"{name}{{"))
    return {line[len(name) :].rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_connections_in_use_and_idle_are_counted_for_each_pool(settings: TokenCheckingSettings) -> None:
    app = create_app(settings.model_copy(update={"database_pool_size": 3}))
    client = TestClient(app)
    with app.state.database.reading(), app.state.database.reading():
        pass
    with app.state.database.reading():
        shown = samples(client, "database_connections")
    assert shown['{pool="work",state="in_use"}'] == 1
    assert shown['{pool="work",state="idle"}'] == 1
    assert samples(client, "database_connections_limit") == {'{pool="work"}': 3 + 5, '{pool="probes"}': 3}


def test_pools_that_were_closed_while_idle_are_counted_again(settings: TokenCheckingSettings) -> None:
    app = create_app(settings)
    client = TestClient(app)
    with app.state.database.reading():
        pass
    app.state.database.close_unused()
    assert samples(client, "database_connections")['{pool="work",state="idle"}'] == 0
    with app.state.database.reading():
        assert samples(client, "database_connections")['{pool="work",state="in_use"}'] == 1
