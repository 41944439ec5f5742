"""Pages of docs/reference that are made from what the code of the services says."""
