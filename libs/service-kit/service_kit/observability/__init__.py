"""Log lines, and what they and calls to other services carry of a request."""
