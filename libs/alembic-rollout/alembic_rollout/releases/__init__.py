"""Which releases of a service are connected, what schema each needs, and which contract revisions are held."""
