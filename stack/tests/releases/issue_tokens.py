"""Serves a key and prints tokens that it signed, as one line of JSON, until its standard input is closed.

Runs in a service's environment: python issue_tokens.py PEOPLE
"""

import json
import sys
from uuid import uuid4

from service_kit.testing.tokens import JwksServer, TokenIssuer


def main() -> None:
    """Print `{"jwks_url", "administrator", "people": {id: token}}`, then serve."""
    tokens = TokenIssuer()
    server = JwksServer(tokens.jwks())
    people = [uuid4() for _ in range(int(sys.argv[1]))]
    issued = {
        "jwks_url": server.url,
        "administrator": tokens.token(roles=("admin",)),
        "people": {str(person): tokens.token(person) for person in people},
    }
    print(json.dumps(issued), flush=True)  # noqa: T201 - what it is for
    sys.stdin.read()
    server.close()


if __name__ == "__main__":
    main()
