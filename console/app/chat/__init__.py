"""Conversations with a knowledge base."""
