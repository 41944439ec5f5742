"""Runs the whole system on one machine without Docker, and gives tests a PostgreSQL of their own."""
