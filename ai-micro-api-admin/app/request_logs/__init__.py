"""What one request left in the system log, the login log and the audit log."""
