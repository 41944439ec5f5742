"""Vectors for texts: the contract of a provider, and the provider that needs neither weights nor a network."""
