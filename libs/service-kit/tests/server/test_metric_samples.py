"""`/metrics/samples`: the metrics for a page, with an account's rights."""

from fastapi.testclient import TestClient

from service_kit.testing.tokens import TokenIssuer


def test_an_administrator_reads_counters_and_gauges_with_their_labels(client: TestClient, tokens: TokenIssuer) -> None:
    client.get("/healthz")
    answer = client.get("/metrics/samples", headers=tokens.authorization(roles=["admin"]))
    assert answer.status_code == 200, answer.text
    found = {sample["name"]: sample for sample in answer.json()["samples"]}
    assert found["http_requests_total"]["labels"] == {"method": "GET", "route": "/healthz", "status": "200"}
    assert found["http_requests_total"]["value"] == 1
    assert found["app_info"]["labels"]["service"] == "sample"
    assert not [name for name in found if name.endswith(("_bucket", "_created"))]


def test_no_other_account_reads_them(client: TestClient, tokens: TokenIssuer) -> None:
    assert client.get("/metrics/samples").status_code == 401
    assert client.get("/metrics/samples", headers=tokens.authorization()).status_code == 403
