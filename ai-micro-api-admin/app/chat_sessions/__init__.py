"""Conversations: who asked what, and what was answered. How answers are made is not known here."""
