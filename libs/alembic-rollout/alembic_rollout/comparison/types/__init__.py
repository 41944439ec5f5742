"""Types: those of columns, enums, and domains."""
