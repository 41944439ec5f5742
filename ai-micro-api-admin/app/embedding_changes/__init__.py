"""Gives a knowledge base the vectors of another model, while it is searched by those of the old one."""
