"""Changes over two releases: what is expanded serves both of them, and is contracted when the older one is gone."""
