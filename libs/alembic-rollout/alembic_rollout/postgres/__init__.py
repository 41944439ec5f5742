"""PostgreSQL itself: connections, the run lock, who blocks whom, its programs. Knows nothing of Alembic's tree."""
