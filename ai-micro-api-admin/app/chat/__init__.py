"""Answers to questions: retrieval, the answer itself, and the conversation that keeps both."""
