"""What was done to a database: one row an attempt, and the schema as the last one left it."""
