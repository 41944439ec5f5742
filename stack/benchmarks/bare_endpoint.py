"""What the profile service is compared with: the same row by psycopg2 alone, in an endpoint with nothing around it.

Runs in the profile service's environment, which has FastAPI and psycopg2: `uvicorn bare_endpoint:app`.
"""

import os
from typing import Any

import psycopg2.pool
from fastapi import FastAPI
from psycopg2.extras import RealDictCursor

app = FastAPI()
pool = psycopg2.pool.ThreadedConnectionPool(40, 40, os.environ["DATABASE_URL"], cursor_factory=RealDictCursor)


@app.get("/profiles/{user_id}")
def get_profile(user_id: str) -> Any:  # noqa: ANN401 - a response model would be something around it
    """Return the row."""
    connection = pool.getconn()
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM profiles WHERE user_id = %s", (user_id,))
            return cursor.fetchone()
    finally:
        pool.putconn(connection)
