"""Which passwords are acceptable, and what waits while they are hashed."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.passwords import passwords
from app.passwords.password_policy import check_acceptable
from app.settings import Settings
from service_kit.testing.waiting import eventually
from tests.people import PASSWORD, sign_up

EMAIL = "hanako.yamada@example.com"


@pytest.mark.parametrize(
    "password",
    [
        *["password", "12345678", "iloveyou", "letmein1", "football", "trustno1", "abcd1234", "qwertyuiop", "starwars"],
        *["P@ssw0rd1", "Password1!", "qwerty123!", "Welcome1!", "Welcome2025", "aaaaaaaa", "abcdefgh1", "19850101"],
        *["ｐａｓｓｗｏｒｄ", "ＰＡＳＳＷＯＲＤ１", "１２３４５６７８", "トラトラトラトラ", "zaq12wsx", "asdfghjkl;'"],
    ],
)
def test_what_a_guesser_tries_first_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="choose a"):
        check_acceptable(password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        *[EMAIL, EMAIL.upper(), EMAIL + "2026!", "Hanako.Yamada", "hanako-yamada1", "!!hanakoyamada!!"],
        *["ai-micro-service", "AI Micro Service 1", "aimicroservice2026", "ｈａｎａｋｏ.yamada"],
    ],
)
def test_the_own_address_and_the_product_are_refused(password: str) -> None:
    with pytest.raises(ValueError, match="choose a"):
        check_acceptable(password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        *["correct horse battery", "8 chars.", "Tr0ub4dor&3", "x" * 128, "パスワードは長いほど良い"],
        *["hanako rides two green bicycles", "ﬁne weather for ducks"],
    ],
)
def test_what_is_hard_to_guess_is_accepted_without_rules_of_composition(password: str) -> None:
    check_acceptable(password, email=EMAIL)


@pytest.mark.parametrize("password", ["ｓｈｏｒｔ７７", "ㅤ" * 3, "ﷺ" * 8])
def test_the_length_is_that_of_the_normalised_password(password: str) -> None:
    with pytest.raises(ValueError, match="8 to 128 characters"):
        check_acceptable(password, email=EMAIL)


def test_a_refusal_names_the_field_and_not_the_password(refusing_client: TestClient) -> None:
    response = refusing_client.post("/auth/signup", json={"email": EMAIL, "password": "Welcome2025"})
    assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")
    [error] = response.json()["errors"]
    assert error["loc"] == ["body", "password"]
    assert "Welcome2025" not in response.text


class Hashes:
    """Holds every hash up until it is let go on."""

    def __init__(self) -> None:
        self.begun = 0
        self.go_on = threading.Event()

    def __call__(self, *_: object) -> tuple[bool, str | None]:
        self.begun += 1
        assert self.go_on.wait(20)
        return True, None


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hashes]:
    hashes = Hashes()
    monkeypatch.setattr(passwords, "verify", hashes)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    yield hashes
    hashes.go_on.set()


def test_hashes_hold_up_nothing_else(hashes: Hashes, settings: Settings) -> None:
    app = create_app(settings)
    with TestClient(app) as client, ThreadPoolExecutor(60) as threads:
        person = sign_up(client)
        others = [sign_up(client, f"person{number}@example.com") for number in range(60)]
        hashes.go_on.set()
        signed_in = person.sign_in()
        hashes.go_on.clear()
        hashes.begun = 0
        waiting = [threads.submit(other.login) for other in others]
        try:
            eventually(lambda: "password_queue_requests 60.0" in client.get("/metrics").text)
            assert hashes.begun == 2
            assert client.get("/readyz").status_code == 200
            assert client.get("/.well-known/jwks.json").status_code == 200
            assert client.get("/auth/me", headers=signed_in.authorization).status_code == 200
            assert signed_in.refresh().status_code == 200
            assert not app.state.database._in_use()
        finally:
            hashes.go_on.set()
        assert {response.result().status_code for response in waiting} == {200}


def test_a_full_queue_says_at_once_when_to_come_again(hashes: Hashes, settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"password_queue": 1}))
    with TestClient(app) as client, ThreadPoolExecutor(3) as threads:
        people = [sign_up(client, f"person{number}@example.com") for number in range(3)]
        waiting = [threads.submit(person.login) for person in people]
        try:
            eventually(lambda: "password_queue_requests 3.0" in client.get("/metrics").text)
            for response in (
                people[0].login(),
                client.post("/auth/signup", json={"email": "late@example.com", "password": PASSWORD}),
            ):
                assert (response.status_code, response.json()["code"]) == (503, "PASSWORD_QUEUE_FULL")
                assert response.headers["Retry-After"] == "5"
        finally:
            hashes.go_on.set()
        assert {response.result().status_code for response in waiting} == {200}
        metrics = client.get("/metrics").text.splitlines()
        assert "password_queue_refused_total 2.0" in metrics
        # Three sign-ups and three sign-ins.
        assert "password_queue_wait_seconds_count 6.0" in metrics
        assert people[0].login().status_code == 200
