"""Keep vectors as they are in their rows: new ones are not compressed any more.

An exact search of 12,177 vectors of 1,024 dimensions by the `hash` model took 49 ms, of which 46 were for
decompressing them; as they are, 13 ms (a row then fills a page, 95 MB in place of 11). Rows are compressed from
`toast_tuple_target` bytes on, 2,048 by default; 8,160 is the most
(https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-TOAST-TUPLE-TARGET). Rows that are there stay as
they are until their document is processed again. The lock lets reads and writes go on.

Revision ID: 016
Revises: 015
Create Date: 2026-11-27 20:55:00+00:00
"""

from collections.abc import Sequence

from alembic import op

revision: str = "016"
down_revision: str | Sequence[str] | None = "015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("ALTER TABLE langchain_pg_embedding SET (toast_tuple_target = 8160)")


def downgrade() -> None:
    op.execute("ALTER TABLE langchain_pg_embedding RESET (toast_tuple_target)")
