"""Lists: pages, conditions and the text that is searched for."""
