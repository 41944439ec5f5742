"""From an uploaded file to searchable chunks, outside the request: leases, the worker, one document's processing."""
