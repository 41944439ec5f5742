"""Notes; a user reaches only their own. An example to replace: it has each file that a feature may need."""
