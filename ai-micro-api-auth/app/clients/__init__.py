"""Services as clients of their own: OAuth 2.0 client credentials (RFC 6749 section 4.4)."""
