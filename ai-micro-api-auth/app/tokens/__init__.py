"""Access tokens and refresh tokens: issued, rotated, revoked."""
