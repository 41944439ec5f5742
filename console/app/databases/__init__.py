"""The databases: where each is, what was done to it and what waits."""
