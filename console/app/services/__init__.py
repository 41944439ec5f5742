"""The services: ready or not, who is connected, what waits."""
