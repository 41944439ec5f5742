"""What this service has of a person, for them to take along."""
