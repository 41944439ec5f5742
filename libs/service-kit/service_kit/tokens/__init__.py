"""Access tokens: who is asking, the keys that check it, what was withdrawn, and a service's own tokens."""
