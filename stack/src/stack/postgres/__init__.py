"""The embedded PostgreSQL: binaries, account, a server as a child process, and postgres-init. Knows no service."""
