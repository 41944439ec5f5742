"""What makes answers, where it is no language model: the values of `model` of an answer."""

EXTRACTIVE = "extractive"
"""Puts an answer together from sentences of documents."""

RULES = "rules"
"""Answers about the knowledge base as a whole, and greetings."""
