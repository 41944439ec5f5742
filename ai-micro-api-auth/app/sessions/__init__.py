"""One's own sessions: where one is signed in, and ending that."""
