"""Puts passages into an order: candidates by vectors and by terms, then their relevance."""
