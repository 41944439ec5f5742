"""A collector that listens, and what commands send to it."""
