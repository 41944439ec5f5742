"""What a revision changes in its session: limits and guards that it switches off, and how its SQL is read."""
