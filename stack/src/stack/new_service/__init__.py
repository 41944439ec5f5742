"""A service that is not there yet: what it is called, its folder, and its lines in the files that list services."""
