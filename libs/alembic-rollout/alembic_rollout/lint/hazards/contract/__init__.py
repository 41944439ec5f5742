"""What the previous release would not survive, and what makes it harmless."""
