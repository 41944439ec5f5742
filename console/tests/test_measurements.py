"""The numbers of the services page, from what a service measures."""

from app.services.measurements import measurements_of


def sample(name: str, value: float, **labels: str) -> dict[str, object]:
    return {"name": name, "value": value, "labels": labels}


def test_errors_of_the_server_are_counted_and_those_of_clients_are_not() -> None:
    found = measurements_of(
        [
            sample("http_requests_total", 90, method="GET", route="/", status="200"),
            sample("http_requests_total", 7, method="GET", route="/", status="404"),
            sample("http_requests_total", 3, method="GET", route="/", status="503"),
        ],
        now=0,
    )
    assert (found.answered, found.failed) == (100, 3)


def test_what_waits_is_named_with_the_age_of_the_oldest() -> None:
    found = measurements_of(
        [
            sample("outbox_messages", 2, outbox="audit"),
            sample("outbox_messages", 0, outbox="logins"),
            sample("outbox_oldest_message_age_seconds", 61, outbox="audit"),
            sample("documents_waiting", 4),
            sample("documents_oldest_waiting_seconds", 12.5),
        ],
        now=0,
    )
    assert found.waiting == (("audit", 2, 61.0), ("logins", 0, 0.0), ("documents", 4, 12.5))


def test_what_a_service_does_not_say_is_not_made_up() -> None:
    found = measurements_of([], now=0)
    assert (found.version, found.seconds, found.connections, found.waiting) == ("", None, None, ())


def test_the_time_since_the_start_is_never_negative() -> None:
    assert measurements_of([sample("process_start_time_seconds", 100)], now=40).seconds == 0
    assert measurements_of([sample("process_start_time_seconds", 100)], now=160).seconds == 60
