"""Types of text fields that are read in one way everywhere."""
