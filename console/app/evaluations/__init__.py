"""How well search finds what it should, measured with sets of questions."""
