"""The audit trail of all services: what they deliver and what this one does itself, read by administrators."""
