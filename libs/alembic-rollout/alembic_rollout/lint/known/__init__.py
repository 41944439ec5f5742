"""What is known of the database before a revision runs: from earlier revisions, from itself, or from its statistics."""
