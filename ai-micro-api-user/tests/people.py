"""Who the tests act as."""

from typing import Any

from service_kit.testing import callers

FIELDS = {
    "email": "hanako@example.com",
    "first_name": "花子",
    "last_name": "山田",
    "display_name": "Hanako",
    "phone": "+81312345678",
    "locale": "ja-JP",
    "time_zone": "Asia/Tokyo",
    "bio": "図書館で働いています。",
}
EMPTY = dict.fromkeys(FIELDS)


class Caller(callers.Caller):
    """A person with an account, who may have a profile."""

    def create(self, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        response = self("POST", "/profiles", fields)
        assert response.status_code == 201, response.text
        created: dict[str, Any] = response.json()
        return created
