"""A model that orders what a search found."""
