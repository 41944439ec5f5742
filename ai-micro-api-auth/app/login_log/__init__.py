"""The transactional outbox that brings every login attempt to the admin service's log."""
