"""The response body of withdrawals."""

from pydantic import ConfigDict, Field

from service_kit.http.schemas import ResponseModel

_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class WithdrawalsOut(ResponseModel):
    """Access tokens that are good no more although they have not expired, by the SHA-256 of ids in hexadecimal."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sessions": [_DIGEST], "accounts": {_DIGEST: 1767603600}}]}
    )

    sessions: list[str] = Field(description="Sessions that have ended: the `sid` of tokens.")
    accounts: dict[str, int] = Field(
        description="Accounts (`sub`) whose tokens are refused if issued (`iat`) before this moment (seconds)."
    )
