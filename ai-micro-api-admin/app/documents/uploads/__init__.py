"""Takes files in: one, many, and zips of them."""
